"""Output transforms by name: what a look is shown with on Rec.709, sRGB, P3 and the two Rec.2100 displays.

ACES 1 and 2 come from OpenColorIO's built-in transforms, the same that its built-in ACES configs are made of; they are
baked, in the log signal that goes in, and the bake is measured. `plain` is the way through the gamut and the curve of
Rec.709 and nothing else: what is brighter than 100 % is cut by the wire. One look has as many renderings as displays.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from livegrade.color.camera import camera, camera_curve
from livegrade.color.deltae import HLG, PQ, Display, sdr
from livegrade.color.look import Look
from livegrade.color.nodes import Role
from livegrade.color.space import D65, REC709, ColorSpace, GammaCurve, rgb_to_xyz
from livegrade.color.transforms import ColorSpaceTransform, OutputTransform
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.color.camera import Camera
    from livegrade.color.nodes import Node

RENDERINGS = "ACES-OUTPUT - ACES2065-1_to_CIE-XYZ-D65 - "
DISPLAYS = "DISPLAY - CIE-XYZ-D65_to_"


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of display. `aces1`, `aces2`: built-in rendering for it; `display`: built-in encoding.

    `space`: what its signal is; None for those of Rec.2100. `tag`: as in a .cube's
    LIVEGRADE_OUTPUTCOLORSPACE comment.
    """

    name: str
    title: str
    aces1: str
    aces2: str
    display: str
    tag: str
    space: ColorSpace | None = None

    @property
    def judged_on(self) -> Display:
        """The display for delta E: CIEDE2000 in its space, delta E ITP for Rec.2100."""
        return sdr(self.space) if self.space is not None else HLG if self.name == "rec2100-hlg" else PQ


