"""Range: both ends scale, one end holds and moves, none does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from livegrade.color.files import load_look_file
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.color.rangenode import Range
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

X = np.array([[-1.0, 0.25, 2.0]])


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Range((0.0, 0.5), (1.0, 2.5)), [0.5, 1.0, 2.5]),
        (Range((0.0, 0.0), (1.0, 1.0)), [0.0, 0.25, 1.0]),
        (Range((0.0, 1.0), (0.5, 2.0)), [1.0, 1.5, 2.0]),
        (Range((0.5, 0.25), None), [0.25, 0.25, 1.75]),
        (Range(None, (0.5, 0.75)), [-0.75, 0.5, 0.75]),
        (Range(), [-1.0, 0.25, 2.0]),
    ],
)
def test_what_it_does(node: Range, expected: list[float]) -> None:
    form = Look((node,)).slots()
    assert form.baked is None
    assert form.apply(X)[0].tolist() == expected


def test_ids_tell_ranges_apart() -> None:
    nodes = [Range((0.0, 0.0), None), Range(None, (0.0, 0.0)), Range((0.0, 0.0), (1.0, 1.0)), Range()]
    assert len({node.canonical for node in nodes}) == 4


@pytest.mark.parametrize("ends", [((1.0, 0.0), (0.0, 1.0)), ((float("nan"), 0.0), None), ((0.0, 1e30), None)])
def test_what_is_no_range_is_refused(ends: tuple[tuple[float, float], tuple[float, float] | None]) -> None:
    with pytest.raises(UsageError):
        Range(*ends)


def test_a_saved_look_keeps_its_ranges(tmp_path: Path) -> None:
    look = Look((Range((0.0, 0.5), (1.0, 2.5), name="legal"), Range(None, (0.5, 0.75)), Range()))
    path = tmp_path / "look.json"
    path.write_bytes(write_saved_look(look))
    assert Look(load_look_file(str(path))).id == look.id
