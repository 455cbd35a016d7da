"""Commands on devices: LUT boxes, cameras, recorders and routers that the session keeps connected."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta

from livegrade.control.commands.words import Command

Device: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=40, description="a device: its name in the rig, such as village box")
]
Number: TypeAlias = Annotated[int, Meta(ge=0, le=1023, description="counted from 0, as in the state")]
Preset: TypeAlias = Annotated[int, Meta(ge=1, le=999, description="a preset of the box, counted from 1")]
Setting: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$", description="such as ei")]


class PushLook(Command, tag="device.push", frozen=True, kw_only=True):
    """Gives `device` the look of its slot once more, whether it has it or not."""

    device: Device


class ProveDevice(Command, tag="device.prove", frozen=True, kw_only=True):
    """Asks `device`, a LUT box, what becomes of some hundred colours, and compares that with the look of its slot."""

    device: Device


class BypassDevice(Command, tag="device.bypass", frozen=True, kw_only=True):
    """`device` shows its input as it is, or its look again."""

    device: Device
    bypassed: bool


class ListPresets(Command, tag="device.presets", frozen=True, kw_only=True):
    """The presets that `device`, a LUT box, keeps itself: their numbers and names."""

    device: Device


class StorePreset(Command, tag="device.store", frozen=True, kw_only=True):
    """What `device`, a LUT box, shows now becomes its `preset` of that number, under a `name`; it outlasts a power
    cut."""

    device: Device
    preset: Preset
    name: Annotated[str, Meta(min_length=1, max_length=80)]


class RecallPreset(Command, tag="device.recall", frozen=True, kw_only=True):
    """`device`, a LUT box, shows its `preset` of that number, until the look of its slot changes or is pushed."""

    device: Device
    preset: Preset


class RecordDevice(Command, tag="device.record", frozen=True, kw_only=True):
    """`device`, a camera or a recorder, records or stops; `clip` names what it records, where it takes a name."""

    device: Device
    recording: bool
    clip: Annotated[str, Meta(max_length=80)] = ""


class RouteDevice(Command, tag="device.route", frozen=True, kw_only=True):
    """The `output` of `device`, a router, shows its `input`."""

    device: Device
    output: Number
    input: Number


class SetDevice(Command, tag="device.set", frozen=True, kw_only=True):
    """Sets `name` of `device`, a camera, to `value`, in the words and units of the state."""

    device: Device
    name: Setting
    value: float | Annotated[str, Meta(max_length=200)]
