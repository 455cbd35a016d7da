"""AMFs against the Academy's schema (validated by xmlschema) and its ids against OpenColorIO's config for ACES 2."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest
import xmlschema

from livegrade.color.camera import camera
from livegrade.color.grading import Exposure
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.color.rendering import OUTPUTS, Chain, entrance, output_nodes
from livegrade.color.slots import lattice_points
from livegrade.color.space import ACES2065_1
from livegrade.color.transforms import ColorSpaceTransform
from livegrade.handoff.amf import AmfClip, Pipeline, pipeline_of, write_amf
from livegrade.handoff.amf_ids import FROM_ACES, OUTPUT, PREFIX, TO_ACES
from livegrade.library.values import CameraState

STUDIO = "studio-config-v4.0.0_aces-v2.0_ocio-v2.5"
CDL = Cdl((1.1, 0.95, 0.9), (0.01, -0.0125, 0.02), (1.0, 1.1, 0.9), 0.85)
ALEXA = CameraState("ALEXA 35")
CLIP = AmfClip("A001C001", "12A take 3 <&>", 1_795_000_000_000_000_000, "0123456789abcdef0123456789abcdef")
NOW = 1_795_100_000_000_000_000
UNITS = np.stack(np.meshgrid(*[np.linspace(0.1, 0.8, 5)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
NAMES = {"aces": "urn:ampas:aces:amf:v2.0", "cdl": "urn:ASC:CDL:v1.01"}


@pytest.fixture(scope="module")
def schema(shared_data: Path) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(shared_data / "amf" / "ampas" / "schema" / "acesMetadataFile.xsd"))


@pytest.fixture(scope="module")
def config() -> ocio.Config:
    return ocio.Config.CreateFromBuiltinConfig(STUDIO)


def pipeline(look: Look, state: CameraState = ALEXA) -> Pipeline:
    found = pipeline_of(look, state)
    assert isinstance(found, Pipeline), found
    return found


def around(look: Look, working: str, to: str | None) -> Look:
    used = camera("ALEXA 35")
    return Chain(entrance(used, working), () if to is None else output_nodes(to, used, working)).around(look)


def test_the_schema_refuses_what_it_should(schema: xmlschema.XMLSchema, shared_data: Path) -> None:
    """The check of the check: the schema as loaded here refuses what the makers of the set say it refuses."""
    assert schema.is_valid(str(shared_data / "amf/ampas/examples/example3.amf"))
    assert not schema.is_valid(str(shared_data / "amf/c-clark/invalid_AMFs/invalid_15_missing_system_version.amf"))


@pytest.mark.parametrize("working", ["camera", "acescct"])
@pytest.mark.parametrize("to", [None, *OUTPUTS])
@pytest.mark.parametrize("file", ["", "A001C001_261121_R1AB ü 日本.mxf"])
def test_an_amf_is_valid_and_tells_the_look(
    schema: xmlschema.XMLSchema, working: str, to: str | None, file: str
) -> None:
    data = write_amf(replace(CLIP, file=file), pipeline(around(Look((CDL,)), working, to)), NOW)
    schema.validate(data.decode())
    root = ET.fromstring(data)  # noqa: S314  what was written here a moment ago
    look = root.find("aces:pipeline/aces:lookTransform", NAMES)
    assert look is not None
    numbers = {
        name: look.findtext(f"cdl:SOPNode/cdl:{name}", "", NAMES).split() for name in ("Slope", "Offset", "Power")
    }
    for name, wanted in (("Slope", CDL.slope), ("Offset", CDL.offset), ("Power", CDL.power)):
        assert np.abs(np.array(numbers[name], float) - wanted).max() < 1e-4
    assert float(look.findtext("cdl:SatNode/cdl:Saturation", "", NAMES)) == CDL.saturation
    signal = ("acescct", "ap1") if working == "acescct" else ("arri-logc4", "arri-awg4")
    ids = [element.text for element in root.iter("{urn:ampas:aces:amf:v2.0}transformId")]
    assert ids[:3] == [
        PREFIX + TO_ACES["arri-logc4", "arri-awg4"],
        PREFIX + FROM_ACES[signal],
        PREFIX + TO_ACES[signal],
    ]
    assert len(ids) == (3 if to is None else 4)
    uuids = [element.text for element in root.iter("{urn:ampas:aces:amf:v2.0}uuid")]
    assert len(set(uuids)) == len(uuids) == (2 if file else 3)
    assert CLIP.look_id in data.decode()


def test_no_grade_is_no_look_transform(schema: xmlschema.XMLSchema) -> None:
    data = write_amf(CLIP, pipeline(Look()), NOW)
    schema.validate(data.decode())
    assert b"lookTransform" not in data


LATTICE = Lut3d(Samples(lattice_points(*[np.linspace(0, 1, 5)] * 3) ** 1.2), name="show")


@pytest.mark.parametrize(
    ("look", "state", "reason"),
    [
        (Look((CDL,)), CameraState(), "the camera is not known"),
        (Look((CDL,)), CameraState("ALEXI 53"), "camera 'ALEXI 53' is not known"),
        (Look((CDL,)), CameraState("arri-logc3", ei=400), "ACES has no transform for"),
        (Look((CDL,)), CameraState("nikon-nlog"), "ACES has no transform for"),
        (Look((CDL, CDL)), ALEXA, "CDL (node 1) and CDL (node 2) cannot be told as a CDL"),
        (Look((Exposure(0.5),)), ALEXA, "cannot be told as a CDL"),
        (Look((LATTICE, CDL)), ALEXA, "CDL (node 2) behind"),
        (Look((CDL, LATTICE)), ALEXA, '"show" has no place in an ACES pipeline'),
        (around(Look((CDL,)), "camera", "rec709:aces1"), ALEXA, "is not one of ACES 2"),
        (around(Look((CDL,)), "camera", "rec709:plain"), ALEXA, "is not one of ACES"),
    ],
)
def test_what_has_no_place_in_an_amf_says_why(look: Look, state: CameraState, reason: str) -> None:
    told = pipeline_of(look, state)
    assert isinstance(told, str)
    assert reason in told


def test_nodes_that_are_off_do_not_count() -> None:
    assert pipeline(Look((replace(LATTICE, enabled=False), CDL, Cdl()))).cdl == CDL


APART = {"acescc": 0.01, "blackmagic-film-gen5": 0.005, "dji-dlog": 0.005}
"""OpenColorIO holds negative ACES at 0 for ACEScc; of the other two the makers publish no way from white to white."""


def test_curve_and_gamut_of_the_session_go_before_the_name() -> None:
    """An EI that the signal says, and for which no curve is published, changes nothing."""
    state = CameraState("ALEXA Mini", "arri-logc3", "arri-awg3", 12_800)
    assert pipeline(Look((CDL,)), state).camera == ("arri-logc3", "arri-awg3")


def ids_of(item: ocio.ColorSpace | ocio.ViewTransform) -> set[str]:
    return set(item.getInterchangeAttribute("amf_transform_ids").split())


@pytest.mark.parametrize("signal", TO_ACES)
def test_ids_of_cameras_are_those_of_ocio(config: ocio.Config, signal: tuple[str, str]) -> None:
    wanted = {PREFIX + TO_ACES[signal], PREFIX + FROM_ACES[signal]}
    (space,) = [space for space in config.getColorSpaces() if wanted <= ids_of(space)]
    models = {"sony-sgamut3-venice": "sony-slog3-venice", "sony-sgamut3-cine-venice": "sony-slog3-venice-cine"}
    name = models.get(signal[1], "sony-slog3-cine" if signal[1] == "sony-sgamut3-cine" else signal[0])
    used = camera(name, 800 if name == "arri-logc3" else None)
    assert (used.curve.name, used.gamut.name) == signal
    theirs = UNITS.astype(np.float32)
    config.getProcessor(space.getName(), "ACES2065-1").getDefaultCPUProcessor().applyRGB(theirs)
    ours = Look((ColorSpaceTransform(used.aces_space, ACES2065_1),)).apply(UNITS)
    off = np.abs(ours - theirs) / np.abs(theirs).max(axis=1, keepdims=True)
    assert off.max() < APART.get(signal[0], 1e-4)


@pytest.mark.parametrize("key", OUTPUT)
def test_ids_of_outputs_are_those_of_ocio(config: ocio.Config, key: tuple[str, str]) -> None:
    """The id stands at the view transform with our rendering and at the display with our encoding."""
    wanted = PREFIX + OUTPUT[key]
    rendering, display = key
    views = [view for view in config.getViewTransforms() if wanted in ids_of(view)]
    assert any(rendering in str(view) for view in views)
    spaces = [space for space in config.getColorSpaces(ocio.SEARCH_REFERENCE_SPACE_DISPLAY, ocio.COLORSPACE_ALL)]
    assert any(wanted in ids_of(space) and display in str(space) for space in spaces)
    assert key in {
        (node.rendering, node.display) for name in OUTPUTS for node in output_nodes(name, camera("ALEXA 35"))
    }
