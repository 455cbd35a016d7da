"""The legend of false colour as clients get it."""

from __future__ import annotations

import pytest

from livegrade.color.camera import camera
from livegrade.control import commands as c
from livegrade.control.views import legend
from livegrade.errors import UsageError
from livegrade.scopes.presets import preset


def test_a_legend_says_bands_limits_and_the_curve_it_assumes() -> None:
    alexa = camera("ALEXA 35", 800)
    made = legend(alexa, c.ShowLegend(slot="A", view="false-color:stops"))
    assert (made["title"], made["note"]) == ("Stop zones", "")
    assert made["curve"] == "stops from 18 % grey, of Y', LogC4, EI 800, source"
    bands = preset("stops", alexa).bands
    grey = next(band for band in bands if band.name.startswith("0"))
    entry = next(entry for entry in made["entries"] if entry["name"] == grey.name)
    assert entry == {"color": "#{:02x}{:02x}{:02x}".format(*grey.color), "limits": "-0.25 to +0.25", "name": grey.name}
    graded = legend(alexa, c.ShowLegend(slot="A", view="false-color:ire", tap="graded"))
    assert graded["curve"].endswith(", graded")
    assert graded["entries"][-1]["name"] == "luma in grey"


def test_what_has_no_legend_is_refused() -> None:
    with pytest.raises(UsageError, match="has no legend"):
        legend(None, c.ShowLegend(slot="A", view="graded"))
    with pytest.raises(UsageError, match="camera"):
        legend(None, c.ShowLegend(slot="A", view="false-color:stops"))
