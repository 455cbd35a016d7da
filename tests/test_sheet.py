"""What stands above a sheet, and pictures for clients."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import BinaryIO

import numpy as np
from PIL import Image

from livegrade.capture.source import CaptureOptions, open_source
from livegrade.color.grading import LiftGammaGain
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.engine.native import Native
from livegrade.engine.shrink import Shrink
from livegrade.sheet import header, jpeg, png
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import parse_source
from livegrade.video.frame import Frame


def picture() -> Frame:
    source = open_source(parse_source("pattern:bars@320x180p25"), CaptureOptions(live=False), FakeClock())
    source.open()
    frame = source.read()
    source.close()
    assert isinstance(frame, Frame)
    return frame


def test_a_header_names_the_clip_its_place_and_the_look() -> None:
    frame = picture()
    first, second = header("A001C001.mov", frame, Look(())).splitlines()
    assert first == f"A001C001.mov    frame 0, 10:00:00:00    {frame.format}"
    assert second.endswith("    no look")
    assert "frame 0, no timecode" in header("A001C001.mov", replace(frame, timecode=None), Look(()))
    assert len(header("two\nlines.mov", frame, Look(())).splitlines()) == 2
    graded = Look((LiftGammaGain(gain=(1.1, 1.0, 1.0)), Cdl((1.1, 1.0, 1.0), name="day\n1")))
    assert header("a.mov", frame, graded).endswith("    lift, gamma, gain + day 1")


def test_a_header_says_how_far_a_bake_is_off_on_average_and_at_most() -> None:
    axis = np.linspace(0.0, 1.0, 5)
    bent = np.stack(np.meshgrid(axis**2, axis, axis**0.5, indexing="ij"), axis=-1)
    look = Look((Lut3d(Samples(bent)), Lut3d(Samples(bent))))
    baked = look.slots().baked
    assert baked is not None
    told = header("a.mov", picture(), look)
    assert f"baked: {baked.figures}" in told
    mean, maximum = baked.mean * 876, baked.maximum * 876
    assert maximum > 1 > mean
    assert baked.figures.startswith(f"{mean:.3f} codes of 10 bits off on average")
    assert f"at most {maximum:.1f} in the worst one" in baked.figures


def test_a_jpeg_is_the_picture_and_is_written_where_pillow_lets_go_of_the_interpreter(monkeypatch) -> None:
    """Pillow holds it for as long as it encodes into memory of Python: milliseconds that live pictures need."""
    descriptors: list[int] = []
    save = Image.Image.save

    def watched(image: Image.Image, out: BinaryIO, *words: str, **options: int) -> None:
        descriptors.append(out.fileno())
        save(image, out, *words, **options)

    monkeypatch.setattr(Image.Image, "save", watched)
    frame, shrink = picture(), Shrink(Native(1))
    small = Image.open(io.BytesIO(jpeg(frame, shrink, 160)))
    assert (small.size, small.format, len(descriptors)) == ((160, 90), "JPEG", 1)
    peer = np.empty((90, 160, 4), np.uint8)
    shrink.draw(frame.data, frame.format, peer)
    assert np.abs(np.asarray(small).astype(int) - peer[..., :3]).mean() < 6  # coarse chroma
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png(peer[..., :3])))), peer[..., :3])
