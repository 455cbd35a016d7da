"""What can be opened as a source here and now: SDI cards, NDI sources, capture devices, patterns. Nothing is opened for
pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.capture.devices import capture_devices
from livegrade.capture.scenes import SCENES
from livegrade.capture.sdi import missing_cards, sdi_cards
from livegrade.errors import LivegradeError
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.transport.ndi import list_sources
from livegrade.transport.ndi_network import missing_name_hint

if TYPE_CHECKING:
    from livegrade.capture.devices import CaptureDevice
    from livegrade.capture.sdi import SdiCard


@dataclass(frozen=True, slots=True)
class Offers:
    """`ndi`: full names; `cards_missing`, `ndi_missing`: why there are none, as a sentence, or empty."""

    cards: tuple[SdiCard, ...]
    cards_missing: str
    ndi: tuple[str, ...]
    ndi_missing: str
    devices: tuple[CaptureDevice, ...]
    patterns: tuple[str, ...] = tuple(SCENES)


def offers(wait_s: float) -> Offers:
    """Looks for NDI sources for at most `wait_s` seconds; where the system or a driver is slow, the rest takes as long
    as it takes."""
    try:
        ndi = list_sources(round(wait_s * NS_PER_SECOND))
        missing = "" if ndi else f"no NDI source answered within {wait_s:g} s; {missing_name_hint()}"
    except LivegradeError as error:
        ndi, missing = (), f"no NDI: {error}"
    return Offers(sdi_cards(), missing_cards() or "", ndi, missing, capture_devices())
