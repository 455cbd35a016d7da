"""Which methods of the driver we call: what docs/decisions/decklink-client.md lists is what a run through all that the
binding does calls, by the emulated driver's log and our own counts."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from livegrade.transport.decklink import _binding
from livegrade.transport.decklink._binding import Packet, Timecode14
from livegrade.transport.decklink.modes import four
from livegrade.video.ancillary import AncillaryPacket

if TYPE_CHECKING:
    from pathlib import Path

    from tests.transport.decklink.conftest import Bench

RECORD = "docs/decisions/decklink-client.md"
HD50, V210 = four("hp50"), four("v210")
OF_BOTH_WAYS = ("DoesSupportVideoMode", "GetDisplayMode", "GetDisplayModeIterator")
"""Counted by the emulated driver for inputs and outputs together."""
SPELLED = {"IDeckLinkConfiguration::Get": "IDeckLinkConfiguration::GetInt"}
"""Counted by it without the type."""
OURS = "callback "


def test_the_record_lists_the_methods_that_are_called(bench: Bench, repository: Path) -> None:
    called = _asked(bench) | _captured(bench) | _played(bench)
    for name in bench.driver.calls():
        if name in OF_BOTH_WAYS:
            called |= {f"IDeckLinkInput::{name}", f"IDeckLinkOutput::{name}"}
        elif "::" in name and name != "IDeckLinkConfiguration::Set":
            called.add(SPELLED.get(name, name))
    # The interface of a frame is the input's or the output's; the driver counts what all frames have in one place.
    called.discard("IDeckLinkVideoFrame::GetTimecode")
    assert _listed((repository / RECORD).read_text(encoding="utf-8")) == _by_interface(called)


def _asked(bench: Bench) -> set[str]:
    assert _binding.driver_version() is not None
    assert len(_binding.cards()) == 2
    for output in (False, True):
        assert _binding.modes(0, output)
        assert _binding.supports(0, output, 0, HD50, V210)[0]
    return set()


def _captured(bench: Bench) -> set[str]:
    card = bench.driver.card(0)
    card.signal("720p50")
    card.timecode("10:00:00:00", carriers=("rphr", "rpv1"))
    card.hdr(eotf=2, colorspace="2020", values={"mcll": 1000.0})
    card.packets([AncillaryPacket(0x51, 0x53, b"lens", 11)])
    own = [np.zeros(-(-1920 // 48) * 128 * 1080, np.uint8) for _ in range(6)]
    capture = bench.capture(connection=1, buffers=own)
    bench.frames(3)
    card.signal("1080p25")
    bench.frames(8)
    assert capture.take(0) is not None
    while capture.take(0) is not None:
        pass
    capture.status()
    assert capture.stop()
    return set(capture.counters().calls)


def _played(bench: Bench) -> set[str]:
    playout = bench.playout(audio_channels=2, colorspace=four("2020"), eotf=2)
    black, silence = np.zeros(playout.stride * 720, np.uint8), np.zeros((960, 2), np.int32)
    for number in range(9):
        full = number < 6
        timecode = Timecode14(four("rpv1"), 1, 2, 3, number) if full else None
        playout.write(black, audio=silence, timecode=timecode, packets=[Packet(0x51, 0x53, b"lens")] if full else [])
        bench.frames(1)
    playout.reference()
    assert playout.stop()
    return set(playout.counters().calls)


def _by_interface(names: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name in names:
        interface, method = name.removeprefix("IDeckLink").split("::")
        found[interface or "DeckLink"].add(method)
    return dict(found)


def _listed(text: str) -> dict[str, set[str]]:
    rows = re.findall(r"^\| ([A-Z]\w+) \| (.+) \|$", text, re.MULTILINE)
    return {interface: set(methods.split(", ")) for interface, methods in rows}
