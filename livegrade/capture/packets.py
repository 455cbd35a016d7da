"""Ancillary packets in words: what each is called, and what is in the few that are documented and worth reading.

Names: the register of data identifiers at the SMPTE Registration Authority, as libklvanc (src/core-did.c) lists it.
Forms, each with its source, stand at its function. A packet that is damaged or says nothing known is told as bytes by
who lists it; nothing here raises.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from livegrade.capture.cameracontrol import messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livegrade.video.ancillary import AncillaryPacket

NAMES: dict[tuple[int, int], str] = {
    (0x41, 0x01): "payload identifier (ST 352)",
    (0x41, 0x05): "active format description (ST 2016-3)",
    (0x41, 0x06): "pan and scan (ST 2016-4)",
    (0x41, 0x07): "SCTE 104 messages (ST 2010)",
    (0x41, 0x08): "VBI data (ST 2031)",
    (0x41, 0x0B): "lip sync (ST 2064-2)",
    (0x41, 0x0C): "HDR and wide gamut metadata (ST 2108-1)",
    (0x41, 0x0D): "HDR and wide gamut metadata as KLV (ST 2108-2)",
    (0x43, 0x02): "subtitling distribution packet (RDD 8)",
    (0x43, 0x05): "acquisition metadata of the camera (RDD 18)",
    (0x44, 0x04): "KLV metadata in VANC (RP 214)",
    (0x44, 0x14): "KLV metadata in HANC (RP 214)",
    (0x44, 0x44): "UMID and program identification (RP 223)",
    (0x46, 0x01): "two-frame marker (ST 2051)",
    (0x51, 0x01): "film codes (RP 215)",
    (0x51, 0x52): "Blackmagic tally",
    (0x51, 0x53): "Blackmagic camera control",
    (0x60, 0x60): "ancillary time code (ST 12-2)",
    (0x60, 0x61): "high frame rate time code (ST 12-3)",
    (0x60, 0x62): "generic time label (ST 2103)",
    (0x61, 0x01): "closed captions CEA-708 (ST 334-1)",
    (0x61, 0x02): "closed captions CEA-608 (ST 334-1)",
    (0x62, 0x01): "program description (RP 207)",
    (0x62, 0x02): "data broadcast (ST 334-1)",
    (0x62, 0x03): "VBI data (RP 208)",
    (0x64, 0x64): "time code, deprecated (RP 196)",
    (0x64, 0x7F): "VITC, deprecated (RP 196)",
}
_TYPE_1: dict[int, str] = {
    0x80: "packet marked for deletion",
    **dict.fromkeys(range(0xA0, 0xA8), "sound of groups 5 to 8 (ST 299-2)"),
    **dict.fromkeys(range(0xE0, 0xE8), "sound (ST 299-1)"),
    **dict.fromkeys((*range(0xEC, 0xF0), *range(0xF8, 0x100)), "sound (ST 272)"),
    0xF0: "camera position (ST 315)",
    0xF4: "error detection (RP 165)",
}
"""Packets with an identifier from 80h on have a running number where others have their second identifier."""


def name(packet: AncillaryPacket) -> str | None:
    """What the packet is called; None: not registered, or not known here."""
    return NAMES.get(packet.kind) if packet.did < 0x80 else _TYPE_1.get(packet.did)


def describe(packet: AncillaryPacket) -> tuple[str, ...]:
    """What the packet says, in lines; none where it is not one that is read here, or damaged."""
    match packet.kind:
        case (0x51, 0x52):
            return tuple(_tally(packet.data))
        case (0x51, 0x53):
            return tuple(messages(packet.data))
        case (0x60, 0x60):
            return tuple(_time_code(packet.data))
        case (0x41, 0x01):
            return tuple(_payload(packet.data))
        case (0x41, 0x0C):
            return tuple(_hdr(packet.data))
    return ()


def _tally(data: bytes) -> Iterator[str]:
    """Source: Blackmagic Embedded Tally Control Protocol 1.0 (30/04/14), in the manuals of ATEM switchers: four bits a
    device, program and preview the lower two; first the monitor with the version above it, then pairs of cameras."""
    if not data:
        return
    if version := data[0] >> 4:
        yield f"tally of version {version}, which is not known"
        return
    lit = [("monitor", data[0] & 3)]
    for pair, both in enumerate(data[1:]):
        lit += [(f"camera {2 * pair + 1}", both & 3), (f"camera {2 * pair + 2}", both >> 4 & 3)]
    words = {1: "program", 2: "preview", 3: "program and preview"}
    yield "; ".join(f"{who} {words[bits]}" for who, bits in lit if bits) or "no tally"


_TIME_CODES = {0: "LTC", 1: "VITC1", 2: "VITC2"}


def _time_code(data: bytes) -> Iterator[str]:
    """Source: SMPTE ST 12-2 as libklvanc (src/core-packet-smpte_12_2.c) reads it, and the bits of IEC 60461, table 1:
    four bits of time code in the upper half of each of 16 words, binary groups in every second one; bit 3 of the first
    eight words says which time code it is."""
    if len(data) != 16:
        return
    kind = sum((word >> 3 & 1) << bit for bit, word in enumerate(data[:8]))
    if kind not in _TIME_CODES:
        yield f"time code of type {kind:02X}h"
        return
    nibbles = [word >> 4 for word in data]
    frames, tens, seconds, ten_seconds, minutes, ten_minutes, hours, ten_hours = nibbles[::2]
    user = "".join(f"{group:X}" for group in nibbles[1::2])
    separator = ";" if tens & 4 else ":"
    time = f"{ten_hours & 3}{hours}:{ten_minutes & 7}{minutes}:{ten_seconds & 7}{seconds}{separator}{tens & 3}{frames}"
    yield f"{_TIME_CODES[kind]} {time}, binary groups 1 to 8: {user}"


_RATES = "-", "-", "23.98", "24", "47.95", "25", "29.97", "30", "48", "50", "59.94", "60"
_STANDARDS = {
    0x85: "1080 lines on 1.5G",
    0x89: "1080 lines on 3G level A",
    0x8A: "1080 lines, dual link on 3G level B",
    0x97: "2160 lines on four 3G level A",
    0x98: "2160 lines on four 3G level B",
    0xD2: "4320 lines on four 12G",
}


def _payload(data: bytes) -> Iterator[str]:
    """Source: SMPTE ST 352 as libajantv2 (ajantv2/src/ntv2vpid.cpp) reads it. Only what is seen there has a name."""
    if len(data) != 4:
        return
    rate = data[1] & 15
    told = _RATES[rate] if rate < len(_RATES) else "-"
    transport, picture = ("progressive" if data[1] & bit else "interlaced" for bit in (0x80, 0x40))
    standard = _STANDARDS.get(data[0], f"standard {data[0]:02X}h")
    yield f"{standard}, {told} pictures a second, {transport} transport, {picture} picture"


def _hdr(data: bytes) -> Iterator[str]:
    """Source: SMPTE ST 2108-1 as libklvanc (src/core-packet-smpte_2108_1.c) reads it: frames of type and length, each
    an SEI message: primaries G, B, R and white in 0.00002, luminance in 0.0001 cd/m2, light levels in cd/m2."""
    at = 0
    while at + 2 <= len(data):
        kind, length = data[at], data[at + 1]
        body = data[at + 4 : at + 2 + length]
        if kind == 0 and len(body) >= 24:
            *points, most, least = struct.unpack(">8H2I", body[:24])
            spots = [f"{x * 0.00002:.4f} {y * 0.00002:.4f}" for x, y in zip(points[::2], points[1::2], strict=True)]
            light = f"{least / 1e4:g} to {most / 1e4:g} cd/m2"
            yield f"mastering display R {spots[2]}, G {spots[0]}, B {spots[1]}, white {spots[3]}, {light}"
        elif kind == 1 and len(body) >= 4:
            content, average = struct.unpack(">2H", body[:4])
            yield f"content light level {content} cd/m2, frame average {average} cd/m2"
        else:
            yield f"HDR frame of type {kind}, {length} bytes"
        at += 2 + length
