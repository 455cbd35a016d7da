"""The NDI runtime, loaded once, the list of sources on the network, and what NDI's numbers mean in ours.

Two mappings are written down here and nowhere else:

- Timecode. NDI carries a counter of 100 ns and no SMPTE label. Here it holds the label as time of day: hours, minutes
  and seconds as they read, plus frames divided by the nominal rate (10:00:00:12 at 25 is 36,000.48 s, also at 23.976
  and in drop frame), so that every NDI monitor shows the digits of the label. Senders that let the runtime make the
  timecode send UTC, which reads as UTC time of day. The drop-frame flag is not carried: what comes back counts without
  it.
- Sound level. NDI's 1.0 is +4 dBu; digital full scale (SMPTE RP 155, -20 dBFS) is 20 dB above. Our samples are -1..1.
"""

from __future__ import annotations

import ctypes
import functools
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.errors import SourceError
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport import ndi_abi as abi

if TYPE_CHECKING:
    from livegrade.timing.rate import Rate

TICKS_PER_SECOND = 10_000_000
"""NDI times are in 100 ns."""

AUDIO_FULL_SCALE = 10.0
"""The value of an NDI sample at digital full scale: 20 dB above +4 dBu."""

MAX_SOURCES = 4096
"""More source names than this are not read from a network."""


@functools.cache
def library() -> abi.Library:
    """The NDI library of this process. Raises MissingPackageError, or SourceError where it does not start."""
    path = abi.find_library()
    try:
        loaded = abi.Library(path)
    except (OSError, AttributeError) as error:
        raise SourceError(f"the NDI library {path} cannot be loaded: {error}") from None
    if not loaded.initialize():
        raise SourceError(f"the NDI library {path} does not run on this processor")
    return loaded


def version() -> str:
    """The version sentence of the NDI library."""
    text: bytes = library().version()
    return text.decode("utf-8", "replace").strip()


def timecode_to_ndi(timecode: Timecode) -> int:
    """The 100 ns counter that stands for `timecode`; see the module's text."""
    label = timecode.label
    nominal = timecode.rate.nominal
    seconds = (label.hours * 60 + label.minutes) * 60 + label.seconds
    in_second = label.frames * timecode.rate.per_label + label.sub
    return seconds * TICKS_PER_SECOND + -(-in_second * TICKS_PER_SECOND // nominal)


def timecode_from_ndi(ticks: int, rate: Rate) -> Timecode:
    """The timecode nearest to the 100 ns counter `ticks`, taken as time of day; see the module's text."""
    counting = TimecodeRate(rate)
    return Timecode.wrapped(round(Fraction(ticks * counting.nominal, TICKS_PER_SECOND)), counting)


class Finder:
    """Listens for NDI sources on the network. Used by one thread at a time; close it."""

    def __init__(self) -> None:
        self._library = library()
        self._finder: int | None = None
        self.renew()

    def renew(self) -> None:
        """Begin to listen afresh. Without mDNS (addresses given in NDI's configuration) a finder of NDI 6.3 that knows
        one source of a machine does not learn of the next one; a new finder knows all within half a second."""
        self.close()
        self._finder = self._library.find_create_v2(ctypes.byref(abi.FindCreate(True, None, None)))
        if not self._finder:
            raise SourceError("the NDI library cannot listen for sources; is the network configured?")

    def wait(self, timeout_ms: int) -> bool:
        """Wait until the list changes; False when it did not within `timeout_ms`."""
        return bool(self._library.find_wait_for_sources(self._finder, timeout_ms))

    def names(self) -> tuple[str, ...]:
        """Full names of the sources known now, such as "CART (CAM A)", sorted."""
        count = ctypes.c_uint32()
        found = self._library.find_get_current_sources(self._finder, ctypes.byref(count))
        names = {found[i].name.decode("utf-8", "replace") for i in range(min(count.value, MAX_SOURCES))}
        return tuple(sorted(names))

    def close(self) -> None:
        if self._finder:
            self._library.find_destroy(self._finder)
            self._finder = None


def list_sources(timeout_s: float = 1.5) -> tuple[str, ...]:
    """Full names of the NDI sources that show up within `timeout_s`, sorted; returns early when the list stands still
    for a third of it. Raises MissingPackageError."""
    finder = Finder()
    try:
        slice_ms = max(1, round(timeout_s * 1000 / 6))
        quiet = 0
        for _ in range(6):
            quiet = 0 if finder.wait(slice_ms) else quiet + 1
            if quiet >= 2 and finder.names():
                break
        return finder.names()
    finally:
        finder.close()


def match_name(wanted: str, names: tuple[str, ...]) -> str | None:
    """The full name that `wanted` stands for: itself, or the first whose part in parentheses it is; case counts only
    where two names differ by nothing else."""
    if wanted in names:
        return wanted
    streams = {name: found[1] for name in names if (found := re.search(r"\((.*)\)$", name))}
    exact = [name for name, stream in streams.items() if stream == wanted]
    folded = [name for name in names if wanted.casefold() in (name.casefold(), streams.get(name, name).casefold())]
    return next(iter(exact + folded), None)
