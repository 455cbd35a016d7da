"""`.cube` files read by us and by others: random tables against OpenColorIO, colour-science's own files against it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import colour

from livegrade.color.files import load_look_file
from livegrade.color.look import Look
from livegrade.color.nodes import Lut1d, Lut3d
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    JudgedFile = Callable[..., NDArray[np.float32]]

RESOURCES = Path(colour.__file__).parent / "io" / "luts" / "tests" / "resources"
RANGE_OF_THE_WRONG_TABLE = RESOURCES / "resolve_cube" / "eotf_sRGB_3D.cube"
PEER_FILES = sorted(RESOURCES.glob("*_cube/*.cube"))


def smooth_rows(count: int, seed: int) -> str:
    """`count` rows from -0.3 to 1.3 that wander; big jumps would only measure the peer's float32 positions."""
    steps = np.random.default_rng(seed).uniform(-1.0, 1.0, (count, 3)).cumsum(axis=0)
    rows = -0.3 + 1.6 * (steps - steps.min()) / (steps.max() - steps.min())
    return "".join(f"{r:.7f} {g:.7f} {b:.7f}\n" for r, g, b in rows)


TABLES = {
    "iridas 1D": "LUT_1D_SIZE 1024\nDOMAIN_MIN -0.1 0 -1\nDOMAIN_MAX 1 1.5 2\n" + smooth_rows(1024, 1),
    "iridas 3D": "LUT_3D_SIZE 17\nDOMAIN_MIN -0.1 0 -1\nDOMAIN_MAX 1 1.5 2\n" + smooth_rows(17**3, 2),
    "plain 3D": 'TITLE "33"\nLUT_3D_SIZE 33\n' + smooth_rows(33**3, 3),
    "resolve 1D": "LUT_1D_SIZE 300\nLUT_1D_INPUT_RANGE -0.5 1.5\n" + smooth_rows(300, 4),
    "resolve 3D": "LUT_3D_SIZE 9\nLUT_3D_INPUT_RANGE -0.5 1.5\n" + smooth_rows(9**3, 5),
    "resolve both": "LUT_1D_SIZE 64\nLUT_1D_INPUT_RANGE -0.5 1.5\nLUT_3D_SIZE 5\nLUT_3D_INPUT_RANGE -0.25 1.25\n"
    + smooth_rows(64, 6)
    + smooth_rows(5**3, 7),
}


@pytest.mark.parametrize("name", TABLES)
def test_random_tables_against_ocio(judged_file: JudgedFile, tmp_path: Path, name: str) -> None:
    path = tmp_path / "random.cube"
    path.write_text(TABLES[name])
    random = np.random.default_rng(11)
    ramp = np.repeat(np.linspace(-1.5, 2.5, 4001)[:, None], 3, axis=1)
    rgb = np.concatenate([ramp, random.uniform(-0.1, 1.1, (5000, 3)), random.uniform(-1.5, 2.5, (5000, 3))])
    form = Look(load_look_file(str(path))).slots()
    assert form.baked is None
    assert np.abs(form.apply(rgb) - judged_file(path, rgb)).max() < 1e-5


def test_a_resolve_shaper_with_a_title_loads_here_and_not_in_ocio(judged_file: JudgedFile, tmp_path: Path) -> None:
    titled, plain = tmp_path / "titled.cube", tmp_path / "plain.cube"
    titled.write_text('TITLE "show"\n' + TABLES["resolve both"])
    plain.write_text(TABLES["resolve both"])
    assert load_look_file(str(titled))[0].canonical == load_look_file(str(plain))[0].canonical
    with pytest.raises(ocio.Exception):
        judged_file(titled, np.zeros((1, 3)))


def test_colour_science_brings_files() -> None:
    assert len(PEER_FILES) >= 16


@pytest.mark.parametrize(
    "path", [path for path in PEER_FILES if path != RANGE_OF_THE_WRONG_TABLE], ids=lambda p: p.name
)
def test_tables_and_domains_as_colour_science_reads_them(path: Path) -> None:
    read = colour.io.read_LUT_ResolveCube if "resolve" in path.parent.name else colour.io.read_LUT_IridasCube
    peer = read(str(path))
    (node,) = load_look_file(str(path))
    mine: list[Lut1d | Lut3d]
    if isinstance(node, Lut3d):
        mine = [node.shaper, node] if node.shaper is not None else [node]
    else:
        assert isinstance(node, Lut1d)
        mine = [node]
    theirs = list(peer) if isinstance(peer, colour.LUTSequence) else [peer]
    assert len(mine) == len(theirs)
    for ours, other in zip(mine, theirs, strict=True):
        assert np.allclose(ours.table.array, other.table, atol=1e-7)
        assert np.allclose([ours.first, ours.last], other.domain, atol=1e-7)


def test_a_range_for_a_table_that_is_not_there_is_refused() -> None:
    """colour-science wrote LUT_1D_INPUT_RANGE over a 3D table; Resolve ignores it, others obey: nobody can know."""
    with pytest.raises(LookFileError, match="line 5: LUT_1D_INPUT_RANGE stands here without LUT_1D_SIZE"):
        load_look_file(str(RANGE_OF_THE_WRONG_TABLE))
