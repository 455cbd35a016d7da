"""Commands on drawn scopes: what a place in one stands for, and where a pixel lies in it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from livegrade.control import commands as c
from livegrade.control import sources
from livegrade.control.effects import Done, WorkEffect, then
from livegrade.control.messages import Answer
from livegrade.errors import UsageError
from livegrade.scopes.draw import require_size, scale_of
from livegrade.scopes.measure import Tap
from livegrade.scopes.pointing import codes_of, places_of, pointed_at
from livegrade.scopes.wish import SCOPE_WORDS, scope_wish
from livegrade.session.meters import Meter

if TYPE_CHECKING:
    from livegrade.scopes.measure import ScopeData
    from livegrade.scopes.wish import ScopeWish
    from livegrade.session.metering import Metering, Reading
    from livegrade.session.slot import SlotRunner


def carry_out(
    metering: Metering, slot: SlotRunner, command: c.SetScopes | c.ResetScopes | c.ReadScope | c.MarkScope
) -> Done | WorkEffect:
    """Raises UsageError; nothing has changed then."""
    match command:
        case c.SetScopes():
            sources.measure(slot, command)
            return Done()
        case c.ResetScopes():
            slot.peaks.reset(None if command.tap is None else Tap(command.tap))
            return Done()
        case c.ReadScope():
            return Done(found=read(slot, command))
        case c.MarkScope():
            return mark(metering, slot, command)


def wish_of(command: c.ScopeWords) -> ScopeWish:
    """Raises UsageError."""
    values = {key: getattr(command, key.replace("-", "_")) for key in SCOPE_WORDS}
    said = {key: str(value) for key, value in values.items() if value is not None}
    return scope_wish(command.scope, said)


def read(slot: SlotRunner, command: c.ReadScope) -> list[dict[str, Any]]:
    """One entry, or none where no trace can be. Raises UsageError."""
    wish = _planned(slot, command)
    size = require_size((command.width, command.height))
    pointed = pointed_at(wish, size, scale_of(_measured(slot, wish), wish, slot.camera), (command.x, command.y))
    if pointed is None:
        return []
    return [{name: _short(value) for name, value in asdict(pointed).items() if value not in (None, "")}]


def mark(metering: Metering, slot: SlotRunner, command: c.MarkScope) -> WorkEffect:
    """Raises UsageError; what goes wrong later is the answer."""
    wish = _planned(slot, command)
    size = require_size((command.width, command.height))
    scale = scale_of(_measured(slot, wish), wish, slot.camera)
    work = metering.read(slot, Meter(command.x, command.y, 1))

    def told(reading: Reading) -> Answer:
        sample = reading.source if wish.tap is Tap.SOURCE else reading.graded
        points = places_of(wish, size, scale, command.x, codes_of(sample.signal, scale.format), slot.camera)
        found = [{"channel": channel, "x": _short(x), "y": _short(y)} for channel, x, y in points]
        return Answer("done", frame=reading.index, found=found)

    return WorkEffect(then(work, told))


def _planned(slot: SlotRunner, command: c.ReadScope | c.MarkScope) -> ScopeWish:
    return wish_of(command).planned(slot.scope_plan.hlg_peak)


def _measured(slot: SlotRunner, wish: ScopeWish) -> ScopeData:
    data = slot.scopes.get(wish.tap)
    if data is None:
        raise UsageError(f"the scopes of slot {slot.name} were not measured yet")
    return data


def _short(value: object) -> object:
    if isinstance(value, tuple):
        return [_short(one) for one in value]
    return round(value, 4) if isinstance(value, float) else value
