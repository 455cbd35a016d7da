"""Writes ACES Metadata Files: the pipeline of one clip, input transform, CDL in its working space, output transform.

By the schema of AMF version 2.0 (urn:ampas:aces:amf:v2.0). Nothing in it has been applied to the camera files, so all
says applied="false". What has no place in an ACES pipeline (a LUT made for a display, a camera that ACES has no
transform for) makes no file: `pipeline_of` tells the reason instead, and nobody gets half a look that says it is whole.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from livegrade.color.camera import CURVES, GAMUTS, camera
from livegrade.color.files.write_cdl import CLAMPING, NOT_CLAMPING, decimal, decimals
from livegrade.color.files.write_cdl import NAMESPACE as CDL_NAMESPACE
from livegrade.color.files.write_lut import remark
from livegrade.color.transforms import OutputTransform
from livegrade.errors import UsageError
from livegrade.handoff.amf_ids import FROM_ACES, OUTPUT, PREFIX, TO_ACES
from livegrade.handoff.grade import grade_of

if TYPE_CHECKING:
    from livegrade.color.look import Look
    from livegrade.color.nodes import Cdl
    from livegrade.library.values import CameraState

AMF_NAMESPACE = "urn:ampas:aces:amf:v2.0"

_IDS = uuid.UUID("6f0b5f43-4e0c-5d53-9a0e-6c1f3a4b7d21")
"""Under which the ids of this module are made, so that one clip with one look has one id wherever it is written."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What happens to the pictures of a camera. `camera`, `working`: (curve, gamut) of its signal and of what the CDL
    works on, both keys of `TO_ACES`; `output`: id of the output transform, "" for none."""

    camera: tuple[str, str]
    camera_title: str
    working: tuple[str, str]
    cdl: Cdl
    output: str = ""
    output_title: str = ""


@dataclass(frozen=True, slots=True)
class AmfClip:
    """Which pictures an AMF is about. `file`: name of the camera's file, "" where it is not known; `at_ns`: when they
    were taken, since 1970-01-01 UTC."""

    name: str
    description: str
    at_ns: int
    look_id: str
    file: str = ""


def pipeline_of(look: Look, state: CameraState) -> Pipeline | str:
    """The pipeline of `look` on a camera that stands as `state` says, or why an AMF cannot tell it."""
    try:
        signal, signal_title = _signal(state)
    except UsageError as error:
        return str(error)
    if signal not in TO_ACES:
        return f"ACES has no transform for {signal_title}" if any(signal) else "the camera is not known"
    grade = grade_of(look)
    if grade.cdl is None:
        return f"{_several(grade.beyond)} cannot be told as a CDL"
    if grade.transforms:
        return f"{_several(grade.transforms)} has no place in an ACES pipeline"
    working = signal
    if grade.entrance is not None:
        curve = grade.entrance.target.curve.name
        known = next((pair for pair in TO_ACES if pair == (curve, "ap1")), None)
        if known is None:
            return f"it is graded in {grade.entrance.target.name or curve}, which an AMF cannot name"
        working = known
    if grade.output is None:
        return Pipeline(signal, signal_title, working, grade.cdl)
    if not isinstance(grade.output, OutputTransform):
        return f"its output transform ({grade.output.name}) is not one of ACES"
    output = OUTPUT.get((grade.output.rendering, grade.output.display))
    if output is None:
        return f"its output transform ({grade.output.name}) is not one of ACES 2"
    return Pipeline(signal, signal_title, working, grade.cdl, output, grade.output.name)


def _signal(state: CameraState) -> tuple[tuple[str, str], str]:
    """Curve and gamut of the camera, as the session had them or else as its name says, and both for people. Raises
    UsageError."""
    if state.curve in CURVES and state.gamut in GAMUTS:
        title = f"{CURVES[state.curve].title}, {GAMUTS[state.gamut].title}"
        return (state.curve, state.gamut), title
    if not state.name:
        return ("", ""), ""
    used = camera(state.name, state.ei)
    return (used.curve.name, used.gamut.name), used.title


def write_amf(clip: AmfClip, pipeline: Pipeline, now_ns: int) -> bytes:
    """The file. `now_ns`: when it is written, since 1970-01-01 UTC."""
    seed = f"{clip.name} {clip.at_ns} {clip.look_id}"
    taken, written = _moment(clip.at_ns), _moment(max(now_ns, clip.at_ns))
    file = f"<aces:file>{escape(quote(clip.file))}</aces:file>"
    clip_id = file if clip.file else f"<aces:uuid>{_uuid('clip', seed)}</aces:uuid>"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<aces:acesMetadataFile xmlns:aces="{AMF_NAMESPACE}" xmlns:cdl="{CDL_NAMESPACE}" version="2.0">',
        *_info("amfInfo", clip.description, taken, written, _uuid("amf", seed)),
        "  </aces:amfInfo>",
        "  <aces:clipId>",
        f"    <aces:clipName>{_text(clip.name)}</aces:clipName>",
        f"    {clip_id}",
        "  </aces:clipId>",
        "  <aces:pipeline>",
        *_info("pipelineInfo", f"livegrade look {clip.look_id}", taken, written, _uuid("pipeline", seed), "    "),
        "      <aces:systemVersion>",
        "        <aces:majorVersion>2</aces:majorVersion>",
        "        <aces:minorVersion>0</aces:minorVersion>",
        "        <aces:patchVersion>0</aces:patchVersion>",
        "      </aces:systemVersion>",
        "    </aces:pipelineInfo>",
        '    <aces:inputTransform applied="false">',
        f"      <aces:description>{_text(pipeline.camera_title)}</aces:description>",
        f"      <aces:transformId>{PREFIX}{TO_ACES[pipeline.camera]}</aces:transformId>",
        "    </aces:inputTransform>",
        *_look(pipeline, clip.look_id),
        *_output(pipeline),
        "  </aces:pipeline>",
        "</aces:acesMetadataFile>",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _info(name: str, description: str, taken: str, written: str, uid: str, indent: str = "  ") -> list[str]:
    """The beginning of an element of infoType; who calls closes it."""
    return [
        f"{indent}<aces:{name}>",
        f"{indent}  <aces:description>{_text(description)}</aces:description>",
        f"{indent}  <aces:dateTime>",
        f"{indent}    <aces:creationDateTime>{taken}</aces:creationDateTime>",
        f"{indent}    <aces:modificationDateTime>{written}</aces:modificationDateTime>",
        f"{indent}  </aces:dateTime>",
        f"{indent}  <aces:uuid>{uid}</aces:uuid>",
    ]


def _look(pipeline: Pipeline, look_id: str) -> list[str]:
    cdl = pipeline.cdl
    if cdl.is_default:
        return []
    spaces = (("toCdlWorkingSpace", FROM_ACES), ("fromCdlWorkingSpace", TO_ACES))
    working = [
        line
        for name, ids in spaces
        for line in (
            f"        <aces:{name}>",
            f"          <aces:transformId>{PREFIX}{ids[pipeline.working]}</aces:transformId>",
            f"        </aces:{name}>",
        )
    ]
    style = CLAMPING if cdl.clamp else NOT_CLAMPING
    return [
        '    <aces:lookTransform applied="false">',
        f"      <aces:description>livegrade look {_text(look_id)}; {style}</aces:description>",
        "      <aces:cdlWorkingSpace>",
        *working,
        "      </aces:cdlWorkingSpace>",
        "      <cdl:SOPNode>",
        f"        <cdl:Slope>{decimals(cdl.slope)}</cdl:Slope>",
        f"        <cdl:Offset>{decimals(cdl.offset)}</cdl:Offset>",
        f"        <cdl:Power>{decimals(cdl.power)}</cdl:Power>",
        "      </cdl:SOPNode>",
        "      <cdl:SatNode>",
        f"        <cdl:Saturation>{decimal(cdl.saturation)}</cdl:Saturation>",
        "      </cdl:SatNode>",
        "    </aces:lookTransform>",
    ]


def _output(pipeline: Pipeline) -> list[str]:
    if not pipeline.output:
        return []
    return [
        '    <aces:outputTransform applied="false">',
        f"      <aces:description>{_text(pipeline.output_title)}</aces:description>",
        f"      <aces:transformId>{PREFIX}{pipeline.output}</aces:transformId>",
        "    </aces:outputTransform>",
    ]


def _uuid(kind: str, seed: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_IDS, f'{kind} {seed}')}"


def _moment(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    return escape(remark(text), quote=False)


def _several(titles: tuple[str, ...]) -> str:
    return " and ".join(titles)
