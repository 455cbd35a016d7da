"""The timed jobs really do the work: what the race grades and measures is what the reference says."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.bench import accuracy, engine_rows, material
from livegrade.bench.bake_row import bake_row
from livegrade.bench.rows import Verdict
from livegrade.engine.select import choose
from livegrade.timing.rate import Rate
from livegrade.video.codes import unpack
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout


@pytest.fixture(scope="module")
def planes() -> material.Planes:
    return material.picture(192, 108)


def test_v210_holds_the_picture(planes: material.Planes) -> None:
    form, pixels = engine_rows.v210(planes)
    assert all(np.array_equal(a, b) for a, b in zip(unpack(pixels, form).planes, _three(planes), strict=True))


def test_native_is_within_the_floors_in_every_depth(planes: material.Planes) -> None:
    row = accuracy.accuracy_row("native", choose("native", 2).backend, choose("reference", 1).backend, planes)
    assert row.verdict is Verdict.MET
    assert {name for name, _ in row.values} >= {
        "8bit_real_max",
        "10bit_random_mean",
        "12bit_random_max",
        "16bit_real_max",
    }


def test_an_error_beyond_the_floor_is_missed(planes: material.Planes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accuracy, "DEPTHS", (accuracy.Depth("v210", 0, 0.0),))
    row = accuracy.accuracy_row("native", choose("native", 2).backend, choose("reference", 1).backend, planes)
    assert row.verdict is Verdict.MISSED


def test_random_pictures_use_the_whole_code_range() -> None:
    form = VideoFormat(192, 108, Rate.of(25), layout("v210"))
    codes = unpack(accuracy.random_pixels(form), form)
    assert all(plane.min() == 0 and plane.max() == 1023 for plane in codes.planes)


@pytest.mark.parametrize("row", [engine_rows.lut_row, engine_rows.cdl_row, engine_rows.scopes_row])
def test_rows_show_their_ratio(planes: material.Planes, row: object) -> None:
    made = row(choose("native", 2).backend, planes, threads=2, rounds=3)  # type: ignore[operator]
    assert dict(made.values)["median_ratio"] > 0
    assert made.measured.endswith(" x")


def test_the_bake_that_is_timed_is_the_look() -> None:
    row = bake_row(3)
    assert dict(row.values)["off_codes"] < 0.01
    assert dict(row.values)["median_ms"] > 0
    assert row.floor == "10 ms"


def _three(planes: material.Planes) -> tuple[material.Words, material.Words, material.Words]:
    return planes.y, planes.cb, planes.cr
