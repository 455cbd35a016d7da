"""Questions to the session that are asked one at a time, and whose answers are told while somebody wants them."""

from __future__ import annotations

import pytest

from livegrade.control.messages import Answer
from livegrade.ui.asking import Asking

pytestmark = pytest.mark.gui


class Link:
    def __init__(self) -> None:
        self.asked: list[tuple[dict, object]] = []

    def do(self, command, then, **words) -> None:
        self.asked.append((words, then))


def test_an_answer_about_what_nobody_looks_at_any_more_is_not_told(application, until) -> None:
    link, told = Link(), []
    asking = Asking(link, "look.response")
    asking.came.connect(told.append)
    asking.failed.connect(told.append)
    asking.want(slot="A")
    asking.want(slot="A", samples=9)
    asking.turn_away()
    asking.want(slot="B")
    assert [words for words, _ in link.asked] == [{"slot": "A"}]  # one at a time
    link.asked[0][1](Answer("done", found=[{"of": "A"}]))
    until(lambda: len(link.asked) == 2)
    assert link.asked[1][0] == {"slot": "B"}
    link.asked[1][1](Answer("done", found=[{"of": "B"}]))
    assert told == [{"of": "B"}]
    asking.want(slot="B")
    until(lambda: len(link.asked) == 3)
    asking.turn_away()
    link.asked[2][1](Answer("refused", error="there is no slot B"))
    assert told == [{"of": "B"}]
