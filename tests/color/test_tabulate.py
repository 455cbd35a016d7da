"""What backends get for formulas: tables that are as good as the formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.color.balance import WhiteBalance
from livegrade.color.grading import Exposure, RgbCurves, curves_of
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.color.reach import EXCURSIONS
from livegrade.color.slots import Affine, Formula, SlotForm
from livegrade.color.space import REC709, ColorSpace, LinearCurve
from livegrade.color.tabulate import SIGNALS, tabulated
from livegrade.color.transforms import ColorSpaceTransform

if TYPE_CHECKING:
    from types import SimpleNamespace

    from livegrade.color.nodes import Node

RGB = np.concatenate(
    [
        np.repeat(np.linspace(*EXCURSIONS, 4001)[:, None], 3, axis=1),
        np.random.default_rng(2).uniform(*EXCURSIONS, (20_000, 3)),
    ]
)
S_CURVE = RgbCurves(((0.0, 0.02), (0.3, 0.25), (0.7, 0.8), (1.0, 0.97)))
GRID = np.stack(np.meshgrid(*[np.linspace(0.0, 1.0, 9)] * 3, indexing="ij"), axis=-1)
CUBE = Lut3d(Samples(GRID**0.9))


def looks(spaces: SimpleNamespace) -> dict[str, tuple[Node, ...]]:
    linear = ColorSpace(LinearCurve(), spaces.logc4.to_xyz)
    return {
        "exposure": (Exposure(1.7, spaces.logc4),),
        "less exposure": (Exposure(-4.0, spaces.logc3),),
        "balance": (WhiteBalance(3900.0, spaces.logc4, 5.0),),
        "balance, lut": (WhiteBalance(7500.0, spaces.logc3), CUBE),
        "between cameras": (ColorSpaceTransform(spaces.logc3, spaces.logc4),),
        "camera to display, balance before": (
            WhiteBalance(4500.0, spaces.logc3),
            Exposure(0.5, spaces.logc3),
            ColorSpaceTransform(spaces.logc3, REC709),
        ),
        "light to signal": (ColorSpaceTransform(linear, spaces.logc4),),
        "points": (S_CURVE,),
        "cdl, balance": (Cdl((1.1, 1.0, 0.9)), WhiteBalance(4500.0, spaces.logc4)),
    }


def test_a_table_is_as_good_as_its_formula(spaces: SimpleNamespace) -> None:
    for name, nodes in looks(spaces).items():
        form = Look(nodes).slots()
        assert form.baked is None, name
        made = tabulated(form)
        steps = [
            step for slot in (made.curve1, made.curve2, made.curve3, made.curve4) for c in slot for step in c.steps
        ]
        assert not any(isinstance(step, Formula) for step in steps), name
        ours, truth = made.apply(RGB), form.apply(RGB)
        difference = np.abs(np.maximum(ours, SIGNALS[0]) - np.maximum(truth, SIGNALS[0]))
        usual = ((truth > -0.1) & (truth < 1.1)).all(axis=1)
        assert difference[usual].max() < 3e-6, name
        assert difference.max() < 2e-5, name


def test_without_formulas_nothing_is_made() -> None:
    form = Look((Cdl((1.1, 1.0, 0.9)), CUBE)).slots()
    assert tabulated(form) is form
    line = SlotForm(curve1=curves_of(Affine(2.0, 0.0)))
    assert tabulated(line) is line
