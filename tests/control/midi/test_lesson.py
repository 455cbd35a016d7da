"""Learning: the control that was touched, and how it speaks, from what desks send."""

from __future__ import annotations

import pytest

from livegrade.control.commands import LearnMidi
from livegrade.control.midi.binding import Binding, Control, Kind, Mode
from livegrade.control.midi.hand import Event
from livegrade.control.midi.lesson import ENOUGH, LISTEN_S, Lesson
from livegrade.errors import UsageError

TO = "/livegrade/A/slope/r"


KNOB = Control(Kind.CONTROLLER, 1, 7)


def learned(*data: int, **wish: object) -> Binding:
    lesson = Lesson(LearnMidi(to=TO, **wish), 30.0)
    for number, one in enumerate(data):
        lesson.hear("desk", Event(KNOB, one), number * 0.01)
    assert lesson.is_learned(LISTEN_S)
    return lesson.binding()


@pytest.mark.parametrize(
    ("data", "mode"),
    [
        ((64, 65, 66, 67, 68, 70, 72), Mode.ABSOLUTE),
        ((3, 2, 1, 0, 1, 2), Mode.ABSOLUTE),
        ((127, 0, 127, 0), Mode.ABSOLUTE),
        ((1, 1, 1, 2, 127, 127), Mode.TWOS_COMPLEMENT),
        ((1, 1, 1), Mode.TWOS_COMPLEMENT),
        ((65, 65, 66, 63, 63), Mode.OFFSET),
        ((65, 65, 65), Mode.OFFSET),
        ((1, 1, 2, 65, 65, 66), Mode.SIGN_MAGNITUDE),
    ],
)
def test_how_a_controller_speaks_is_found_out(data: tuple[int, ...], mode: Mode) -> None:
    assert learned(*data).mode is mode


def test_it_is_listened_to_until_enough_was_heard() -> None:
    lesson = Lesson(LearnMidi(to=TO), 30.0)
    assert not lesson.is_learned(29.0)
    for number in range(ENOUGH):
        assert not lesson.is_learned(0.1)
        lesson.hear("desk", Event(Control(Kind.CONTROLLER, 1, 7), number), 0.1)
    assert lesson.is_learned(0.1)


def test_lower_bits_that_come_along_make_14_of_it() -> None:
    lesson = Lesson(LearnMidi(to=TO), 30.0)
    for number in range(3):
        lesson.hear("desk", Event(Control(Kind.CONTROLLER, 2, 7), 60 + number), 0.0)
        lesson.hear("desk", Event(Control(Kind.CONTROLLER, 2, 39), 5), 0.0)
    assert lesson.binding().mode is Mode.ABSOLUTE_14


def test_14_bits_of_a_controller_that_has_none_are_refused() -> None:
    lesson = Lesson(LearnMidi(to=TO, mode="absolute-14"), 30.0)
    lesson.hear("desk", Event(Control(Kind.CONTROLLER, 1, 70), 5), 0.0)
    with pytest.raises(UsageError, match="controller 70 on channel 1 has no lower bits"):
        lesson.binding()


def test_buttons_and_pitch_wheels_are_known_at_once_and_others_are_not_listened_to() -> None:
    for kind in (Kind.NOTE, Kind.PITCH):
        lesson = Lesson(LearnMidi(to=TO), 30.0)
        lesson.hear("desk", Event(Control(Kind.NOTE, 1, 1), 0), 0.0)  # let go: it was held before
        lesson.hear("desk", Event(Control(kind, 3, 0), 90), 0.0)
        lesson.hear("other", Event(Control(Kind.NOTE, 1, 9), 90), 0.0)
        assert lesson.is_learned(0.0)
        assert (lesson.binding().port, lesson.binding().control) == ("desk", Control(kind, 3, 0))


def test_what_is_said_goes_before_what_is_usual() -> None:
    usual = learned(1, 2, 3)
    assert (usual.low, usual.high, usual.step, usual.to) == (0.0, 2.0, 0.002, TO)
    said = learned(1, 1, low=0.9, high=1.1, step=0.5, mode="sign-magnitude")
    assert (said.low, said.high, said.step, said.mode) == (0.9, 1.1, 0.5, Mode.SIGN_MAGNITUDE)
