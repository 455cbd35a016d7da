"""What a scope of the window shows, as a value: asked of the session in words it takes, kept and taken back, zoomed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from livegrade.errors import UsageError
from livegrade.scopes.wish import SCOPE_WORDS, ScopeKind, scope_wish
from livegrade.ui.scopelayouts import BUILT_IN, layout_of
from livegrade.ui.scopewish import (
    HIGHEST,
    KINDS,
    LOWEST,
    WHOLE,
    ScopeChoice,
    choice_of,
    cross_of,
    gain_of,
    hlg_peak_of,
    window_of,
)

ALL = ScopeChoice("waveform", "source", "stops", 2, 2.5, (0.0, 15.0), 540, (0.1, 0.2, 0.3, 0.4), "peak")


@pytest.mark.parametrize("kind", KINDS)
def test_the_session_takes_what_is_asked_of_it(kind: str) -> None:
    for region in (None, (0.0, 0.0, 1.0, 1.0), (1 / 3, 1 / 7, 2 / 3, 6 / 7), (0.33333, 0.99, 0.005, 0.01)):
        said = {name: str(value) for name, value in replace(ALL, scope=kind, region=region).arguments().items()}
        assert set(said) - {"scope"} <= set(SCOPE_WORDS)
        wish = scope_wish(said.pop("scope"), said)
        assert (wish.kind, wish.tap.value, wish.gain) == (ScopeKind(kind), "source", 2.5)
        assert wish.lines is not None
        if region is not None:
            assert float(wish.region.x) == pytest.approx(100 * region[0], abs=0.006)
            assert float(wish.region.height) == pytest.approx(100 * region[3], abs=0.011)


def test_what_was_kept_comes_back_and_nonsense_is_as_usual() -> None:
    assert choice_of(ALL.kept()) == ALL
    nonsense = {"scope": "lightning", "gain": "much", "window": [50, 20], "line": True, "region": [0.5, 0, 0.6, 1]}
    assert choice_of(nonsense) == ScopeChoice()
    assert choice_of({"window": [float("nan"), 5], "zoom": 3, "hold": None}) == ScopeChoice()
    for layout in BUILT_IN.values():
        assert layout_of(layout.kept()) == layout
    for kept in ({}, {"count": 3, "scopes": []}, {"count": 2, "scopes": [1, 2, 3, 4]}, {"count": 2, "scopes": {}}):
        assert layout_of(kept) is None


def test_the_peak_of_hlg_is_asked_for_where_a_scale_is_of_nits() -> None:
    choice = ScopeChoice(scale="nits", hlg_peak=600)
    said = {name: str(value) for name, value in choice.arguments().items()}
    assert scope_wish(said.pop("scope"), said).hlg_peak == 600
    assert choice.words() == "Waveform · graded · nits · HLG 600 · x1"
    assert choice_of(choice.kept()) == choice
    for other in (replace(choice, scale="code"), replace(choice, scope="vectorscope"), replace(choice, hlg_peak=None)):
        assert "hlg-peak" not in other.arguments()


def test_a_scale_grows_about_the_level_under_the_cursor_and_stays_a_scale() -> None:
    choice = ScopeChoice()
    level, part = 40.0, (40.0 - WHOLE[0]) / (WHOLE[1] - WHOLE[0])
    for _ in range(30):
        choice = choice.zoomed(level, part, 1.25)
        low, high = choice.window
        assert low + part * (high - low) == pytest.approx(level, abs=0.02)
    assert high - low == pytest.approx(1.0)
    for by in (-50.0, 400.0):
        low, high = choice.moved(by).window
        assert LOWEST <= low < high <= HIGHEST
    for _ in range(30):
        choice = choice.zoomed(level, part, 1 / 1.25)
    assert choice.window is None
    assert choice.moved(0.5) is choice


def test_what_is_typed_is_read_or_refused() -> None:
    assert window_of("0..7,5 %") == (0.0, 7.5)
    assert gain_of("2,5") == 2.5
    assert (cross_of(" 20 .. 60 %"), cross_of("-1.5..2 stops")) == ("20..60", "-1.5..2stops")
    for text in ("20", "60..20", "-30..2stops", "a..b", "1..2..3"):
        with pytest.raises(UsageError):
            cross_of(text)
    assert choice_of({"scope": "hml", "cross": "20..60"}).cross == "20..60"
    assert choice_of({"cross": "60..20"}) == choice_of({"cross": 5}) == ScopeChoice()
    for text in ("", "7", "0..0.2", "0..300", "nan..5", "1..2..3"):
        with pytest.raises(UsageError, match="is no part of a scale"):
            window_of(text)
    assert (hlg_peak_of("600"), hlg_peak_of("1000 nit")) == (600, 1000)
    for text in ("", "399", "2001", "600.5", "nan", "inf"):
        with pytest.raises(UsageError, match="is no peak of a display for HLG"):
            hlg_peak_of(text)
    assert choice_of({"hlg_peak": True}) == choice_of({"hlg_peak": 50}) == ScopeChoice()
    for text in ("", "0", "1e9", "nan"):
        with pytest.raises(UsageError, match="is no gain"):
            gain_of(text)
