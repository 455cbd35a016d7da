"""How long a look takes to an emulated ColorBox on loopback, from the hub's being told to the last byte's being sent:

    python tests/bench/box_looks.py

Each look is the next position of a wheel; the hub, its rate limit left out, the driver and its measuring of the error
are all in it. What a session has worked out for its picture before it tells the hub (`Session.set_looks`) is worked out
before the clock starts here too. The first look of all comes with the connection, as in a session: it sets the box up.
Prints Markdown.
"""

from __future__ import annotations

import asyncio
import statistics
import threading
import time
from dataclasses import replace

import numpy as np

from livegrade.color.balance import WhiteBalance
from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.color.rendering import output_nodes
from livegrade.color.slots import lattice_points
from livegrade.timing.clock import MonotonicClock
from livegrade_devices.address import DeviceAddress
from livegrade_devices.device import BoxLook
from livegrade_devices.hub import Hub
from livegrade_devices.lutboxes import colorbox
from livegrade_devices.state import DeviceState
from livegrade_hardware.emulators.colorbox import EmulatedColorBox

LOOKS = 30
PATIENCE_S = 20.0


def wheel(kind: str, number: int) -> Look:
    """Position `number` of a wheel before what `kind` says."""
    turned = Cdl(slope=(1.0 + number / 500, 1.0, 0.98), saturation=0.9)
    used = camera("arri-logc4")
    match kind:
        case "CDL":
            return Look((turned,))
        case "CDL, LUT of 33 points":
            return Look((turned, SHOW))
        case "CDL, output transform":
            return Look((turned, *output_nodes("rec709", used)))
    return Look((turned, WhiteBalance(4800.0, used.space)))


AXIS = np.linspace(0.0, 1.0, 33)
SHOW = Lut3d(Samples(lattice_points(AXIS, AXIS, AXIS) ** 0.9))
KINDS = ("CDL", "CDL, LUT of 33 points", "CDL, output transform", "CDL, balance in light")


class Sent:
    """When each look was sent."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.at: dict[str, float] = {}
        self.last: DeviceState | None = None
        self._changed = threading.Condition()

    def __call__(self, state: DeviceState) -> None:
        with self._changed:
            self.last = state
            if state.sent is not None:
                self.at.setdefault(state.sent, time.perf_counter())
            self._changed.notify_all()

    def until_sent(self, look: Look) -> float:
        with self._changed:
            if not self._changed.wait_for(lambda: look.id in self.at, PATIENCE_S):
                raise SystemExit(f"a look was not sent: {self.last}")
            return self.at[look.id]


async def serve(box: EmulatedColorBox, up: threading.Event, ports: list[int], ended: asyncio.Event) -> None:
    async with box.serve() as port:
        ports.append(port)
        up.set()
        await ended.wait()


def main() -> None:
    # What limits looks a second is for real boxes.
    colorbox.CAPABILITIES = replace(colorbox.CAPABILITIES, per_second=1000.0)
    box, up, ports, ended = EmulatedColorBox(), threading.Event(), [], asyncio.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve(box, up, ports, ended)), daemon=True)
    thread.start()
    up.wait(PATIENCE_S)
    sent = Sent()
    hub = Hub(MonotonicClock(), sent)
    hub.attach("box", DeviceAddress("colorbox", "127.0.0.1", ports[0], options={"data-port": str(box.data_port)}))
    began = time.perf_counter()
    hub.push("box", BoxLook(Look()))
    print(f"connection and first look: {1000 * (sent.until_sent(Look()) - began):.0f} ms\n")
    print("| look | first change, ms | p50, ms | p95, ms | bytes |\n|---|---|---|---|---|")
    for kind in KINDS:
        times = []
        for number in range(LOOKS + 1):
            look = wheel(kind, number)
            look.slots()
            began = time.perf_counter()
            hub.push("box", BoxLook(look))
            times.append(1000 * (sent.until_sent(look) - began))
        size = sent.last.report.size if sent.last is not None and sent.last.report is not None else 0
        p95 = statistics.quantiles(times[1:], n=20)[-1]
        print(f"| {kind} | {times[0]:.0f} | {statistics.median(times[1:]):.0f} | {p95:.0f} | {size:,} |")
    hub.close()
    loop.call_soon_threadsafe(ended.set)
    thread.join(PATIENCE_S)


if __name__ == "__main__":
    main()
