"""A look as a file of the kind that its ending tells, read by OpenColorIO."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import PyOpenColorIO
import pytest

from livegrade.color.camera import camera
from livegrade.color.grading import Contrast
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.color.rendering import Chain
from livegrade.control.saving import CDLS, LUTS, look_file
from livegrade.errors import UsageError
from livegrade.session.choices import chain_of

DAY = Cdl(slope=(1.1, 1.0, 0.9), saturation=0.8, name="day")
LUT = Lut3d(Samples(np.stack(np.meshgrid(*[np.linspace(0, 1, 5) ** 1.2] * 3, indexing="ij"), -1)), name="show.cube")


def given(path: Path, rgb: np.ndarray) -> np.ndarray:
    file = PyOpenColorIO.FileTransform(str(path), interpolation=PyOpenColorIO.INTERP_TETRAHEDRAL)
    processor = PyOpenColorIO.Config.CreateRaw().getProcessor(file).getDefaultCPUProcessor()
    return np.array([processor.applyRGB([float(one) for one in colour]) for colour in rgb])


@pytest.mark.parametrize("suffix", [".cube", ".csp", ".clf", ".spi3d"])
def test_a_lut_is_all_that_the_slot_does(suffix: str, tmp_path: Path) -> None:
    chain, look = chain_of(camera("arri-logc4"), "rec709", "camera"), Look((DAY,), "day one")
    path = tmp_path / f"day{suffix}"
    content, said = look_file(look, chain, path)
    path.write_bytes(content)
    points = np.random.default_rng(3).random((200, 3))
    assert np.abs(given(path, points) - chain.around(look).apply(points)).mean() < 0.01
    assert np.abs(given(path, points) - look.apply(points)).mean() > 0.02
    assert re.fullmatch(
        r"day\.\w+: LUT of 33 points a side, with the transforms around the look, "
        r"[0-9.]+ codes of 10 bits off on average, [0-9.]+ at most",
        said,
    )
    assert "with the transforms" not in look_file(look, Chain(), path)[1]


@pytest.mark.parametrize("suffix", CDLS)
def test_a_cdl_is_that_before_the_luts_and_says_what_it_is_not(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"day{suffix}"
    content, said = look_file(Look((DAY, LUT), "day one"), Chain(), path)
    path.write_bytes(content)
    assert said == f'{path.name}: the CDL alone, without 3D LUT "show.cube"'
    found = PyOpenColorIO.CDLTransform.CreateFromFile(str(path), "")
    assert (list(found.getSlope()), found.getSat()) == ([1.1, 1.0, 0.9], 0.8)
    assert look_file(Look((DAY,)), Chain(), path)[1] == f"{path.name}: the CDL"
    assert look_file(Look(()), Chain(), path)[1].endswith("; it changes nothing")
    for nodes in ((DAY, Contrast(1.2)), (LUT, DAY), (DAY, Cdl(slope=(2, 2, 2)))):
        with pytest.raises(UsageError, match=r"a CDL cannot hold .*; save a LUT, such as .cube"):
            look_file(Look(nodes), Chain(), path)


def test_an_ending_that_nothing_is_saved_with_is_refused() -> None:
    for name in ("day.edl", "day", "day.png"):
        with pytest.raises(UsageError, match=f"^{name}: a look is saved whole as .json, as a LUT"):
            look_file(Look((DAY,)), Chain(), Path(name))
    for suffix in LUTS:
        assert look_file(Look((DAY,)), Chain(), Path(f"day{suffix}"))[0]
