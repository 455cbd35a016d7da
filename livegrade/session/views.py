"""From a sink's address to the view it asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.color.rendering import output_nodes
from livegrade.engine.view import View, parse_view
from livegrade.engine.viewwords import VIEW_WORDS, attributes

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.scopes.bands import BandTable
    from livegrade.transport.address import SinkAddress


def view_of(address: SinkAddress, camera: Camera | None = None, working: str = "camera") -> View:
    """The view that the options of a sink describe, those of `VIEW_WORDS`, `cal=` and `to=`; graded where they are
    absent.

    `camera`: that of the slot it shows; `working`: what its look is graded in. Raises UsageError for an unknown view,
    preset or output transform, or one that needs a camera; LookFileError for a calibration LUT or a palette that cannot
    be read.
    """
    return calibrated_view(address, calibration_of(address), camera, working)


def calibration_of(address: SinkAddress) -> Look | None:
    """What `cal=` names. Raises LookFileError."""
    path = address.option("cal")
    return Look(load_look_file(path)) if path else None


def calibrated_view(
    address: SinkAddress,
    calibration: Look | None,
    camera: Camera | None,
    working: str,
    palette: BandTable | None = None,
) -> View:
    """The same where the calibration was read before, and the palette too where `palette` is that (`View.palette`)."""
    to = address.option("to")
    view = parse_view(
        address.option("view") or "graded",
        camera,
        calibration,
        palette,
        **attributes({word: address.option(word) for word in VIEW_WORDS}),
    )
    return view if to is None else replace(view, output=output_nodes(to, camera, working))
