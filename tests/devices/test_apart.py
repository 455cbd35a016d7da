"""A box that is compared by another process: what is left of it when that is called off."""

from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import threading
from collections.abc import Callable

import pytest

from livegrade.color.look import Look
from livegrade.errors import DeviceError
from livegrade_devices.address import parse_device
from livegrade_devices.apart import compared_apart
from livegrade_devices.device import BoxLook


@pytest.mark.emulated
def test_the_process_ends_with_the_question_and_its_faults_are_sentences(until: Callable) -> None:
    """Also where the loop is closed at once; what is not let go of then would be a warning, which is an error."""
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = parse_device(f"colorbox:127.0.0.1:{deaf.getsockname()[1]}")
        before = threading.active_count()

        async def call_off() -> None:
            work = asyncio.create_task(compared_apart(address, BoxLook(Look())))
            caller, _ = await asyncio.to_thread(deaf.accept)
            with caller:
                work.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await work

        asyncio.run(call_off())
        gc.collect()
        until(lambda: threading.active_count() <= before)
        gc.collect()
    with pytest.raises(DeviceError, match="it does not answer at 127"):
        asyncio.run(compared_apart(address, BoxLook(Look())))


@pytest.mark.emulated
def test_who_calls_it_off_does_not_wait_for_the_end_of_the_process(
    until: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that hangs in the system is there for a while after it was killed."""
    let_go, in_time = threading.Event(), []

    class Hanging(subprocess.Popen[bytes]):
        def communicate(self, *words: object) -> tuple[bytes, bytes]:
            said = super().communicate(*words)
            in_time.append(let_go.wait(20))
            return said

    monkeypatch.setattr("livegrade_devices.apart.subprocess.Popen", Hanging)

    async def call_off() -> None:
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            address = parse_device(f"colorbox:127.0.0.1:{deaf.getsockname()[1]}")
            work = asyncio.create_task(compared_apart(address, BoxLook(Look())))
            caller, _ = await asyncio.to_thread(deaf.accept)
            with caller:
                work.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await work
        let_go.set()

    asyncio.run(call_off())
    until(lambda: bool(in_time))
    assert in_time == [True]
