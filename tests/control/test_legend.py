"""The legend of false colour as clients get it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from livegrade.color.camera import Camera, camera
from livegrade.color.look import Look
from livegrade.control import commands as c
from livegrade.control.desk import Desk
from livegrade.control.views import legend
from livegrade.errors import UsageError
from livegrade.scopes.presets import preset
from livegrade.session.slot import SlotRunner

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says at import what it misses for other parts
    import colour


@pytest.fixture
def slot_of(bench) -> Iterator[Callable[[Camera | None], SlotRunner]]:
    """Slot A, with pictures of that camera."""
    made = bench(Look())

    def shown(of: Camera | None) -> SlotRunner:
        slot = made.session.slot("A")
        slot.camera = of
        return slot

    yield shown
    made.session.stop()
    made.close()


def test_a_legend_says_bands_limits_and_the_curve_it_assumes(slot_of) -> None:
    alexa = camera("ALEXA 35", 800)
    made = legend(slot_of(alexa), c.ShowLegend(slot="A", view="false-color:stops"))
    assert (made["title"], made["note"]) == ("Stop zones", "")
    assert made["curve"] == "stops from 18 % grey, of Y', LogC4, EI 800, source"
    bands = preset("stops", alexa).bands
    grey = next(band for band in bands if band.name.startswith("0"))
    entry = next(entry for entry in made["entries"] if entry["name"] == grey.name)
    assert entry == {"color": "#{:02x}{:02x}{:02x}".format(*grey.color), "limits": "-0.25 to +0.25", "name": grey.name}
    graded = legend(slot_of(alexa), c.ShowLegend(slot="A", view="false-color:ire", tap="graded"))
    assert graded["curve"].endswith(", graded")
    assert graded["entries"][-1]["name"] == "luma in grey"


def limits_of(desk: Desk, name: str, **said: str) -> str:
    (made,) = desk.carry_out(c.ShowLegend(slot="A", **said)).answer().found
    return next(entry["limits"] for entry in made["entries"] if entry["name"] == name)


def test_limits_are_read_in_the_scale_that_is_said(bench) -> None:
    made = bench(Look())
    desk = Desk(made.session)
    desk.carry_out(c.SetSource(slot="A", camera="ALEXA 35", ei=800, to="rec2100-hlg", range="legal"))
    stops, ire = {"view": "false-color:stops"}, {"view": "false-color:ire", "tap": "graded"}
    with pytest.raises(UsageError, match="slot A has had no picture yet"):
        limits_of(desk, "+2", **stops, scale="percent")
    made.draw()
    low, high = (float(colour.log_encoding(0.18 * 2**stop, "ARRI LogC4")) for stop in (1.5, 2.5))
    assert limits_of(desk, "+2", **stops, scale="percent") == f"{100 * low:.1f} to {100 * high:.1f} %"
    assert limits_of(desk, "+2", **stops, scale="mv") == f"{700 * low:.0f} to {700 * high:.0f} mV"
    codes = (int(np.ceil(64 + 876 * signal)) for signal in (low, high))
    assert limits_of(desk, "+2", **stops, scale="code") == f"code {next(codes)} to {next(codes) - 1}"
    assert limits_of(desk, "+2", **stops, scale="stops") == limits_of(desk, "+2", **stops) + " stops"
    assert limits_of(desk, "+6", **stops, scale="stops") == "≥ +5.5 stops"
    for peak in (1000, 600):
        desk.carry_out(c.SetScopes(slot="A", hlg_peak=peak))
        low, high = (colour.eotf(np.full(3, part), "ITU-R BT.2100 HLG", L_B=0, L_W=peak)[0] for part in (0.52, 0.56))
        assert limits_of(desk, "skin", **ire, scale="nits") == f"{low:.3g} to {high:.3g} nit"
    assert limits_of(desk, "skin", **ire, scale="percent") == limits_of(desk, "skin", **ire) == "52 - 56 %"
    assert limits_of(desk, "no light, R'", view="false-color:limits", scale="stops") == "no light"
    assert limits_of(desk, "top of the signal, R'", view="false-color:limits", scale="code") == "≥ code 1019"
    with pytest.raises(UsageError, match="no display shows that in nits"):
        limits_of(desk, "+2", **stops, scale="nits")
    with pytest.raises(UsageError, match="stops are those of the camera's own signal"):
        limits_of(desk, "skin", **ire, scale="stops")
    desk.close()
    made.session.stop()
    made.close()


def test_what_has_no_legend_is_refused(slot_of) -> None:
    with pytest.raises(UsageError, match="has no legend"):
        legend(slot_of(None), c.ShowLegend(slot="A", view="graded"))
    with pytest.raises(UsageError, match="camera"):
        legend(slot_of(None), c.ShowLegend(slot="A", view="false-color:stops"))
