"""Stills and files to compare with, each read on a thread of its own: a disk may hang for ever, and whoever draws them
takes what is there and goes on."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from livegrade.beside import beside
from livegrade.engine.comparison import FilePicture, StillPicture
from livegrade.errors import LivegradeError
from livegrade.redaction import one_line
from livegrade.session.events import Link, State

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from concurrent.futures import Future

    from livegrade.session.referencepictures import Original

_log = logging.getLogger(__name__)

KeptPicture: TypeAlias = StillPicture | FilePicture

MOST_READING = 8
"""Stills and files that are read at once; more wait for one of them."""
RETRY_S = 5.0
"""What could not be read or drawn is tried again after this."""
WAITS = f"{MOST_READING} others are read from disks that do not answer, and it waits for them"


@dataclass(slots=True, eq=False)
class _File:
    """`reading`: None where nobody reads it; `fault`: why it could not be had last."""

    reading: Future[Original] | None = None
    fault: str = ""
    retry_s: float = 0.0

    @property
    def is_read(self) -> bool:
        return self.reading is not None and not self.reading.done()


class Originals:
    """Of one thread. Never two threads read the same still or file, however often it is asked for."""

    def __init__(self, read: Callable[[KeptPicture], Original], tell: Callable[[], None]) -> None:
        """`read`: reads one from the disk; `tell`: called when one was read. Both on the thread that reads."""
        self._read = read
        self._tell = tell
        self._files: dict[KeptPicture, _File] = {}

    def take(self, reference: KeptPicture) -> Original | None:
        """What was read, which is not kept here; None while it is read or cannot be: `state` says which."""
        file = self._files.setdefault(reference, _File())
        if file.reading is None:
            self._begin(reference, file)
            return None
        if not file.reading.done():
            return None
        reading, file.reading = file.reading, None
        try:
            original = reading.result()
        except LivegradeError as error:
            self.refuse(reference, str(error))
        except Exception as error:
            # The edge of the thread that read: one that cannot be read now may be read again, and the others go on.
            _log.warning("%s cannot be read", reference, exc_info=True)
            self.refuse(reference, f"{reference} cannot be shown: {one_line(str(error))}")
        else:
            del self._files[reference]
            return original
        return None

    def refuse(self, reference: KeptPicture, fault: str) -> None:
        """It cannot be had, or what was read cannot be drawn; it is tried again after a while."""
        file = self._files.setdefault(reference, _File())
        file.fault, file.retry_s = fault, time.monotonic() + RETRY_S

    def state(self, reference: KeptPicture) -> State:
        """Starting while it is read, faulted with the reason from when it could not be had until it can."""
        file = self._files.get(reference)
        return State(Link.FAULTED, file.fault) if file is not None and file.fault else State(Link.STARTING)

    def forget(self, wanted: Collection[KeptPicture]) -> None:
        """All but those; one that is still read is known until it has been."""
        for reference in [one for one, file in self._files.items() if one not in wanted and not file.is_read]:
            del self._files[reference]

    def _begin(self, reference: KeptPicture, file: _File) -> None:
        if time.monotonic() < file.retry_s:
            return
        if sum(other.is_read for other in self._files.values()) >= MOST_READING:
            file.fault = WAITS
            return
        if file.fault == WAITS:
            file.fault = ""
        file.reading = beside(lambda: self._read(reference), "livegrade-reference")
        file.reading.add_done_callback(lambda _: self._tell())
