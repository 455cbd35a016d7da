"""Our client at emulated cards whose time moves only when a test says so."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from livegrade.transport.decklink._binding import Capture, FormatChange, Picture, Playout
from livegrade.transport.decklink.modes import four

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from livegrade_hardware.emulators.decklink import EmulatedDriver

    Until = Callable[[Callable[[], bool]], None]

NO_WAIT = 0


class Bench:
    """`driver` in step mode; what is opened here is stopped behind the test."""

    def __init__(self, driver: EmulatedDriver) -> None:
        self.driver = driver
        self._opened: list[Capture | Playout] = []

    def capture(self, card: int = 0, mode: str = "hp50", **options: Any) -> Capture:
        """An input that runs."""
        capture = Capture(card, mode=four(mode), **({"pixel_format": four("v210")} | options))
        self._opened.append(capture)
        capture.start()
        return capture

    def playout(self, card: int = 1, mode: str = "hp50", **options: Any) -> Playout:
        playout = Playout(card, mode=four(mode), **({"pixel_format": four("v210")} | options))
        self._opened.append(playout)
        return playout

    def frames(self, count: int, fps: Fraction | int = 50) -> None:
        """Lets the time of so many frames pass; call-backs are done when this returns."""
        self.driver.advance(-(-count * 1_000_000_000 // Fraction(fps)))

    def close(self) -> None:
        for one in self._opened:
            one.stop()
        self._opened.clear()


@pytest.fixture
def bench(decklink_driver: EmulatedDriver) -> Iterator[Bench]:
    decklink_driver.stepped(True)
    opened = Bench(decklink_driver)
    yield opened
    opened.close()


def queued(capture: Capture) -> list[Picture | FormatChange]:
    """All that lies in the queue."""
    return list(iter(lambda: capture.take(NO_WAIT), None))
