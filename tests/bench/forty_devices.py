"""What forty devices cost while nothing happens: python tests/bench/forty_devices.py [SECONDS]

Emulated ones of several kinds, on one hub and in this process; prints processor time a second of the hub's thread, of
the thread in which the devices are emulated, and of the whole process. The bar is half a core for all of it.
"""

from __future__ import annotations

import sys
import threading
import time

from livegrade.timing.clock import MonotonicClock
from livegrade_devices.address import parse_device
from livegrade_devices.hub import Hub
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.colorbox import EmulatedColorBox
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import emulated_kind

KINDS = ("videohub", "hyperdeck", "red", "visca", "opengradeio")
EACH, BOXES = 6, 10
PATIENCE_S = 30.0


def attach(hub: Hub, cart: EmulatedCart) -> None:
    for number in range(EACH):
        for kind in KINDS:
            port = cart.add(emulated_kind(kind).made({}, Faults()))
            hub.attach(f"{kind} {number}", parse_device(f"{kind}:127.0.0.1:{port}"))
    for number in range(BOXES):
        box = EmulatedColorBox()
        port = cart.add(box)
        hub.attach(f"colorbox {number}", parse_device(f"colorbox:127.0.0.1:{port},data-port={box.data_port}"))


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    hub = Hub(MonotonicClock())
    with EmulatedCart() as cart:
        attach(hub, cart)
        lacking = hub.wait_tried(PATIENCE_S)
        if lacking:
            raise SystemExit(f"not ready: {', '.join(f'{name} ({each.reason})' for name, each in lacking.items())}")
        threads = {thread.name: thread for thread in threading.enumerate()}
        clocks = {
            name: time.pthread_getcpuclockid(threads[name].ident or 0) for name in ("devices", "emulated devices")
        }
        began = {name: time.clock_gettime(clock) for name, clock in clocks.items()}
        whole, at = time.process_time(), time.perf_counter()
        time.sleep(seconds)
        took = time.perf_counter() - at
        shares = {name: (time.clock_gettime(clock) - began[name]) / took for name, clock in clocks.items()}
        shares["whole process"] = (time.process_time() - whole) / took
        ready = sum(state.connections == 1 for state in hub.states().values())
        hub.close()
    print(f"{len(KINDS) * EACH + BOXES} devices, {ready} connected without a break, {took:.0f} s")
    print("| thread | % of a core |\n|---|---|")
    for name, share in shares.items():
        print(f"| {name} | {100 * share:.1f} |")


if __name__ == "__main__":
    main()
