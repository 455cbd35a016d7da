"""A look's id names its picture: the same everywhere, moved by every number, untouched by names."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from struct import pack

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut1d, Lut3d, Matrix, Role, Samples
from livegrade.errors import UsageError

RAMP = np.linspace(0.0, 1.0, 5)
TABLE = Samples(np.stack([RAMP, RAMP**2, RAMP**3], axis=1))
CUBE = Samples(np.linspace(-0.25, 1.25, 24).reshape(2, 2, 2, 3))
LOOK = Look(
    (
        Cdl((1.1, 1.0, 0.9), (0.01, -0.02, 0.0), (1.2, 0.9, 1.0), 1.2, name="day 1"),
        Lut3d(CUBE, (-0.1, 0.0, 0.0), (1.0, 1.5, 1.0), Lut1d(TABLE), name="show.cube"),
        Matrix(((0.8, 0.15, 0.05), (0.1, 0.8, 0.1), (0.0, 0.2, 0.8)), (0.01, 0.0, -0.01)),
        Lut1d(TABLE, enabled=False),
    ),
    name="EXT DAY",
)
GOLDEN_ID = "34d1b3d9d19d1387321ce4e1b1fdfe7f"
"""BLAKE2b-128 by the encoding in color/look.py and nodes.py; recomputed by hand in `id_by_hand`."""


def id_by_hand() -> str:
    """The id from the written rule alone: struct and hashlib, none of the product's code."""

    def parts(*items: bytes) -> bytes:
        return b"".join(pack("<I", len(item)) + item for item in items)

    def floats(*values: float) -> list[bytes]:
        return [pack("<d", value) for value in values]

    def digest(shape: tuple[int, ...], values: np.ndarray) -> bytes:
        raw = pack(f"<{len(shape)}q", *shape) + b"".join(floats(*values.ravel().tolist()))
        return hashlib.blake2b(raw, digest_size=32).digest()

    table, cube = digest((5, 3), TABLE.array), digest((2, 2, 2, 3), CUBE.array)
    cdl = parts(b"cdl", *floats(1.1, 1.0, 0.9, 0.01, -0.02, 0.0, 1.2, 0.9, 1.0, 1.2, 1.0))
    curve = parts(b"lut1d", *floats(0, 0, 0, 1, 1, 1), table)
    lattice = parts(b"lut3d", *floats(-0.1, 0, 0, 1, 1.5, 1), cube, curve)
    matrix = parts(b"matrix", *floats(0.8, 0.15, 0.05, 0.1, 0.8, 0.1, 0.0, 0.2, 0.8, 0.01, 0.0, -0.01))
    whole = hashlib.blake2b(b"livegrade look 2", digest_size=16)
    for creative, enabled, node in [(1, 1, cdl), (0, 1, lattice), (1, 1, matrix), (0, 0, curve)]:
        whole.update(pack("<BBdI", creative, enabled, 100.0, len(node)) + node)
    return whole.hexdigest()


def test_the_id_is_golden() -> None:
    assert LOOK.id == GOLDEN_ID == id_by_hand()


def test_the_id_is_the_same_in_another_process() -> None:
    program = "from livegrade.color.look import Look; from livegrade.color.nodes import Cdl; print(Look((Cdl(),)).id)"
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert other.stdout.strip() == Look((Cdl(),)).id


def test_names_and_signed_zeros_do_not_move_the_id() -> None:
    cdl = LOOK.nodes[0]
    assert isinstance(cdl, Cdl)
    renamed = (replace(cdl, name="other", offset=(0.01, -0.02, -0.0)), *LOOK.nodes[1:])
    assert Look(renamed, name="INT NIGHT").id == LOOK.id


@pytest.mark.parametrize(
    "node",
    [
        Cdl(slope=(1.0, 1.0, 1.0000001)),
        Cdl(offset=(0.0, 1e-9, 0.0)),
        Cdl(power=(1.1, 1.0, 1.0)),
        Cdl(saturation=0.0),
        Cdl(clamp=False),
        Cdl(role=Role.TRANSFORM),
        Cdl(enabled=False),
        Lut1d(TABLE),
        Lut1d(TABLE, last=(1.0, 1.0, 2.0)),
        Lut3d(CUBE),
        Lut3d(CUBE, shaper=Lut1d(TABLE)),
        Matrix(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))),
    ],
)
def test_everything_else_moves_the_id(node: Cdl | Lut1d | Lut3d | Matrix) -> None:
    assert Look((node,)).id not in {Look().id, Look((Cdl(),)).id, Look((node, node)).id}


def test_the_order_of_nodes_moves_the_id() -> None:
    assert Look(LOOK.nodes[::-1]).id != LOOK.id


def test_bypass_leaves_out_creative_nodes_and_keeps_transforms() -> None:
    rgb = np.random.default_rng(1).uniform(-0.1, 1.1, (500, 3))
    transform = Look((LOOK.nodes[1],))
    assert np.array_equal(LOOK.slots(bypass=True).apply(rgb), transform.slots().apply(rgb))
    assert not np.array_equal(LOOK.slots().apply(rgb), transform.slots().apply(rgb))
    assert Look((Cdl(saturation=0.5),)).slots(bypass=True).is_identity


def test_disabled_and_default_nodes_do_nothing() -> None:
    nodes = (Cdl(), Cdl(clamp=False), Lut1d(TABLE, enabled=False), Cdl(saturation=0.0, enabled=False))
    assert Look(nodes).slots().is_identity
    assert Look((Matrix(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))),)).slots().is_identity


def test_the_lattice_of_a_lut_is_the_same_object_whatever_the_wheel_does() -> None:
    cube = Lut3d(CUBE)
    first, second = (Look((Cdl(saturation=value), cube)).slots().lattice for value in (0.5, 0.6))
    assert first is not None
    assert first is second


def test_looks_and_nodes_compare_by_content() -> None:
    again = Lut3d(Samples(CUBE.array.copy()), name="a")
    assert again == Lut3d(CUBE, name="a")
    assert Look((again,)) == Look((Lut3d(CUBE, name="a"),))
    assert hash(again) == hash(Lut3d(CUBE, name="a"))


def test_table_contents_cannot_be_changed_from_outside() -> None:
    source = np.zeros((2, 2, 2, 3))
    samples = Samples(source)
    source[:] = 1.0
    assert not samples.array.any()
    with pytest.raises(ValueError, match="read-only"):
        samples.array[0] = 1.0


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Cdl(slope=(1.0, -0.1, 1.0)), "CDL slope must be zero or more"),
        (lambda: Cdl(power=(1.0, 0.0, 1.0)), "CDL power must be above zero"),
        (lambda: Cdl(saturation=-1.0), "CDL saturation must be zero or more"),
        (lambda: Cdl(offset=(0.0, float("nan"), 0.0)), "CDL offset must be a finite number"),
        (lambda: Lut1d(Samples(np.zeros((1, 3)))), "2 to 65536 rows"),
        (lambda: Lut1d(TABLE, (1.0, 0.0, 0.0)), "domain of a LUT must rise"),
        (lambda: Lut3d(Samples(np.zeros((2, 2, 3, 3)))), "2 to 129 points a side"),
        (lambda: Lut3d(CUBE, last=(1.0, float("inf"), 1.0)), "domain of a LUT must rise"),
        (lambda: Samples([0.0, float("inf")]), "not finite"),
        (lambda: Samples([0.0, float("nan")]), "not finite"),
        (lambda: Samples([0.0, -1e300]), "beyond all reason"),
    ],
)
def test_impossible_numbers_are_refused(make: object, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        make()  # type: ignore[operator]
