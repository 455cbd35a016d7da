"""Lattices for the extension: kept by identity, and built without the interpreter lock."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from livegrade.engine.kept import Kept
from livegrade_shaders import _native

TRIES = 50


@pytest.fixture
def no_switching() -> Iterator[None]:
    """Threads give the interpreter lock up of their own will or not at all."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000.0)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("no_switching")
@pytest.mark.parametrize("build", [_native.FloatLattice, lambda *a: _native.FixedLattice(*a, 6)])
def test_building_a_lattice_lets_other_threads_go_on(build) -> None:
    """That another thread ran in the meantime depends on the system's scheduler, so it is tried more than once; with
    the lock held it could not happen in any number of tries."""
    values, tail = np.zeros((65, 65, 65, 3)), np.column_stack([np.eye(3), np.full(3, 512.0)])

    def runs_beside() -> bool:
        building, built = threading.Event(), threading.Event()

        def work() -> None:
            building.set()
            build(values, tail)
            built.set()

        thread = threading.Thread(target=work)
        thread.start()
        building.wait()
        beside = not built.is_set()
        thread.join()
        return beside

    assert any(runs_beside() for _ in range(TRIES))


def test_the_one_longest_unused_goes_first() -> None:
    kept: Kept[int] = Kept(2)
    made: list[str] = []

    def get(key: str) -> None:
        kept.get(key, lambda: len(made.append(key) or made))

    for key in ("a", "b", "a", "c", "a", "b"):
        get(key)
    assert made == ["a", "b", "c", "b"]


def test_two_that_make_the_same_at_once_get_the_same() -> None:
    kept: Kept[object] = Kept(2)
    barrier = threading.Barrier(2)
    got: list[object] = []

    def make() -> object:
        barrier.wait(30)
        return object()

    threads = [threading.Thread(target=lambda: got.append(kept.get("key", make))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got[0] is got[1]


def test_what_failed_is_tried_again() -> None:
    kept: Kept[int] = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.get("key", lambda: 1 // 0)
    assert kept.get("key", lambda: 1) == 1
