"""What is told of the ports of a machine: by their stable names, and never of one what is so of another."""

from __future__ import annotations

from typing import Any

import pytest

from livegrade.control.midi.cables import Cables

ONE, TWO = "nanoKONTROL:nanoKONTROL 24:0", "nanoKONTROL:nanoKONTROL 28:0"
NAME = "nanoKONTROL:nanoKONTROL"


class Port:
    def close(self) -> None: ...


class System:
    """Which inputs there are, and which of them another program has."""

    def __init__(self) -> None:
        self.inputs: list[str] = []
        self.taken: set[str] = set()

    def names(self) -> tuple[list[str], list[str]]:
        return [*self.inputs], []

    def open_input(self, name: str, heard: Any) -> Port:
        if name in self.taken:
            raise OSError("another program has it")
        return Port()

    def open_output(self, name: str) -> Any:
        raise AssertionError(name)


@pytest.fixture
def look():
    """Looks once with these ports, of which some are taken; what is told then."""
    system, told = System(), []
    cables = Cables(system, lambda name: True, lambda name, message: None, lambda *what: told.append(what))

    def look(*inputs: str, taken: tuple[str, ...] = ()) -> list[tuple[str, str, bool]]:
        system.inputs, system.taken = [*inputs], {*taken}
        told.clear()
        cables._look()
        return [*told]

    return look


def test_a_port_that_could_not_be_opened_and_is_unplugged_is_no_trouble_any_more(look) -> None:
    assert look(ONE, taken=(ONE,)) == [(NAME, f"{NAME} cannot be opened: another program has it", False)]
    assert look(ONE, taken=(ONE,)) == []
    assert look() == [(NAME, f"{NAME} could not be opened, and is gone", True)]
    assert look() == []


def test_of_two_equal_desks_one_that_works_is_enough(look) -> None:
    there, gone = (NAME, f"{NAME} is there", True), (NAME, f"{NAME} is gone", False)
    assert look(ONE, TWO) == [there]
    assert look(TWO) == []
    assert look(ONE, TWO, taken=(ONE,)) == []
    assert look(TWO) == []
    assert look(ONE, TWO) == []
    assert look() == [gone]
    assert look(ONE, TWO, taken=(ONE, TWO))[-1] == (NAME, f"{NAME} cannot be opened: another program has it", False)
    assert look(ONE, taken=(ONE,)) == []  # one is still refused
    assert look(ONE) == [there]
