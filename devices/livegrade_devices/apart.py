"""A box proved by its pictures in a process of its own. Taking 50 MB of them apart holds the interpreter's lock for
longer than a frame lasts: a program that shows pictures itself must not do it. `python -m livegrade_devices.apart` is
that process; what it is asked comes in at its input, so that no password is among its arguments.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from livegrade.beside import beside
from livegrade.errors import DeviceError, DeviceRefusedError, LivegradeError
from livegrade_devices.address import DeviceAddress
from livegrade_devices.device import BoxLook
from livegrade_devices.kinds import address_checked
from livegrade_devices.once import ask_once
from livegrade_devices.proving import Proved, judged
from livegrade_devices.wires.live import LiveWires

if TYPE_CHECKING:
    from livegrade_devices.device import Device

_LOG = logging.getLogger(__name__)
LAST_WORDS = 4000
"""Bytes of what it said at its end, for the log."""
COMPARE_S = 120.0
"""For six pictures of 50 MB."""
NICE = 10
"""Pictures that are shown go first."""


@dataclass(frozen=True, slots=True)
class _Question:
    address: DeviceAddress
    look: BoxLook


async def compared(device: Device, look: BoxLook, address: DeviceAddress) -> Proved:
    """What `PicturePort.compare` says, judged. Raises DeviceError, DeviceRefusedError where it gives no pictures."""
    if device.pictures is None:
        raise DeviceRefusedError(address, "it gives no pictures of what passes through it")
    proof = await device.pictures.compare(look)
    return await asyncio.to_thread(judged, proof, look)


async def compared_apart(address: DeviceAddress, look: BoxLook) -> Proved:
    """The same by a connection of another process, which ends with this. Raises DeviceError."""
    asked = await asyncio.to_thread(pickle.dumps, _Question(address, look))
    line = [sys.executable, "-P", "-m", "livegrade_devices.apart"]
    process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    # A thread of its own, so that no look waits for one of those that all devices share; it also sees a process to its
    # end that this does not wait for.
    try:
        said, why = await asyncio.wrap_future(beside(partial(process.communicate, asked), "livegrade-apart"))
    finally:
        # Also when this is called off; one that is killed has said all that it will.
        if process.poll() is None:
            process.kill()
    if process.returncode != 0:
        _LOG.error("what compares pictures of %s has ended: %s", address, why[-LAST_WORDS:].decode(errors="replace"))
        raise DeviceError(address, f"what compares its pictures has ended with code {process.returncode}")
    answer: Proved | str = pickle.loads(said)  # noqa: S301  # of our own process
    if isinstance(answer, str):
        raise DeviceError(address, answer)
    return answer


async def _answer(question: _Question) -> Proved | str:
    """A sentence where there is no proof."""
    live = LiveWires()
    try:
        kind = address_checked(question.address)

        async def compare(device: Device) -> Proved:
            return await compared(device, question.look, question.address)

        return await ask_once(kind, question.address, live, compare, COMPARE_S)
    except DeviceError as error:
        return error.fault
    except LivegradeError as error:
        return str(error)
    finally:
        await live.close()


def main() -> None:
    """The process."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    question = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  # of who has started this
    sys.stdout.buffer.write(pickle.dumps(asyncio.run(_answer(question))))


if __name__ == "__main__":
    main()
