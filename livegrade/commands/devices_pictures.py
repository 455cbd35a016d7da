"""`livegrade devices grab`, and `prove --by grab`: what is told from pictures of what passes through a box. Nothing of
the box changes by them, and nobody sees them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.commands.devices import asked, box_look_of, shown, tell_proof
from livegrade.commands.voice import say
from livegrade.errors import DeviceRefusedError, UsageError
from livegrade.outputs.still import still_encoder, write_still
from livegrade_devices.address import parse_device
from livegrade_devices.apart import COMPARE_S, compared

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.commands.devices import DeviceArguments
    from livegrade_devices.device import Device, PicturePort

GRAB_S = 30.0


def run_prove_by_grab(arguments: DeviceArguments, threshold: float) -> int:
    """1 where the box shows something else than the tables of these looks give. Raises LivegradeError where that cannot
    be told."""
    if not arguments.looks:
        raise UsageError("--by grab compares what a box shows with a look, and sends none: say with --look which")
    box_look, address = box_look_of(arguments), parse_device(arguments.address)
    proved = asked(arguments, lambda device: compared(device, box_look, address), COMPARE_S)
    return tell_proof(arguments, proved, threshold)


def run_grab(arguments: DeviceArguments, out: Path, *, behind: bool) -> int:
    """Raises LivegradeError, also where there is a file of that name."""
    still_encoder(out)
    picture = asked(arguments, lambda device: _pictures(device, arguments).grab(behind=behind), GRAB_S)
    write_still(out, picture, notes=(("Source", shown(arguments)),), overwrite=False)
    height, width, _ = picture.shape
    say(
        f"{out}: {'output' if behind else 'input'} of {shown(arguments)}, {width}x{height}, codes as the box gives them"
    )
    return 0


def _pictures(device: Device, arguments: DeviceArguments) -> PicturePort:
    if device.pictures is None:
        raise DeviceRefusedError(shown(arguments), "it gives no pictures of what passes through it")
    return device.pictures
