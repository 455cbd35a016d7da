"""Scopes in the window: as many as are wanted, of the tap that is chosen, and streams given back."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


def rings(places) -> int:
    """Streams that the session keeps now."""
    return len(list((places / "runtime").glob("*.ring")))


def test_scopes_come_and_go_and_their_streams_with_them(running, places, window, until, pointer) -> None:
    shown = [scope.trace for scope in window.scopes.scopes]
    until(lambda: all(trace.shown is not None for trace in shown[:2]))
    assert [trace.shown for trace in shown[2:]] == [None, None]
    until(lambda: rings(places) == 3)  # the picture and two scopes
    pointer.click(window.scopes.buttons[4])
    until(lambda: all(trace.shown is not None for trace in shown))
    until(lambda: rings(places) == 5)
    pointer.click(window.scopes.buttons[1])
    until(lambda: rings(places) == 2)
    before = shown[0].shown.image.copy()
    window.scopes.scopes[0].kind.setCurrentText("vectorscope")
    until(lambda: shown[0].shown.image != before)
    window.resize(1500, 900)
    until(lambda: shown[0].shown.image.width() > before.width())
    until(lambda: rings(places) == 2)
