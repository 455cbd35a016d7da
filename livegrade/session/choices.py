"""From the words of a person, on the command line or in a rig, to what a session is set up with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.capture.source import CaptureOptions
from livegrade.color.rendering import WORKING, Chain, entrance, output_nodes
from livegrade.errors import UsageError
from livegrade.session.alarms import RULES
from livegrade.session.meters import NO_METERS
from livegrade.session.setup import SlotSetup
from livegrade.transport.address import Scheme
from livegrade.video.format import Matrix, Range

if TYPE_CHECKING:
    from livegrade.color.camera import Camera
    from livegrade.color.look import Look
    from livegrade.session.alarms import AlarmRule
    from livegrade.session.meters import Meters
    from livegrade.transport.address import SourceAddress


def range_words(range_: str, source: SourceAddress, used: Camera | None) -> str:
    """Why a source's Y'CbCr code values are read as they are."""
    if (source.option("range") or range_) != "auto":
        return "asked for"
    if used is not None and used.wire is not None:
        return used.wire_source
    asked = "the stream's tag, else what is usual for its pixel layout"
    return asked if used is None else f"{asked}; {used.wire_source}"


def chain_of(used: Camera | None, to: str | None, working: str) -> Chain:
    """What `--grade-in` (camera or acescct) and `--to` put around the looks of a camera. Raises UsageError."""
    return Chain(entrance(used, working), () if to is None else output_nodes(to, used, working))


def capture_options(
    range_: str, matrix: str, *, live: bool, loop: bool = False, used: Camera | None = None
) -> CaptureOptions:
    """Capture options from `--range` and `--matrix`; what the address itself says goes before. `used`: the camera; its
    maker's range convention, where there is one, is what auto means. Raises UsageError."""
    return CaptureOptions(
        range=_range(range_),
        matrix=_matrix(matrix),
        camera_range=None if used is None or used.wire is None else Range(used.wire),
        loop=loop,
        live=live,
        wait=live,
    )


def slot_setup(
    name: str,
    source: SourceAddress,
    look: Look,
    *,
    camera: Camera | None = None,
    to: str | None = None,
    grade_in: str = WORKING[0],
    range: str = "auto",
    matrix: str = "auto",
    loop: bool = False,
    alarms: tuple[AlarmRule, ...] = RULES,
    label: str = "",
    meters: Meters = NO_METERS,
) -> SlotSetup:
    """A slot from the words of `--to`, `--grade-in`, `--range` and `--matrix`. Raises UsageError."""
    return SlotSetup(
        name,
        source,
        capture_options(range, matrix, live=True, loop=loop, used=camera),
        look,
        camera,
        range_words(range, source, camera),
        chain_of(camera, to, grade_in),
        alarms,
        grade_in,
        to,
        range,
        matrix,
        label,
        meters,
    )


def begins_again(source: SourceAddress, before: SourceAddress) -> bool:
    """Whether `source` starts again at its end, as with `--loop`: a file does that takes the place of another source
    while the session runs. Its end would be that of the slot and its outputs."""
    return source.scheme is Scheme.PATH and source != before


def _range(text: str) -> Range | None:
    if text == "auto":
        return None
    try:
        return Range(text)
    except ValueError:
        raise UsageError(f"--range '{text}' is not known; choose auto, legal or full") from None


def _matrix(text: str) -> Matrix | None:
    if text == "auto":
        return None
    try:
        return Matrix(text)
    except ValueError:
        raise UsageError(f"--matrix '{text}' is not known; choose auto, {', '.join(Matrix)}") from None
