"""Small clients for tests of the emulated driver itself: the product's own binding, in time that stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.transport.decklink import _binding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from livegrade_hardware.emulators.decklink import EmulatedDriver

A_SECOND = 1_000_000_000


def code(text: str) -> int:
    """A four-character code."""
    return int.from_bytes(text.encode("ascii"), "big")


class Bench:
    """Opens inputs and outputs of stepped cards, moves time by frames, and closes everything behind a test."""

    def __init__(self, driver: EmulatedDriver) -> None:
        self.driver = driver
        self._open: list[_binding.Capture | _binding.Playout] = []
        driver.stepped(True)

    def capture(
        self,
        mode: str = "Hp25",
        layout: str = "v210",
        *,
        card: int = 0,
        queue: int = 40,
        buffers: Sequence[NDArray[np.uint8]] = (),
    ) -> _binding.Capture:
        capture = _binding.Capture(
            card,
            mode=code(mode),
            pixel_format=code(layout),
            rgb_format=code("r210"),
            detect=True,
            queue=queue,
            buffers=buffers,
        )
        self._open.append(capture)
        capture.start()
        return capture

    def playout(self, mode: str = "Hp25", layout: str = "v210", *, card: int = 1, preroll: int = 2) -> _binding.Playout:
        playout = _binding.Playout(card, mode=code(mode), pixel_format=code(layout), preroll=preroll, audio_channels=16)
        self._open.append(playout)
        return playout

    def advance(self, frames: int = 1, rate: int = 25) -> None:
        """By whole frames of a mode of `rate` frames a second."""
        self.driver.advance(frames * A_SECOND // rate)

    def pictures(self, capture: _binding.Capture) -> list[_binding.Picture]:
        """All that wait; changes of format are left out."""
        waiting = iter(lambda: capture.take(1), None)
        return [picture for picture in waiting if isinstance(picture, _binding.Picture)]

    def close(self) -> None:
        while self._open:
            self._open.pop().stop()


@pytest.fixture
def bench(decklink_driver: EmulatedDriver) -> Iterator[Bench]:
    made = Bench(decklink_driver)
    yield made
    made.close()


def pass_on(picture: _binding.Picture, playout: _binding.Playout) -> int | None:
    """A picture as it came, with its sound, first timecode and packets."""
    timecode = picture.timecodes[0] if picture.timecodes else None
    audio = None if picture.audio is None else np.array(picture.audio)
    return playout.write(np.asarray(picture.data), audio=audio, timecode=timecode, packets=picture.packets)
