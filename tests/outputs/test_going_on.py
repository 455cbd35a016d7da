"""Recordings that a session before began, and was cut off: they go on beside what is there, and nothing is replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from livegrade.errors import SinkError
from livegrade.outputs.sink import StreamStart, open_sink
from livegrade.timing.clock import FakeClock
from livegrade.timing.rate import Rate
from livegrade.transport.address import parse_sink
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout

SOURCE = VideoFormat(320, 180, Rate.of(25), layout("v210"))


def recorded(path: Path, frame, *, goes_on: bool = True, overwrite: bool = False, cut_off: bool = False) -> Path | None:
    """Where two pictures went; `cut_off`: what a killed session leaves."""
    sink = open_sink(parse_sink(str(path)), FakeClock(), overwrite=overwrite, goes_on=goes_on)
    format = sink.accept(SOURCE)
    opened = sink.open(format, StreamStart())
    for index in range(2):
        sink.write(frame(format, index))
    if cut_off:
        sink.abort()
    else:
        sink.close()
    return opened


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_goes_on_in_the_next_part(tmp_path, frame, overwrite) -> None:
    path = tmp_path / "take.mov"
    assert recorded(path, frame, cut_off=True) == path  # there was none before
    assert recorded(path, frame, overwrite=overwrite, cut_off=True) == tmp_path / "take-2.mov"
    assert recorded(path, frame, overwrite=overwrite) == tmp_path / "take-3.mov"
    assert recorded(path, frame, overwrite=overwrite) == tmp_path / "take-4.mov"
    assert names(tmp_path) == ["take-2.partial.mov", "take-3.mov", "take-4.mov", "take.partial.mov"]


def test_a_whole_file_is_not_replaced_by_one_that_goes_on(tmp_path, frame) -> None:
    path = tmp_path / "take.mov"
    recorded(path, frame, goes_on=False)
    content = path.read_bytes()
    assert recorded(path, frame, overwrite=True) == tmp_path / "take-2.mov"
    assert path.read_bytes() == content
    with pytest.raises(SinkError, match="exists already"):
        recorded(path, frame, goes_on=False)


def test_a_sequence_goes_on_behind_its_newest_picture(tmp_path, frame) -> None:
    path = tmp_path / "shot.%04d.tif"
    assert recorded(path, frame) == tmp_path / "shot.0000.tif"
    (tmp_path / "shot.0007.tif").write_bytes(b"kept")
    (tmp_path / "other.0099.tif").write_bytes(b"of another")
    assert recorded(path, frame) == tmp_path / "shot.0008.tif"
    assert [name for name in names(tmp_path) if name.startswith("shot")] == [
        f"shot.{number:04d}.tif" for number in (0, 1, 7, 8, 9)
    ]
    assert (tmp_path / "shot.0007.tif").read_bytes() == b"kept"
