"""The list of NDI sources on the network, and what NDI's numbers mean in ours. The runtime is asked in processes of its
own (`ndi_host`) and never loaded here.

Two mappings are written down here and nowhere else:

- Timecode. NDI carries a counter of 100 ns and no SMPTE label. Here it holds the label as time of day: hours, minutes
  and seconds as they read, plus frames divided by the nominal rate (10:00:00:12 at 25 is 36,000.48 s, also at 23.976
  and in drop frame), so that every NDI monitor shows the digits of the label. Senders that let the runtime make the
  timecode send UTC, which reads as UTC time of day. The drop-frame flag is not carried: what comes back counts without
  it.
- Sound level. NDI's 1.0 is +4 dBu; digital full scale (SMPTE RP 155, -20 dBFS) is 20 dB above. Our samples are -1..1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from livegrade.errors import SourceError
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport.ndi_abi import find_library

if TYPE_CHECKING:
    from livegrade.timing.rate import Rate

TICKS_PER_SECOND = 10_000_000
"""NDI times are in 100 ns."""

AUDIO_FULL_SCALE = 10.0
"""The value of an NDI sample at digital full scale: 20 dB above +4 dBu."""

LATE = "the NDI runtime does not take pictures in time"
"""Why a picture is not sent where NDI is behind: it, or the whole machine."""

_SLOW_S = 15.0
"""Seconds that a cold machine may take beyond the wait."""
_MAX_LISTING = 1 << 22


def version() -> str:
    """The version sentence of the NDI runtime. Raises MissingPackageError, SourceError."""
    return str(_listing(0)["version"])


def list_sources(wait_ns: int = 1_500_000_000) -> tuple[str, ...]:
    """Full names of the NDI sources that show up within `wait_ns`, sorted; returns early when the list stands still for
    a third of it. Raises MissingPackageError, SourceError."""
    names = _listing(max(1, wait_ns // 1_000_000))["names"]
    return tuple(str(name) for name in names)


def _listing(wait_ms: int) -> dict[str, Any]:
    find_library()
    command = [sys.executable, "-P", "-m", "livegrade.transport.ndi_host", "list", str(wait_ms)]
    try:
        asked = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=wait_ms / 1000 + _SLOW_S)
        found: dict[str, Any] = json.loads(asked.stdout[:_MAX_LISTING])
    except (OSError, subprocess.TimeoutExpired, ValueError):
        raise SourceError("the NDI runtime ended or hung while it was asked for its sources; ask again") from None
    if "error" in found:
        raise SourceError(str(found["error"]))
    return found


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
