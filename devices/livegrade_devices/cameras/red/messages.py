"""RED's RCP2 as text: JSON messages made and read.

What a parameter means is not in here. Source: bitfocus/companion-module-red-rcp2 and JavenKazebee/Red-RCP2, which talk
to KOMODO and V-RAPTOR cameras.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from livegrade.errors import DeviceError

PREFIX = "RCP_PARAM_"
"""Of ids, where a camera writes them long."""
LONGEST = 4 * 1024 * 1024
"""Bytes of a message; the list of all types is the longest."""
LONGEST_TEXT = 200
MOST = 2**63
"""No number of a parameter is larger; JSON could hold any."""
MOST_DIVIDER = 1_000_000_000
CDL_DIVIDER = 100_000


class _Current(msgspec.Struct, frozen=True):
    val: int | float | None = None


class _Display(msgspec.Struct, frozen=True):
    text: str = msgspec.field(name="str", default="")


class _EditInfo(msgspec.Struct, frozen=True):
    divider: int | float = 0
    suffix: str = ""


class _Named(msgspec.Struct, frozen=True):
    num: int | None = None
    text: str = msgspec.field(name="str", default="")


class _Triple(msgspec.Struct, frozen=True):
    r: int
    g: int
    b: int


class _Wire(msgspec.Struct, frozen=True):
    """Every field that any of the messages we read may have."""

    type: str
    id: str = ""
    cur: _Current | None = None
    target: _Current | None = None
    display: _Display | None = None
    edit_info: _EditInfo | None = None
    status: str = ""
    data: msgspec.Raw = msgspec.Raw()
    parameters: list[str] = msgspec.field(default_factory=list)
    name: str = ""
    serial_number: str = ""
    camera_type: _Named | None = None
    version: _Named | None = None
    slope: _Triple | None = None
    offset: _Triple | None = None
    power: _Triple | None = None
    saturation: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter as the camera has it. `number`: raw, to be divided by `divider` (0: not told). `text`: as it shows
    it; `suffix`: the unit it writes behind the number."""

    id: str
    number: int | float | None
    divider: int | float = 0
    text: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """Who a camera is."""

    model: str
    name: str
    firmware: str
    serial: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a camera has, by id without prefix."""

    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Session:
    """A sign of life that has to be answered with `echo`, a message."""

    echo: str


@dataclass(frozen=True, slots=True)
class CameraCdl:
    """The CDL in the camera, raw: a hundred thousand stands for 1."""

    slope: tuple[int, int, int]
    offset: tuple[int, int, int]
    power: tuple[int, int, int]
    saturation: int

    @property
    def is_default(self) -> bool:
        one = (CDL_DIVIDER,) * 3
        return (self.slope, self.offset, self.power, self.saturation) == (one, (0, 0, 0), one, CDL_DIVIDER)


Said: TypeAlias = "Value | About | Parameters | Session | CameraCdl"


def read_message(text: str | bytes) -> Said | None:
    """None for what is of no use here, or of another shape than is known. Raises DeviceError where it is no JSON object
    with a type: then it is no RCP2."""
    try:
        kind = msgspec.json.decode(text, type=_Kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DeviceError("camera", f"it sent what is no RCP2 message ({str(error)[:100]})") from error
    if not kind.type.startswith("rcp_cur") and kind.type != "rcp_session":
        return None
    try:
        return _said(msgspec.json.decode(text, type=_Wire))
    except (msgspec.MsgspecError, RecursionError):
        return None


class _Kind(msgspec.Struct, frozen=True):
    type: str


def _said(wire: _Wire) -> Said | None:
    match wire.type:
        case "rcp_session":
            echo = b'{"type":"rcp_session","data":' + bytes(wire.data) + b"}"
            return Session(echo.decode()) if wire.status == "open" and wire.data else None
        case "rcp_cur_cam_info":
            model, version = wire.camera_type or _Named(), wire.version or _Named()
            texts = (model.text or f"type {model.num}", wire.name, version.text, wire.serial_number)
            return About(*(text[:LONGEST_TEXT] for text in texts))
        case "rcp_cur_parameters":
            return Parameters(frozenset(name.removeprefix(PREFIX) for name in wire.parameters))
        case "rcp_cur_cdl":
            return _cdl(wire)
        case "rcp_cur_int" | "rcp_cur_str" | "rcp_cur_uint":
            edit = wire.edit_info or _EditInfo()
            number = wire.cur.val if wire.cur is not None else None
            if number is not None and not abs(number) <= MOST:
                number = None
            divider = edit.divider if 1 <= edit.divider <= MOST_DIVIDER else 0
            text = wire.display.text if wire.display is not None else ""
            return Value(wire.id.removeprefix(PREFIX), number, divider, text[:LONGEST_TEXT].strip(), edit.suffix[:20])
    return None


def _cdl(wire: _Wire) -> CameraCdl | None:
    if wire.slope is None or wire.offset is None or wire.power is None or wire.saturation is None:
        return None
    slope, offset, power = ((each.r, each.g, each.b) for each in (wire.slope, wire.offset, wire.power))
    return CameraCdl(slope, offset, power, wire.saturation)


def _made(**fields: object) -> str:
    return msgspec.json.encode(fields).decode()


def config(version: str = "1.0") -> str:
    """The first message of a client."""
    return _made(
        type="rcp_config",
        strings_decoded=1,
        json_minified=1,
        include_cacheable_flags=0,
        encoding_type="legacy",
        client={"name": "livegrade", "version": version},
    )


def get_types() -> str:
    """Wanted by the camera right after `config`."""
    return _made(type="rcp_get_types")


def get_parameters() -> str:
    return _made(type="rcp_get_parameters")


def get(name: str) -> str:
    return _made(type="rcp_get", id=name)


def subscribe(name: str) -> str:
    return _made(type="rcp_subscribe", id=name, on_off=True)


def set_value(name: str, value: int) -> str:
    return _made(type="rcp_set", id=name, value=value)
