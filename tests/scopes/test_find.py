"""Pixels that stand at a place of a scope are found where the scope counts them."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.scopes.find import CHROMA_NEAR, LEVELS_NEAR, Sought, pixels_of, step_of
from livegrade.scopes.measure import Channel, ScopeCounts, ScopeRequest, measure
from livegrade.scopes.plot import Diagram
from livegrade.scopes.request import request_for
from livegrade.scopes.wish import ScopeKind, ScopeWish
from livegrade.timing.rate import Rate
from livegrade.video.codes import unpack
from livegrade.video.format import Matrix, Range, VideoFormat
from livegrade.video.layouts import layout

NO_CHROMA = 512


@pytest.mark.parametrize("name", ["v210", "uyvy", "nv12", "yuv444p12", "r210", "R12L"])
def test_levels_and_columns_are_those_of_the_waveform(name) -> None:
    format = VideoFormat(96, 24, Rate.of(25), layout(name), Range.LEGAL, Matrix.BT709)
    pixels = np.random.default_rng(8).integers(0, 256, format.geometry.size, np.uint8)
    codes = unpack(pixels, format)
    request = ScopeRequest(ycbcr=True)
    counts = ScopeCounts.empty(request, format)
    measure(pixels, format, request, counts)
    near = slice(500 - LEVELS_NEAR, 500 + LEVELS_NEAR + 1)
    channels = (Channel.Y, Channel.R) if codes.planes[1].shape[1] == 96 else (Channel.Y,)
    for channel in channels:  # of half-width chroma the sample before is taken
        found = pixels_of(codes, format, Sought(channel, 500), 1)
        assert np.array_equal(found.sum(axis=0), counts.waveform_of(channel)[:, near].sum(axis=1))
    column = pixels_of(codes, format, Sought(Channel.Y, 500, column=10.5 / 96), 1)
    everywhere = pixels_of(codes, format, Sought(Channel.Y, 500), 1)
    assert np.array_equal(column[:, 10], everywhere[:, 10])
    assert column[:, 10].sum() == column.sum()


def test_colours_and_any_channel_on_a_coarser_grid() -> None:
    format = VideoFormat(1920, 1080, Rate.of(25), layout("gbrp10"), Range.FULL, Matrix.BT709)
    assert step_of(format) == 2
    rgb = np.zeros((3, 1080, 1920), np.uint16)
    rgb[:] = 100
    rgb[0, 200:400, 300:500] = 700  # a red field
    stored = np.concatenate([rgb[plane] for plane in (1, 2, 0)])  # G, B, R
    pixels = np.frombuffer(stored.astype("<u2").tobytes(), np.uint8)
    assert pixels.size == format.geometry.size
    codes = unpack(pixels, format)
    field = np.zeros((540, 960), bool)
    field[100:200, 150:250] = True
    assert np.array_equal(pixels_of(codes, format, Sought(level=700), 2), field)
    cr = round(512 + 1023 * (700 - 100) / 1023 * (1 - 0.2126) / (2 * (1 - 0.2126)))
    found = pixels_of(codes, format, Sought(cr=cr), 2)
    assert np.array_equal(found, field)
    assert not pixels_of(codes, format, Sought(cr=cr + CHROMA_NEAR + 2), 2).any()


def test_a_colour_of_light() -> None:
    """Every pixel is found at the place of the plot that counts it, and nothing else is."""
    format = VideoFormat(96, 24, Rate.of(25), layout("r210"), Range.FULL, Matrix.BT709)
    pixels = np.random.default_rng(8).integers(0, 256, format.geometry.size, np.uint8)
    for kind, diagram in ((ScopeKind.CIE_XY, Diagram.XY), (ScopeKind.CIE_UV, Diagram.UV)):
        request = request_for(ScopeWish(kind), format)
        counts = ScopeCounts.empty(request, format)
        measure(pixels, format, request, counts)
        row, column = np.unravel_index(counts.plot[1:, 1:].argmax(), (511, 511))
        place = tuple(diagram.origin + (int(at) + 1.5) / diagram.places for at in (column, row))
        found = pixels_of(unpack(pixels, format), format, Sought(diagram=diagram, chromaticity=place), 1)
        near = counts.plot[max(row - 4, 1) : row + 7, max(column - 4, 1) : column + 7]
        assert found.sum() == near.sum() > 0
