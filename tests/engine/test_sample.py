"""Numbers read at a place: those of the whole picture unpacked, and stops that others work out too."""

from __future__ import annotations

import warnings
from math import log2

import numpy as np
import pytest

from livegrade.color.camera import camera
from livegrade.engine import program as rules
from livegrade.engine.reference import full_chroma
from livegrade.engine.sample import Patch, area_of, luma_of, patch_at, sample, stops_of
from livegrade.video.codes import Codes, pack, unpack
from livegrade.video.format import Range, Scan
from livegrade.video.layouts import LAYOUTS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns of optional packages that are not there
    import colour

PATCHES = (Patch(0, 0, 1, 1), Patch(97, 21, 1, 1), Patch(31, 7, 1, 1), Patch(12, 5, 9, 9), Patch(0, 0, 98, 22))


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_patch_has_the_codes_of_the_whole_picture(name, signal, native, random_picture) -> None:
    for scan in (Scan.PROGRESSIVE, Scan.INTERLACED_TFF):
        format = signal(name, 98, 22, scan=scan)
        pixels = random_picture(format, 7)
        whole = full_chroma(unpack(pixels, format), format)
        decode = rules.decoding(format)
        for patch in PATCHES:
            part = whole[patch.y : patch.y + patch.height, patch.x : patch.x + patch.width].reshape(-1, 3)
            found = sample(pixels, format, patch, native.pool)
            assert found.codes == pytest.approx(tuple(part.mean(axis=0)), abs=1e-9)
            assert found.bits == format.layout.code_bits
            rgb = part @ decode[:, :3].T + decode[:, 3]
            assert found.signal == pytest.approx(tuple(rgb.mean(axis=0)), abs=1e-9)
            luma = luma_of(pixels, format, patch, native.pool)
            assert float(luma.mean(dtype=np.float64)) == pytest.approx(found.luma, abs=1e-5)
            assert luma.shape == (patch.height, patch.width)


@pytest.mark.parametrize(
    ("name", "decoded"),
    [
        ("arri-logc3", lambda y: colour.models.log_decoding_ARRILogC3(y)),
        ("arri-logc4", lambda y: colour.models.log_decoding_ARRILogC4(y)),
        ("sony-slog3", lambda y: colour.models.log_decoding_SLog3(y)),
    ],
)
def test_stops_are_those_of_the_makers_curve(name, decoded, signal, native) -> None:
    """Patches of one grey each, 10-bit codes on the wire in the camera's own range."""
    known = camera(name)
    range = Range(known.wire) if known.wire is not None else Range.LEGAL
    format = signal("v210", 48, 4, range=range)
    black, span = (64, 876) if range is Range.LEGAL else (0, 1023)
    for code in (200, 400, 420, 600, 800, 900):
        luma, chroma = np.full((4, 48), code, np.uint16), np.full((4, 24), 512, np.uint16)
        pixels = pack(Codes((luma, chroma, chroma), 10, True), format)
        found = sample(pixels, format, patch_at(format, 0.5, 0.5, 3), native.pool)
        assert found.codes == (code, 512, 512)
        wanted = log2(float(decoded((code - black) / span)) / 0.18)
        for value in (found.luma, *found.signal):
            assert stops_of(known.curve, value) == pytest.approx(wanted, abs=2e-4)  # ARRI prints 6 decimals
    assert stops_of(known.curve, -0.05) is None


def test_places_are_whole_pixels_inside_the_picture(signal) -> None:
    format = signal("v210", 100, 50)
    assert patch_at(format, 0.0, 0.0, 9) == Patch(0, 0, 5, 5)
    assert patch_at(format, 1.0, 1.0, 9) == Patch(95, 45, 5, 5)
    assert patch_at(format, 0.5, 0.5, 1) == Patch(50, 25, 1, 1)
    assert patch_at(format, 0.5, 0.5, 4) == Patch(49, 24, 4, 4)
    assert area_of(format, 0.25, 0.5, 0.5, 0.5) == Patch(25, 25, 50, 25)
    assert area_of(format, 1.0, 1.0, 0.0, 0.0) == Patch(99, 49, 1, 1)