_P3 = rgb_to_xyz(((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), D65)

_OUTPUTS = (
    Output(
        "rec709",
        "Rec.709 BT.1886",
        "SDR-VIDEO_1.0",
        "SDR-100nit-REC709_2.0",
        "REC.1886-REC.709",
        "rgb/rec709/d65/bt1886",
        REC709,
    ),
    Output(
        "srgb",
        "sRGB",
        "SDR-VIDEO_1.0",
        "SDR-100nit-REC709_2.0",
        "sRGB",
        "rgb/rec709/d65/srgb",
        ColorSpace(GammaCurve(2.2), REC709.to_xyz, "sRGB, taken as gamma 2.2"),
    ),
    Output(
        "p3-d65",
        "P3-D65 gamma 2.6",
        "SDR-CINEMA_1.0",
        "SDR-100nit-P3-D65_2.0",
        "G2.6-P3-D65",
        "rgb/p3/d65/gamma2.6",
        ColorSpace(GammaCurve(2.6), _P3, "P3-D65"),
    ),
    Output(
        "rec2100-pq",
        "Rec.2100 PQ, 1000 nit",
        "HDR-VIDEO-1000nit-15nit-REC2020lim_1.1",
        "HDR-1000nit-REC2020_2.0",
        "REC.2100-PQ",
        "rgb/rec2020/d65/pq",
    ),
    Output(
        "rec2100-hlg",
        "Rec.2100 HLG, 1000 nit",
        "HDR-VIDEO-1000nit-15nit-REC2020lim_1.1",
        "HDR-1000nit-P3-D65_2.0",
        "REC.2100-HLG-1000nit",
        "rgb/rec2020/d65/hlg",
    ),
)

OUTPUTS: Mapping[str, Output] = MappingProxyType({output.name: output for output in _OUTPUTS})
"""By name. Renderings and displays are those of OpenColorIO's studio configs for ACES 1.3 and 2.0."""

WAYS = ("aces2", "aces1", "plain")
"""How a look is brought to a display; the first where none is named."""

WORKING = ("camera", "acescct")
"""What a look is graded in: the camera's own signal, or ACEScct."""


def output_nodes(to: str, used: Camera | None, working: str = WORKING[0]) -> tuple[Node, ...]:
    """The nodes after a look that bring it to the display `to`: NAME or NAME:WAY, of OUTPUTS and WAYS.

    Raises UsageError for a name that is not known, and where the camera is not.
    """
    name, _, way = to.partition(":")
    output = OUTPUTS.get(name.lower())
    if output is None:
        near = difflib.get_close_matches(name.lower(), OUTPUTS, 1, 0.4)
        hint = f"; did you mean {near[0]}" if near else ""
        raise UsageError(f"there is no output transform '{to[:80]}'; choose from {', '.join(OUTPUTS)}{hint}")
    way = way.lower() or WAYS[0]
    if way not in WAYS or (way == "plain" and name.lower() != "rec709"):
        raise UsageError(
            f"output transform '{to[:80]}': write {output.name}, {output.name}:aces2 or {output.name}:aces1"
            + (" (plain is for rec709 only)" if way == "plain" else "")
        )
    if used is None:
        raise UsageError(f"the output transform {output.name} needs to know the camera; say which (--camera NAME)")
    title = f"{output.title}, {way}"
    if way == "plain":
        return (ColorSpaceTransform(_space(used, working, aces=False), _plain_709(), name=title),)
    rendering = RENDERINGS + (output.aces2 if way == "aces2" else output.aces1)
    return (OutputTransform(_space(used, working, aces=True), rendering, DISPLAYS + output.display, name=title),)


def entrance(used: Camera | None, working: str) -> tuple[Node, ...]:
    """The nodes before a look that is graded in `working`. Raises UsageError."""
    if working not in WORKING:
        raise UsageError(f"--grade-in '{working[:80]}' is not known; choose {' or '.join(WORKING)}")
    if working == WORKING[0]:
        return ()
    if used is None:
        raise UsageError(f"--grade-in {working} needs to know the camera; say which (--camera NAME)")
    return (ColorSpaceTransform(used.aces_space, camera(working).aces_space, name=f"{used.name} to {working}"),)


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands around the looks of one camera and stays when they change: `entrance` leads into what they are graded
    in, `output` is the output transform; both may be empty."""

    entrance: tuple[Node, ...] = ()
    output: tuple[Node, ...] = ()

    def around(self, look: Look) -> Look:
        """`look` between the two; an output transform that it ends with gives way to that of the chain."""
        if self.entrance:
            look = Look((*self.entrance, *look.nodes), look.name, look.notes)
        return with_output(look, self.output) if self.output else look

    def within(self, look: Look) -> Look:
        """The look of pictures without what this chain puts around one: `around` gives the same picture again."""
        count = len(self.entrance)
        if count and Look(look.nodes[:count]).id == Look(self.entrance).id:
            look = Look(look.nodes[count:], look.name, look.notes)
        return with_output(look, ()) if self.output else look


def with_output(look: Look, nodes: tuple[Node, ...]) -> Look:
    """`look` with `nodes` as its output transform, in place of the one that it ends with where it does."""
    kept = look.nodes
    while kept and is_output(kept[-1]):
        kept = kept[:-1]
    return Look((*kept, *nodes), look.name, look.notes)


def display_of(nodes: Sequence[Node], bypass: bool = False) -> Output | None:
    """The display that a picture is for when it has been through `nodes`: that of the last one that is on and changes
    the colour space. None where no node says so. `bypass`: the creative ones are off."""
    for node in reversed(nodes):
        if not node.enabled or (bypass and node.role is Role.CREATIVE):
            continue
        if isinstance(node, OutputTransform):
            return next((output for output in _OUTPUTS if DISPLAYS + output.display == node.display), None)
        if isinstance(node, ColorSpaceTransform):
            signal = node.target.canonical
            return next((output for output in _OUTPUTS if signal in _signals(output)), None)
    return None


def _signals(output: Output) -> tuple[bytes, ...]:
    spaces = [] if output.space is None else [output.space]
    if output.name == "rec709":
        spaces.append(_plain_709())
    return tuple(space.canonical for space in spaces)


def _plain_709() -> ColorSpace:
    return ColorSpace(camera_curve("rec709"), REC709.to_xyz, "Rec.709 camera")


def is_output(node: Node) -> bool:
    """Whether what comes out of the node is for a display."""
    if isinstance(node, ColorSpaceTransform):
        return isinstance(node.target.curve, GammaCurve) or node.target.curve.name == "rec709"
    return isinstance(node, OutputTransform)


def _space(used: Camera, working: str, *, aces: bool) -> ColorSpace:
    graded = used if working == WORKING[0] else camera(working)
    return graded.aces_space if aces else graded.space
