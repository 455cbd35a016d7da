"""`livegrade sources`: what can be opened here and now."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from livegrade.capture.devices import capture_devices
from livegrade.capture.scenes import SCENES
from livegrade.commands.sdi import driver_version, missing_cards, sdi_cards
from livegrade.errors import LivegradeError
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.ndi import list_sources
from livegrade.transport.ndi_network import missing_name_hint

if TYPE_CHECKING:
    from livegrade.capture.devices import CaptureDevice


def run_sources(wait_s: float, as_json: bool) -> int:
    """Prints SDI cards, NDI sources (looking for `wait_s` seconds), capture devices and the built-in patterns.

    Returns 0: that there are no sources is an answer.
    """
    try:
        ndi = list_sources(round(wait_s * NS_PER_SECOND))
        missing = "" if ndi else f"no NDI source answered within {wait_s:g} s; {missing_name_hint()}"
    except LivegradeError as error:
        ndi, missing = (), f"no NDI: {error}"
    devices, cards, no_cards = capture_devices(), sdi_cards(), missing_cards()
    if as_json:
        answer = {
            "decklink": [asdict(card) for card in cards],
            "decklink_driver": driver_version(),
            "decklink_missing": no_cards or "",
            "ndi": ndi,
            "ndi_missing": missing,
            "devices": [asdict(device) for device in devices],
            "patterns": list(SCENES),
        }
        print(json.dumps(answer))
    else:
        for card in cards:
            print(f"{card.address}  {card}")
        if no_cards is None:
            print(f"DeckLink driver {driver_version()}")
        _print(ndi, missing, devices)
        if no_cards is not None:
            print(no_cards)
    return 0


def _print(ndi: tuple[str, ...], missing: str, devices: tuple[CaptureDevice, ...]) -> None:
    """What can be pasted behind `livegrade run` stands at the start of its line."""
    for name in ndi:
        print(f'ndi:"{name}"')
    for device in devices:
        print(f'"{device.address}"  {device.name}')
    for name in SCENES:
        print(f"pattern:{name}")
    if missing:
        print(missing)
    if not devices:
        print(
            "no capture device that FFmpeg can list; streams are opened by address, such as ffmpeg::srt://10.0.0.5:9000"
        )
