"""What becomes of colours in an AJA ColorBox, and how the box stood before. Colours go into its frame store, one a
pixel, and come back from behind its stages. Source: AJA, ColorBox demos, rgb_triplet.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import DeviceError, UsageError
from livegrade_devices.device import Held
from livegrade_devices.lutboxes.colorboxrest import Config, FrameStore
from livegrade_devices.lutboxes.colorboxwire import SPARE_BITS, STAGES, TripletAnswer, question
from livegrade_devices.lutboxes.stages import TOP
from livegrade_devices.pushed import Proof

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from numpy.typing import NDArray

    from livegrade_devices.lutboxes.colorboxrest import Rest
    from livegrade_devices.lutboxes.stages import Stages
    from livegrade_devices.wires.values import Sockets

    Codes = NDArray[np.uint16]

SETTLE_S = 2.0
"""From switching the frame store to colours that are right. Source: AJA, ColorBox demos, rgb_triplet."""
ANSWER_S = 5.0
BACK_S = 2.0
"""For switching back to the input, also where the box is hardly there any more."""
RESTORE_S = 10.0
"""For setting back all that was changed: another mode takes seconds."""
ASKED = 16
"""Colours on their way at a time, each at a pixel of its own."""
HOW = "colours put into its frame store (rgbtriplet)"


class Prover:
    """`ProofPort`. Somebody must pass on what the box answers (`hear`). `stages`: what it was sent, None where that is
    not known; `forget`: called when that is no longer there."""

    def __init__(
        self,
        device: object,
        rest: Rest,
        socket: Sockets,
        stages: Callable[[], Stages | None],
        forget: Callable[[], None],
    ) -> None:
        self._device = device
        self._rest = rest
        self._socket = socket
        self._stages = stages
        self._forget = forget
        self._questions: dict[str, asyncio.Future[TripletAnswer]] = {}
        self._cookies = itertools.count(1)

    def hear(self, answer: TripletAnswer) -> None:
        if (waiting := self._questions.get(answer.cookie)) and not waiting.done():
            waiting.set_result(answer)

    async def prove(self, codes: Codes) -> Proof:
        """As `ProofPort.prove`, with codes of 12 bits. The box shows its frame store meanwhile, and not its input."""
        stages = self._stages()
        if stages is None:
            raise DeviceError(self._device, "no look was sent to it yet, so that there is nothing to prove")
        answers = await self._answers(codes)
        return Proof(codes, _codes([one.actual for one in answers]), stages.apply(codes), 12, HOW)

    async def measure(self, codes: Codes) -> Proof:
        """As `ProofPort.measure`, in the same way."""
        answers = await self._answers(codes)
        actual, expected = [one.actual for one in answers], [one.expected for one in answers]
        return Proof(codes, _codes(actual), _codes(expected), 12, f"{HOW}, against its own reckoning")

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[Held]:
        """As `ProofPort.held`. What stages got over the WebSocket cannot be read from the box."""
        config = await self._rest.get("/v2/system/config", Config)
        stages = await self._rest.get("/v2/pipelineStages", dict[str, object])
        store = await self._rest.get("/v2/frameStore", FrameStore)
        held = Held()
        try:
            yield held
        finally:
            # Also when this is called off: what is shown must be what was shown.
            self._forget()
            try:
                async with asyncio.timeout(RESTORE_S):
                    await self._rest.put("/v2/pipelineStages", stages)
                    await self._rest.put("/v2/frameStore", store.asked)
                    if (await self._rest.get("/v2/system/config", Config)).transform_mode != config.transform_mode:
                        await self._rest.put("/v2/system/config", {"transformMode": config.transform_mode})
                if _has_dynamic(stages):
                    held.left = "what was sent to it before cannot be read from it and is not set back; push it again"
            except (DeviceError, OSError, TimeoutError) as error:
                told = str(error) or "it does not answer"
                held.left = f"it could not be set back to what it showed before ({told})"

    async def _answers(self, codes: Codes) -> list[TripletAnswer]:
        if codes.ndim != 2 or codes.shape[1] != 3 or int(codes.max(initial=0)) > TOP:
            raise UsageError(f"{self._device}: colours to prove are rows of three codes from 0 to {TOP}")
        before = await self._rest.get("/v2/frameStore", FrameStore)
        try:
            await self._rest.put("/v2/frameStore", {"enabled": True, "dynamic": False})
            await asyncio.sleep(SETTLE_S)
            answers: list[TripletAnswer] = []
            for start in range(0, len(codes), ASKED):
                part = codes[start : start + ASKED].tolist()
                answers += await asyncio.gather(*(self._ask(pixel, code) for pixel, code in enumerate(part)))
            return answers
        finally:
            # Also when this is called off: the picture must come back.
            await self._show_input_again(before)

    async def _show_input_again(self, before: FrameStore) -> None:
        try:
            async with asyncio.timeout(BACK_S):
                await self._rest.put("/v2/frameStore", before.asked)
        except (DeviceError, OSError, TimeoutError) as error:
            told = "its frame store could not be switched back, so that it may still show a colour and not its input"
            raise DeviceError(self._device, told) from error

    async def _ask(self, pixel: int, code: list[int]) -> TripletAnswer:
        cookie = str(next(self._cookies))
        answer: asyncio.Future[TripletAnswer] = asyncio.get_running_loop().create_future()
        self._questions[cookie] = answer
        red, green, blue = code
        try:
            await self._socket.send(question(cookie, (pixel, 0), (red, green, blue)))
            async with asyncio.timeout(ANSWER_S):
                got = await answer
        except TimeoutError as error:
            raise DeviceError(self._device, f"it has not said what becomes of {red}, {green}, {blue}") from error
        finally:
            del self._questions[cookie]
        if not all(0 <= value <= 0xFFFF for value in (*got.actual, *got.expected)):
            raise DeviceError(self._device, f"it says that {red}, {green}, {blue} becomes {got.actual}")
        return got


def _has_dynamic(stages: Mapping[str, object]) -> bool:
    """Whether anything that is shown came over the WebSocket."""
    each = (stages.get(name) for name in STAGES.values())
    return any(isinstance(stage, dict) and stage.get("enabled") and stage.get("dynamic") for stage in each)


def _codes(colours: list[tuple[int, int, int]]) -> Codes:
    return (np.array(colours, np.uint16).reshape(-1, 3) >> SPARE_BITS).astype(np.uint16)
