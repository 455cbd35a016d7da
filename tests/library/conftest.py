"""A library on disk, and entries to keep in it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from livegrade.library.store import Library
from livegrade.library.values import (
    AlarmNote,
    CameraState,
    ExposureLog,
    LookChange,
    Slate,
    Take,
    TakeState,
)
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NTSC = Rate(Fraction(30000, 1001))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def take() -> Callable[..., Take]:
    """A take with something in every field; named ones are as asked."""

    def made(**changes: object) -> Take:
        start = Timecode.parse("10:00:00;12", TimecodeRate(NTSC, drop_frame=True))
        fields: dict[str, object] = {
            "slot": "A",
            "slate": Slate("12", "A", 3, (("director", "Jürgen Müller"), ("roll", "A001"))),
            "started_ns": 1_700_000_000_000_000_000,
            "first_index": 100,
            "start": start,
            "looks": (LookChange(100, start, "0" * 32), LookChange(150, start + 50, "1" * 32)),
            "started_by": "sender",
            "state": TakeState.ENDED,
            "day": "day1",
            "unit": "main",
            "rate": NTSC,
            "camera": CameraState("ALEXA 35", "arri-logc4", ei=800, reel="A001", clip="A001C003_231114_R1AB"),
            "comment": "夕焼け, reflection in the window",
            "ended_ns": 1_700_000_010_000_000_000,
            "last_index": 399,
            "end": start + 299,
            "ended_by": "sender",
            "exposure": ExposureLog(
                250, 2.5, -1.25, -6.5, 4.0, 0.1, -0.2, 5600, (AlarmNote("clip", 120, start + 20, "3 % of R"),)
            ),
        }
        return Take(**{**fields, **changes})  # type: ignore[arg-type]  # by name

    return made
