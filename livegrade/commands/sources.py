"""`livegrade sources`: what can be opened here and now."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from livegrade.capture.offers import offers
from livegrade.capture.sdi import driver_version

if TYPE_CHECKING:
    from livegrade.capture.offers import Offers


def run_sources(wait_s: float, as_json: bool) -> int:
    """Prints SDI cards, NDI sources (looking for `wait_s` seconds), capture devices and the built-in patterns.

    Returns 0: that there are no sources is an answer.
    """
    found = offers(wait_s)
    if as_json:
        answer = {
            "decklink": [asdict(card) for card in found.cards],
            "decklink_driver": driver_version(),
            "decklink_missing": found.cards_missing,
            "ndi": found.ndi,
            "ndi_missing": found.ndi_missing,
            "devices": [asdict(device) for device in found.devices],
            "patterns": found.patterns,
        }
        print(json.dumps(answer))
    else:
        _print(found)
    return 0


def _print(found: Offers) -> None:
    """What can be pasted behind `livegrade run` stands at the start of its line."""
    for card in found.cards:
        print(f"{card.address}  {card}")
    if not found.cards_missing:
        print(f"DeckLink driver {driver_version()}")
    for name in found.ndi:
        print(f'ndi:"{name}"')
    for device in found.devices:
        print(f'"{device.address}"  {device.name}')
    for name in found.patterns:
        print(f"pattern:{name}")
    if found.ndi_missing:
        print(found.ndi_missing)
    if not found.devices:
        print(
            "no capture device that FFmpeg can list; streams are opened by address, such as ffmpeg::srt://10.0.0.5:9000"
        )
    if found.cards_missing:
        print(found.cards_missing)
