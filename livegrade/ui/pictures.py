"""Pictures from the session's shared memory to a widget: a thread waits for each, the window draws the newest.

One `PictureFeed` for each stream that is looked at. A window that is busy misses pictures and the session never waits.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from shiboken6 import isValid

from livegrade.control.ringreader import PictureReader
from livegrade.errors import ControlError

if TYPE_CHECKING:
    from collections.abc import Callable

WAIT_S = 0.1
"""How long a thread waits for a picture before it looks whether it is to end."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A picture of its own memory. `index`, `timecode`: of the source's picture; `look_id`: of the look in it;
    `number`: in its stream."""

    image: QImage
    index: int
    captured_ns: int
    timecode: str
    look_id: str
    number: int = 0


class PictureFeed(QObject):
    """`came`: there is a newer picture, which `newest` has. `ended`: the stream is over, and why."""

    came = Signal()
    ended = Signal(str)

    def __init__(self, stream: str) -> None:
        """Raises ControlError where there is no such stream."""
        super().__init__()
        self._reader = PictureReader(stream)
        self._newest: Shown | None = None
        self._told = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)

    def start(self, came: Callable[[], None]) -> None:
        """Calls `came` on the window's thread, once for however many pictures came since it looked last."""
        self.came.connect(came, Qt.ConnectionType.QueuedConnection)
        self._thread.start()

    def newest(self) -> Shown | None:
        """The newest picture; from now on the next one is told again."""
        self._told.clear()
        return self._newest

    def stop(self) -> None:
        """Nothing is told any more; the thread ends within WAIT_S, which nobody waits for."""
        self._stopping = True

    @property
    def has_stopped(self) -> bool:
        """Its thread has ended, and it may be forgotten."""
        return not self._thread.is_alive()

    def close(self) -> None:
        """Returns when the thread has ended."""
        self.stop()
        if self._thread.is_alive():
            self._thread.join(2 * WAIT_S + 1)

    def _run(self) -> None:
        try:
            while not self._stopping and not self._reader.has_ended:
                if self._reader.wait(WAIT_S):
                    self._take()
            if not self._stopping:
                self.ended.emit("the session shows this no more")
        except ControlError as error:
            if not self._stopping:
                self.ended.emit(str(error))
        except RuntimeError:
            # Qt has taken its half of this object away: the program ends, and nobody listens any more.
            if not self._stopping and isValid(self):
                raise
        finally:
            self._reader.close()

    def _take(self) -> None:
        picture = self._reader.newest()
        if picture is None:
            return
        height, width, _ = picture.pixels.shape
        # The reader's memory holds until the next picture: the copy is the window's.
        image = QImage(picture.pixels.data, width, height, 4 * width, QImage.Format.Format_RGBX8888).copy()
        texts = picture.timecode, picture.look_id
        self._newest = Shown(image, picture.index, picture.captured_ns, *texts, picture.number)
        if not (self._told.is_set() or self._stopping):
            self._told.set()
            self.came.emit()
