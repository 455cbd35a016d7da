"""Words behind an output, and the view they mean."""

from __future__ import annotations

from fractions import Fraction

import pytest

from livegrade.control import commands as c
from livegrade.engine.view import View, parse_view
from livegrade.engine.viewwords import OVER, VIEW_WORDS, attribute, attributes
from livegrade.errors import UsageError
from livegrade.scopes.peaking import Peaking
from livegrade.session.views import view_of
from livegrade.transport.address import parse_sink

WORDS = (
    "zebra=70-75+95,peaking=5.50+grey+yellow,desqueeze=1.330,opacity=40,"
    "guides=shade:60+2.39+16:9+action,burn-in=tc+look+top,legend=right"
)


def test_all_words_of_an_output_are_in_its_view_and_kept_in_one_spelling() -> None:
    place = parse_sink(f"ndi:DP,view=false-color,{WORDS}")
    view = view_of(place)
    assert view.zebra is not None
    assert str(view.zebra) == place.option("zebra") == "70-75+95"
    assert view.peaking == Peaking(Fraction(11, 2), "yellow", grey=True)
    assert place.option("peaking") == "5.5+yellow+grey"
    assert (view.desqueeze, place.option("desqueeze")) == (Fraction(4, 3), "1.33")
    assert (str(view.guides), place.option("guides")) == ("2.39+16:9+action+shade:60",) * 2
    assert (str(view.burn_in), place.option("burn-in")) == ("tc+look+top",) * 2
    assert (view.legend, place.option("legend")) == ("right", "right")
    assert (view.opacity, place.option("opacity")) == (Fraction(40), "40")
    assert view_of(parse_sink("ndi:DP," + ",".join(f"{key}={value}" for key, value in place.options))) == view
    said = {word: place.option(word) for word in VIEW_WORDS}
    assert parse_view("false-color", **attributes(said)) == view
    for part in ("zebra 70-75+95 %", "peaking 5.5+yellow+grey", "de-squeezed 1.33", ", 40 %"):
        assert part in str(view)


def test_commands_take_the_words_of_an_output_and_no_others() -> None:
    for kind in (c.SetView, c.SubscribePicture):
        command = kind(**({"sink": "1"} if kind is c.SetView else {"slot": "A"}), view="graded")
        assert set(command.options()) == set(VIEW_WORDS)
    assert {attribute(word) for word in OVER} <= set(View.__dataclass_fields__)


@pytest.mark.parametrize(
    "option",
    [
        "zebra=70-75+95+99",
        "zebra=120",
        "peaking=pink",
        "desqueeze=3",
        "opacity=101",
        "guides=2.39+blurred",
        "guides=9",
        "guides=2.39+2.39",
        "guides=shade:101",
        "burn-in=top",
        "burn-in=tc+tc",
        "legend=top",
    ],
)
def test_words_that_mean_nothing_are_refused_with_what_is_taken(option: str) -> None:
    with pytest.raises(UsageError, match=f"{option.partition('=')[0]}= takes"):
        parse_sink(f"ndi:DP,{option}")
