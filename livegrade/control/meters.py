"""Commands on meters, and what meters show in the words of the state."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, assert_never

import msgspec
import numpy as np

from livegrade.control import commands as c
from livegrade.control.effects import Done, WorkEffect, then
from livegrade.control.messages import Answer
from livegrade.control.metertree import ClipTree, FocusTree, MeterTree, ReadingTree, SharesTree, TapTree
from livegrade.errors import UsageError
from livegrade.scopes.find import Sought
from livegrade.scopes.measure import Channel, Tap
from livegrade.scopes.plot import Diagram
from livegrade.session.meters import FocusArea, Meter

if TYPE_CHECKING:
    from livegrade.engine.sample import Sample
    from livegrade.scopes.clips import Clips, Shares
    from livegrade.session.metering import Metering, Reading, Readings, Sighted
    from livegrade.session.meters import Meters
    from livegrade.session.slot import SlotRunner

Change: TypeAlias = c.AddMeter | c.SetMeter | c.RemoveMeter | c.SetFocus | c.ResetFocus | c.RemoveFocus


def carry_out(metering: Metering, slot: SlotRunner, command: c.MeterCommand) -> WorkEffect | Done:
    """Raises UsageError, and nothing has changed then; what goes wrong while it is read is the answer."""
    if isinstance(command, c.ReadMeter):
        work = metering.read(slot, Meter(command.x, command.y, command.size))
        return WorkEffect(then(work, lambda reading: Answer("done", frame=reading.index, found=[told(reading)])))
    if isinstance(command, c.FindPixels):
        channel = None if command.channel is None else Channel[command.channel]
        tap = Tap(command.tap)
        sought = Sought(
            channel,
            command.level,
            command.column,
            command.cb,
            command.cr,
            Diagram(command.diagram or Diagram.XY),
            command.chromaticity,
            slot.camera if tap is Tap.SOURCE else None,
        )
        sighted = metering.find(slot, tap, sought)
        return WorkEffect(then(sighted, lambda found: Answer("done", frame=found.index, found=[_mask(found)])))
    return Done(made=_change(slot, command))


def _change(slot: SlotRunner, command: Change) -> str:
    """Changes the meters of a slot; the id of a new one, else ""."""
    now = slot.meters
    made = ""
    match command:
        case c.AddMeter():
            now, made = now.with_new(Meter(command.x, command.y, command.size, command.name))
        case c.SetMeter():
            said = {name: getattr(command, name) for name in ("x", "y", "size", "name")}
            meter = replace(now.at(command.meter), **{name: one for name, one in said.items() if one is not None})
            now = now.having(command.meter, meter)
        case c.RemoveMeter():
            now = now.without(command.meter)
        case c.SetFocus():
            turn = 0 if now.focus is None else now.focus.turn + 1
            now = replace(now, focus=FocusArea(command.x, command.y, command.width, command.height, turn))
        case c.ResetFocus():
            if now.focus is None:
                raise UsageError(f"slot {slot.name} has no focus meter; focus.set begins one")
            now = replace(now, focus=replace(now.focus, turn=now.focus.turn + 1))
        case c.RemoveFocus():
            now = replace(now, focus=None)
        case _:
            assert_never(command)
    slot.meters = now
    return made


def meter_trees(meters: Meters, readings: Readings) -> dict[str, MeterTree]:
    """Of a slot, by id. A meter that was moved since shows nothing until it is read there."""
    trees = {}
    for id, meter in meters.spots:
        read = readings.spots.get(id)
        is_there = read is not None and replace(read[0], name="") == replace(meter, name="")
        reading = None if read is None or not is_there else reading_tree(read[1])
        trees[id] = MeterTree(meter.name, meter.x, meter.y, meter.size, reading)
    return trees


def focus_tree(meters: Meters, readings: Readings) -> FocusTree | None:
    """None where the focus meter is off."""
    area, read = meters.focus, readings.focus
    if area is None:
        return None
    known = read is not None and read.area == area
    score, peak = (read.score, read.peak) if read is not None and known else (None, None)
    return FocusTree(area.x, area.y, area.width, area.height, _rounded(score, 1), _rounded(peak, 1))


def clip_tree(clips: Clips | None) -> ClipTree | None:
    """None until it was counted."""
    if clips is None:
        return None
    limits = clips.limits
    return ClipTree(limits.over, limits.under, limits.is_published, _shares(clips.over), _shares(clips.under))


def reading_tree(reading: Reading) -> ReadingTree:
    patch = reading.patch
    return ReadingTree(
        [patch.x, patch.y, patch.width, patch.height],
        reading.index,
        None if reading.timecode is None else str(reading.timecode),
        _tap(reading.source, reading.stops),
        _tap(reading.graded, None),
    )


def told(reading: Reading) -> dict[str, object]:
    """As JSON."""
    return dict(msgspec.to_builtins(reading_tree(reading)))


def _mask(found: Sighted) -> dict[str, object]:
    """As JSON: a bit for each pixel of the grid, rows to whole bytes, deflated, in base64."""
    rows, columns = found.pixels.shape
    bits = np.packbits(found.pixels, axis=1).tobytes()
    share = float(found.pixels.mean())
    mask = base64.b64encode(zlib.compress(bits, 1)).decode()
    return {"width": columns, "height": rows, "step": found.step, "percent": _percent(share), "mask": mask}


def _tap(sample: Sample, stops: tuple[float | None, ...] | None) -> TapTree:
    luma, channels = (None, None) if stops is None else (stops[0], [_rounded(one, 3) for one in stops[1:]])
    return TapTree(
        codes=[round(code, 2) for code in sample.codes],
        bits=sample.bits,
        model="ycbcr" if sample.is_ycbcr else "rgb",
        luma=round(100 * sample.luma, 3),
        rgb=[round(100 * signal, 3) for signal in sample.signal],
        stops=_rounded(luma, 3),
        rgb_stops=channels,
    )


def _shares(shares: Shares) -> SharesTree:
    """To a ten-thousandth of a percent: one pixel of 4K is 0.00001 %, and none is told as none."""
    red, green, blue = (_percent(one) for one in shares.channels)
    return SharesTree(red, green, blue, _percent(shares.any))


def _percent(share: float) -> float:
    return round(100 * share, 4) or (0.0001 if share else 0.0)


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)
