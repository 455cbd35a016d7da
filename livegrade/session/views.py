"""From a sink's address to the view it asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.color.rendering import output_nodes
from livegrade.engine.view import View, parse_view

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.transport.address import SinkAddress


def view_of(address: SinkAddress, camera: Camera | None = None, working: str = "camera") -> View:
    """The view that `view=`, the words that belong to it, `cal=` and `to=` of a sink describe; graded where absent.

    `camera`: that of the slot it shows; `working`: what its look is graded in. Raises UsageError for an unknown view,
    preset or output transform, or one that needs a camera; LookFileError for a calibration LUT or a palette that cannot
    be read.
    """
    return calibrated_view(address, calibration_of(address), camera, working)


def calibration_of(address: SinkAddress) -> Look | None:
    """What `cal=` names. Raises LookFileError."""
    path = address.option("cal")
    return Look(load_look_file(path)) if path else None


def calibrated_view(address: SinkAddress, calibration: Look | None, camera: Camera | None, working: str) -> View:
    """The same where the calibration was read before."""
    to = address.option("to")
    view = parse_view(
        address.option("view") or "graded",
        tap=address.option("tap"),
        zebra=address.option("zebra"),
        calibration=calibration,
        camera=camera,
        against=address.option("with"),
        mode=address.option("mode"),
        at=address.option("at"),
        gain=address.option("gain"),
    )
    return view if to is None else replace(view, output=output_nodes(to, camera, working))
