"""Rules for the record flag as text, and what is known of each maker's cameras.

    record=RULE[+RULE]...    RULE: auto, off, sender, flag, bits:MASK[=VALUE], packet:DID/SDID:BYTE:MASK[=VALUE],
                             running, or a maker of the table

The table holds claims with their sources and nothing else: where no document names a bit, there is no bit in it.
docs/record-flags.md prints it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.capture.recordflag import (
    AUTO,
    HOLD,
    MAX_HOLD,
    PacketByte,
    RecordFlag,
    RunningTimecode,
    SenderSays,
    TimecodeTrigger,
    UserBits,
)
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from livegrade.capture.recordflag import Rule
    from livegrade.transport.address import SourceAddress

MAX_RULES = 8
_NUMBER = r"0[xX][0-9a-fA-F]{1,8}|\d{1,10}"
_BITS = re.compile(rf"bits:({_NUMBER})(?:=({_NUMBER}))?")
_PACKET = re.compile(rf"packet:([0-9a-fA-F]{{1,2}})/([0-9a-fA-F]{{1,2}}):(\d{{1,3}}):({_NUMBER})(?:=({_NUMBER}))?")
_FORMS = "auto, off, sender, flag, bits:MASK[=VALUE], packet:DID/SDID:BYTE:MASK[=VALUE] or running"


@dataclass(frozen=True, slots=True)
class MakerFlag:
    """What is known of one maker. `rule`: None where nobody has published where the flag stands; `auto` is used then.
    `known`: what documents say; `source`: which."""

    maker: str
    rule: Rule | None
    known: str
    source: str


MAKERS: tuple[MakerFlag, ...] = (
    MakerFlag(
        "arri",
        None,
        "SDI carries extended metadata, timecode, payload identifier and recorder control; place and bits not seen",
        "ARRI, Metadata White Paper for ALEXA XT SUP 11.1 and others, 25 May 2018, table of contents",
    ),
    MakerFlag(
        "blackmagic",
        TimecodeTrigger(),
        "cameras trigger recorders over SDI, and the makers of both give their cards a flag for it in the timecode; "
        "bits on the wire not published",
        "Blackmagic Design, Video Assist manual, Trigger Record; DeckLink interface, flags 8 and 16 of a timecode",
    ),
    MakerFlag("canon", None, "no document read", ""),
    MakerFlag(
        "panasonic",
        None,
        "with SDI REMOTE REC on, a control signal on the SDI output goes with the REC button; place and bits not seen",
        "Panasonic, AJ-CX4000G operating instructions, chapter 8, Remote function",
    ),
    MakerFlag(
        "red",
        None,
        "DSMC2: the SDI output has a record tally flag, and the clip's name as RP 188 VITC2 in HANC; bits not seen",
        "RED, RAVEN Operation Guide 6.3, 3G-SDI (HD-SDI) OUT; its HD-SDI HANC Metadata Information was not at hand",
    ),
    MakerFlag(
        "sony",
        None,
        "XDCAM: a recorder in HD-SDI remote mode obeys command packets on its SDI input; identifiers not seen",
        "Sony, PDW-HD1500 operating instructions, Recording with the HDSDI remote control function",
    ),
)


def record_flag(address: SourceAddress) -> RecordFlag:
    """What follows the record flag of the camera at `address`, by its options record= and record-frames=. Raises
    UsageError."""
    try:
        rules = parse_rules(address.option("record") or "auto")
        hold = int(address.option("record-frames") or HOLD)
        if not 1 <= hold <= MAX_HOLD:
            raise UsageError(f"record-frames={hold} does not lie in 1 to {MAX_HOLD}")
    except UsageError as error:
        raise UsageError(f"'{address}': {error}") from None
    return RecordFlag(rules, hold)


def parse_rules(text: str) -> tuple[Rule, ...]:
    """The rules of `text`, in the order of their say; none for `off`. Raises UsageError."""
    if text == "off":
        return ()
    parts = text.split("+")
    if len(parts) > MAX_RULES:
        raise UsageError(f"record= takes at most {MAX_RULES} rules, not {len(parts)}")
    return tuple(dict.fromkeys(rule for part in parts for rule in _rules(part)))


def _rules(text: str) -> tuple[Rule, ...]:
    named: dict[str, tuple[Rule, ...]] = {
        "auto": AUTO,
        "sender": (SenderSays(),),
        "flag": (TimecodeTrigger(),),
        "running": (RunningTimecode(),),
    }
    named |= {known.maker: (known.rule,) if known.rule is not None else AUTO for known in MAKERS}
    if text in named:
        return named[text]
    if match := _BITS.fullmatch(text):
        mask, value = _masked(text, match[1], match[2], 0xFFFFFFFF)
        return (UserBits(mask, value),)
    if match := _PACKET.fullmatch(text):
        mask, value = _masked(text, match[4], match[5], 0xFF)
        byte = int(match[3])
        if byte > 254:
            raise UsageError(f"record={text}: a packet has bytes 0 to 254")
        return (PacketByte(int(match[1], 16), int(match[2], 16), byte, mask, value),)
    makers = ", ".join(known.maker for known in MAKERS)
    raise UsageError(f"record={text} is not known; it takes {_FORMS}, a maker ({makers}), or several with + between")


def _masked(text: str, mask: str, value: str | None, most: int) -> tuple[int, int]:
    """Mask and value as numbers. Raises UsageError where they do not fit into the field or each other."""
    masked = _number(mask)
    wanted = masked if value is None else _number(value)
    if not 0 < masked <= most:
        raise UsageError(f"record={text}: a mask lies in 1 to 0x{most:X}")
    if wanted & ~masked:
        raise UsageError(f"record={text}: the value has bits that its mask does not have")
    return masked, wanted


def _number(text: str) -> int:
    return int(text, 16 if text[:2] in ("0x", "0X") else 10)
