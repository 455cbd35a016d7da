"""Commands on devices: LUT boxes, cameras, recorders and routers that the session keeps connected."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from livegrade.control.commands.words import Command, Slot

Device: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=40, description="a device: its name in the rig, such as village box")
]
Number: TypeAlias = Annotated[int, Meta(ge=0, le=1023, description="counted from 0, as in the state")]
Preset: TypeAlias = Annotated[int, Meta(ge=1, le=999, description="a preset of the box, counted from 1")]
Threshold: TypeAlias = Annotated[float, Meta(ge=0, le=4095, description="codes of the box, 0 to 4095")]
Setting: TypeAlias = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$", description="such as ei")]


class AddDevice(Command, tag="device.add", frozen=True, kw_only=True):
    """A device more, as `[[device]]` in a rig: `address` as `livegrade devices` writes it, `slot` whose look it shows
    and whose camera it is, `role` what of that it is for, `prove-every` in seconds and `prove-by` as `by` of
    device.prove, `threshold`: codes of the box by which it may be off then. It is reached for from now on."""

    name: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$",
            description="1 to 40 letters, digits, spaces, dots and dashes, such as village box",
        ),
    ]
    address: Annotated[str, Meta(min_length=1, max_length=1000)]
    slot: Slot | None = None
    role: Literal["all", "box", "camera", "recorder", "watch"] = "all"
    prove_every: Annotated[float, Meta(ge=30, le=86_400)] | None = field(name="prove-every", default=None)
    prove_by: Literal["colours", "grab"] = field(name="prove-by", default="colours")
    threshold: Threshold | None = None


class RemoveDevice(Command, tag="device.remove", frozen=True, kw_only=True):
    """Lets go of `device`; what it shows stays as it is."""

    device: Device


class PushLook(Command, tag="device.push", frozen=True, kw_only=True):
    """Gives `device` the look of its slot once more, whether it has it or not."""

    device: Device


class ProveDevice(Command, tag="device.prove", frozen=True, kw_only=True):
    """Asks `device`, a LUT box, what becomes of some hundred colours, and compares that with the look of its slot.
    `by`: colours, which it shows meanwhile, or grab, those that stand still in its picture: nothing is seen of that.
    `threshold`: codes of the box by which it may be off its tables, else as it was added."""

    device: Device
    by: Literal["colours", "grab"] = "colours"
    threshold: Threshold | None = None


class ReconnectDevice(Command, tag="device.reconnect", frozen=True, kw_only=True):
    """Lets go of `device` and connects it again now, whether it was connected or waits for the next attempt."""

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


class ShowLibrary(Command, tag="device.library", frozen=True, kw_only=True):
    """What `device`, a LUT box, keeps in its libraries of LUTs and what its stages show; with `show` a stage shows that
    entry of its library, until the look of its slot changes or is pushed; with `put`, the path of a .cube on the
    machine of the session, that becomes `entry` of the library that it belongs into, which is experimental."""

    device: Device
    show: Annotated[
        str, Meta(pattern="^([a-z0-9-]{1,20}:[0-9]{1,3})?$", description="stage and entry, 0 being none, such as 3d:4")
    ] = ""
    put: Annotated[str, Meta(max_length=4000, description="whole path of a .cube")] = ""
    entry: Annotated[int, Meta(ge=1, le=999, description="with put: of which entry")] | None = None


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
