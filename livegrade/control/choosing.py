"""What there is to choose from as a source, looked for beside the thread that carries commands out: a network answers
when it likes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from livegrade.beside import beside
from livegrade.capture.offers import offers
from livegrade.control.effects import WorkEffect
from livegrade.control.messages import Answer
from livegrade.transport.ndi_sender import is_own

if TYPE_CHECKING:
    from concurrent.futures import Future

    from livegrade.capture.offers import Offers

LOOK_S = 2.0
"""How long NDI sources are looked for."""
HANGS_S = 15.0
"""A look that has no end by then does not answer any more: the next who asks has another begun."""
MOST_HANGING = 4
"""Looks that hang; while there are so many, nobody begins another."""
MOST = 500
"""Sources that are told."""


class Choosing:
    """Looks once at a time: whoever asks meanwhile gets the same answer, unless that look hangs. Of the thread that
    carries commands out."""

    def __init__(self) -> None:
        self._looks: list[tuple[Future[Answer], float]] = []

    def ask(self) -> WorkEffect:
        now_s = time.monotonic()
        newest = self._looks[-1:]
        self._looks = [look for look in self._looks if not look[0].done()]
        is_under_way = bool(newest) and not newest[0][0].done()
        if is_under_way and (now_s - newest[0][1] < HANGS_S or len(self._looks) >= MOST_HANGING):
            return WorkEffect(newest[0][0])
        work = beside(_look, "livegrade-choosing")
        self._looks.append((work, now_s))
        return WorkEffect(work)


def _look() -> Answer:
    return Answer("done", found=[told(offers(LOOK_S))])


def told(found: Offers) -> dict[str, Any]:
    """Signals before patterns, each with the address that `source.set` takes. What this session itself sends is left
    out: a slot would show its own picture again and again."""
    cards = [_entry("sdi", card.address, str(card)) for card in found.cards if card.inputs]
    ndi = [_entry("ndi", f'ndi:"{name}"', name) for name in found.ndi if not is_own(name)]
    devices = [_entry("device", device.address, device.name) for device in found.devices]
    patterns = [_entry("pattern", f"pattern:{name}", name) for name in found.patterns]
    missing = [sentence for sentence in (found.cards_missing, found.ndi_missing) if sentence]
    return {"sources": [*cards, *ndi, *devices][:MOST] + patterns, "missing": missing}


def _entry(kind: str, address: str, name: str) -> dict[str, str]:
    return {"address": address, "kind": kind, "name": name}
