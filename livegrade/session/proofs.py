"""The proof that a box shows its look, again and again while a session runs: when it is time, and what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import DeviceError, DeviceRefusedError, LivegradeError
from livegrade.timing.rate import NS_PER_SECOND
from livegrade_devices.proving import judged, patches
from livegrade_devices.pushed import THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import BoxLook, Device
    from livegrade_devices.proving import Proved
    from livegrade_devices.state import DeviceState

DEPTH = 12
"""Bits of the codes that are proved where the box does not say what its own are."""


@dataclass(frozen=True, slots=True)
class LastProof:
    """What came of the newest proof of a box. `at_ns`: on the session's clock; `look_id`: of the look that it had;
    `fault`: what was wrong, "" where it showed that look."""

    at_ns: int
    look_id: str | None
    proved: Proved
    fault: str


class Proofs:
    """Of one box, which may be off by `threshold` of its codes, whatever a proof by hand is asked with."""

    def __init__(self, every_s: float, threshold: float = THRESHOLD) -> None:
        self._threshold = threshold
        self._found: tuple[int | None, str] = None, ""
        self._every_ns = round(every_s * NS_PER_SECOND)
        self._last_ns: int | None = None
        self._work: Future[Proved] | None = None

    def found(self, proved: Proved, sent_ns: int | None) -> None:
        """What a proof found, whoever asked for it, of the look that was sent at `sent_ns`. From any thread."""
        self._found = sent_ns, proved.fault(self._threshold)

    def fault(self, state: DeviceState) -> str:
        """What the last proof found wrong, "" where nothing; a look that was sent since has not been proved, and is
        taken for right. From any thread."""
        sent_ns, fault = self._found
        return fault if sent_ns == state.sent_ns else ""

    def turn(
        self,
        state: DeviceState,
        look: BoxLook,
        now_ns: int,
        ask: Callable[[BoxLook], Future[Proved]],
    ) -> str:
        """Begins a proof where it is time and none goes on; what it finds is for `found`. A sentence for people, once,
        where none could be had."""
        if self._work is not None:
            return self._ended()
        since_ns = state.sent_ns if self._last_ns is None else self._last_ns
        if not self._every_ns or state.pending or since_ns is None or now_ns - since_ns < self._every_ns:
            return ""
        self._last_ns = now_ns
        self._work = ask(look)
        return ""

    def call_off(self) -> None:
        """The one that goes on, if any; the box shows its input again."""
        if self._work is not None:
            self._work.cancel()
            self._work = None

    def _ended(self) -> str:
        if self._work is None or not self._work.done():
            return ""
        work, self._work = self._work, None
        if work.cancelled():
            return ""
        error = work.exception()
        if error is None:
            return ""
        if isinstance(error, LivegradeError):
            return f"it could not be proved: {error}"
        raise error


def question(name: str, look: BoxLook) -> Callable[[Device], Coroutine[object, object, Proved]]:
    """What the box of that name is asked that is to show `look`."""

    async def prove(device: Device) -> Proved:
        if device.proof is None:
            raise DeviceRefusedError(name, "it cannot say what becomes of colours")
        stage = device.capabilities.lut3d or device.capabilities.lut1d
        depth = DEPTH if stage is None or stage.depth is None else stage.depth
        proof = await device.proof.prove(patches(depth, full_range=look.full_range))
        return await asyncio.to_thread(judged, proof, look)

    return prove


def picture_question(
    address: DeviceAddress, look: BoxLook, state: Callable[[], DeviceState]
) -> Callable[[Device], Coroutine[object, object, Proved]]:
    """The same by pictures of what passes through it. `state`: how the box stands now."""

    async def compare(device: Device) -> Proved:
        from livegrade_devices.apart import compared_apart  # with asyncio and HTTP

        if device.pictures is None:
            raise DeviceRefusedError(address, "it gives no pictures of what passes through it")
        before = state()
        if before.pending:
            raise DeviceError(address, "it is not proved while it has yet to get its look")
        proved = await compared_apart(address, look)
        after = state()
        if after.pending or after.sent_ns != before.sent_ns:
            raise DeviceError(address, "it was given another look while its pictures were compared; ask again")
        return proved

    return compare
