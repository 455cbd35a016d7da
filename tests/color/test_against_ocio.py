"""Looks loaded from files, in slot form, against OpenColorIO: ramps, saturated corners and random colours.

OpenColorIO runs unoptimised in float32 with tetrahedral interpolation and clamping CDLs; 1e-5 is its own rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Node

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Judged = Callable[..., NDArray[np.float32]]

TOLERANCE = 1e-5

GOOD_FILES = [
    "iridas_1d.cube",
    "iridas_3d.cube",
    "resolve_1d3d.cube",
    "cdl_test1.cc",
    "cdl_test2.cc",
    "cdl_test_SATNode.cc",
    "cdl_test1.ccc#cc0001",
    "cdl_test1.ccc#cc0002",
    "cdl_test1.ccc#cc0003",
    "cdl_test1.cdl#cc0002",
    "configs/context_test1/looks.cdl#look-02",
]


def colours(low: float = -0.5, high: float = 4.5) -> NDArray[np.float64]:
    """Grey ramp, saturated corners of three sizes, and 10,000 random colours."""
    ramp = np.repeat(np.linspace(low, high, 1025)[:, None], 3, axis=1)
    unit = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0]), axis=-1).reshape(-1, 3)
    random = np.random.default_rng(7)
    narrow, wide = random.uniform(-0.1, 1.1, (5000, 3)), random.uniform(low, high, (5000, 3))
    return np.concatenate([ramp, unit, unit * 0.5, unit * (high - low) + low, narrow, wide])


def ocio_file(path: Path, selection: str = "") -> ocio.FileTransform:
    transform = ocio.FileTransform(str(path), selection, ocio.INTERP_BEST)
    transform.setCDLStyle(ocio.CDL_ASC)
    return transform


@pytest.mark.parametrize("name", GOOD_FILES)
def test_every_good_file_gives_the_colours_ocio_gives(judged: Judged, shared_data: Path, name: str) -> None:
    path, _, selection = name.partition("#")
    rgb = colours()
    form = Look(load_look_file(str(shared_data / "look-files" / name))).slots()
    assert form.baked is None
    difference = np.abs(form.apply(rgb) - judged(rgb, ocio_file(shared_data / "look-files" / path, selection)))
    assert difference.max() < TOLERANCE


@pytest.mark.parametrize("name", ["cdl_test_cc_file_with_extension.ccc", "cdl_test_cc_file_with_extension.cdl"])
def test_a_cdl_at_its_defaults_is_not_run_where_ocio_clamps(shared_data: Path, name: str) -> None:
    assert Look(load_look_file(str(shared_data / "look-files" / name))).slots().is_identity


@pytest.mark.parametrize("file", ["cdl_test_ASC_SOP.cc", "cdl_test_ASC_SAT.cc"])
def test_asc_sop_and_asc_sat_count_where_ocio_drops_them(judged: Judged, shared_data: Path, file: str) -> None:
    """OpenColorIO warns and ignores the oddly named element; the numbers in the file are the truth."""
    (node,) = load_look_file(str(shared_data / "look-files" / file))
    assert isinstance(node, Cdl)
    assert (node.slope, node.offset, node.power) == ((1.1, 1.2, 1.3), (2.1, 2.2, 2.3), (3.1, 3.2, 3.3))
    assert node.saturation == 0.42
    transform = ocio.CDLTransform()
    transform.setSlope(node.slope)
    transform.setOffset(node.offset)
    transform.setPower(node.power)
    transform.setSat(node.saturation)
    transform.setStyle(ocio.CDL_ASC)
    rgb = colours(-1.0, 1.0)
    assert np.abs(Look((node,)).slots().apply(rgb) - judged(rgb, transform)).max() < TOLERANCE


@pytest.mark.parametrize("clamp", [True, False])
@pytest.mark.parametrize("saturation", [0.0, 0.7, 1.0, 1.6])
@pytest.mark.parametrize("power", [(1.0, 1.0, 1.0), (0.45, 1.0, 2.4)])
def test_cdl_in_both_styles(judged: Judged, clamp: bool, saturation: float, power: tuple[float, float, float]) -> None:
    node = Cdl((1.3, 0.8, 1.0), (0.05, -0.1, 0.0), power, saturation, clamp=clamp)
    transform = ocio.CDLTransform()
    transform.setSlope(node.slope)
    transform.setOffset(node.offset)
    transform.setPower(node.power)
    transform.setSat(node.saturation)
    transform.setStyle(ocio.CDL_ASC if clamp else ocio.CDL_NO_CLAMP)
    rgb = colours(-0.5, 1.5)
    assert np.abs(Look((node,)).slots().apply(rgb) - judged(rgb, transform)).max() < TOLERANCE


@pytest.mark.parametrize(
    "names",
    [
        ("cdl_test2.cc", "iridas_3d.cube"),
        ("iridas_3d.cube", "cdl_test2.cc"),
        ("cdl_test2.cc", "cdl_test1.ccc#cc0002"),
        ("cdl_test2.cc", "resolve_1d3d.cube"),
        ("resolve_1d3d.cube", "cdl_test1.ccc#cc0002"),
        ("cdl_test1.ccc#cc0002", "iridas_3d.cube", "cdl_test2.cc"),
        ("iridas_1d.cube", "cdl_test2.cc", "iridas_1d.cube"),
    ],
)
def test_what_fits_the_slots_is_exact(judged: Judged, shared_data: Path, names: tuple[str, ...]) -> None:
    group = ocio.GroupTransform()
    nodes: tuple[Node, ...] = ()
    for name in names:
        path, _, selection = name.partition("#")
        group.appendTransform(ocio_file(shared_data / "look-files" / path, selection))
        nodes += load_look_file(str(shared_data / "look-files" / name))
    form = Look(nodes).slots()
    assert form.baked is None
    rgb = colours()
    assert np.abs(form.apply(rgb) - judged(rgb, group)).max() < TOLERANCE
