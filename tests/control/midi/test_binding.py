"""Positions and numbers, encoders in three dialects, and faders that take hold: arithmetic, with mido's own bytes."""

from __future__ import annotations

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.control.midi.binding import Binding, Control, Kind, Mode, clicks, usual
from livegrade.control.midi.hand import Event, Hand
from livegrade.control.midi.wire import event_of, messages_of
from livegrade.control.surface.message import Message

SLOPE = "/livegrade/A/slope/r"
KNOB = Control(Kind.CONTROLLER, 1, 16)


def knob(mode: Mode = Mode.ABSOLUTE, **rest: object) -> Binding:
    return Binding("desk", KNOB, SLOPE, mode, **{"low": 0.0, "high": 2.0, **rest})


def moved(hand: Hand, *data: int, at: Control = KNOB, shown: float = 1.0, dt_s: float = 0.1) -> list:
    """The numbers that a hand asks for."""
    found = []
    for turn, one in enumerate(data):
        message = hand.said(Event(at, one), turn * dt_s, {SLOPE: (shown,)})
        found.append(None if message is None else message.arguments[0])
    return found


@pytest.mark.parametrize("mode", [Mode.ABSOLUTE, Mode.ABSOLUTE_14])
def test_the_middle_and_the_ends_of_a_fader_are_exact(mode: Mode) -> None:
    binding = knob(mode)
    middle, last = binding.steps // 2, binding.steps - 1
    assert [binding.number_at(at) for at in (0, middle, last)] == [0.0, 1.0, 2.0]
    assert [binding.position_of(number) for number in (-5.0, 0.0, 1.0, 2.0, 7.0)] == [0, 0, middle, last, last]


@given(st.sampled_from([Mode.ABSOLUTE, Mode.ABSOLUTE_14]), st.floats(-10, 10), st.floats(0.001, 100), st.data())
def test_a_position_comes_back_from_its_number(mode: Mode, low: float, span: float, data: st.DataObject) -> None:
    binding = knob(mode, low=low, high=low + max(span, 1.0))
    position = data.draw(st.integers(0, binding.steps - 1))
    assert binding.position_of(binding.number_at(position)) == position


@pytest.mark.parametrize(
    ("mode", "right", "left"),
    [
        (Mode.TWOS_COMPLEMENT, (1, 3), (127, 125)),
        (Mode.OFFSET, (65, 67), (63, 61)),
        (Mode.SIGN_MAGNITUDE, (1, 3), (65, 67)),
    ],
)
def test_encoders_say_how_far_they_went_in_three_dialects(mode: Mode, right: tuple, left: tuple) -> None:
    assert [clicks(mode, data) for data in (*right, *left)] == [1, 3, -1, -3]
    hand = Hand([knob(mode, step=0.01, acceleration=0.0)])
    assert moved(hand, *right, *left) == [0.01, 0.03, -0.01, -0.03]
    assert hand.said(Event(KNOB, right[0]), 9.0, {}) == Message(f"{SLOPE}/add", (0.01,))


def test_an_encoder_that_is_turned_fast_goes_further() -> None:
    slow = moved(Hand([knob(Mode.OFFSET, step=0.01)]), 65, 65, dt_s=0.4)
    fast = moved(Hand([knob(Mode.OFFSET, step=0.01)]), 65, 65, dt_s=0.01)
    assert slow == [0.01, 0.01]
    assert fast == [0.01, 0.05]
    assert moved(Hand([knob(Mode.OFFSET)]), 64) == [None]


def test_a_fader_takes_hold_when_it_passes_the_number() -> None:
    hand = Hand([knob()])
    assert moved(hand, 10, 40, 60) == [None, None, None]
    assert moved(hand, 70) == [pytest.approx(1.095238)]
    assert moved(Hand([knob()]), 63) == [pytest.approx(0.984375)]
    assert moved(Hand([knob(pickup=False)]), 10) == [0.15625]


def test_a_fader_that_was_left_behind_takes_hold_anew() -> None:
    hand = Hand([knob()])
    assert moved(hand, 64, 70) == [1.0, pytest.approx(1.095238)]
    assert hand.said(Event(KNOB, 71), 10.0, {SLOPE: (0.25,)}) is None
    assert hand.said(Event(KNOB, 15), 10.1, {SLOPE: (0.25,)}) is not None


def test_14_bits_come_in_two_halves() -> None:
    lower = Control(Kind.CONTROLLER, 1, KNOB.number + 32)
    hand = Hand([knob(Mode.ABSOLUTE_14, pickup=False)])
    assert hand.said(Event(KNOB, 64), 0, {}) == Message(SLOPE, (1.0,))
    assert hand.said(Event(lower, 1), 0, {}).arguments[0] == pytest.approx(1 + 1 / 8191, abs=1e-6)
    assert hand.said(Event(KNOB, 0), 0, {}) is None
    assert hand.said(Event(lower, 0), 0, {}) == Message(SLOPE, (0.0,))
    assert Hand([knob()]).said(Event(lower, 3), 0, {}) is None


def test_a_button_presses_switches_or_sends_what_it_was_given() -> None:
    pad = Control(Kind.NOTE, 10, 36)
    undo, bypass = (Binding("desk", pad, f"/livegrade/A/{what}") for what in ("undo", "bypass"))
    assert Hand([undo]).said(Event(pad, 100), 0, {}) == Message("/livegrade/A/undo")
    assert Hand([undo]).said(Event(pad, 0), 0, {}) is None
    on = {"/livegrade/A/bypass": (True,)}
    assert Hand([bypass]).said(Event(pad, 1), 0, on) == Message("/livegrade/A/bypass", (False,))
    load = Binding("desk", pad, "/livegrade/A/load", value="/looks/day.cdl")
    assert Hand([load]).said(Event(pad, 1), 0, {}) == Message("/livegrade/A/load", ("/looks/day.cdl",))
    as_controller = Binding("desk", KNOB, "/livegrade/A/undo")
    assert Hand([as_controller]).said(Event(KNOB, 127), 0, {}) == Message("/livegrade/A/undo")
    assert Hand([as_controller]).said(Event(KNOB, 0), 0, {}) is None


def test_of_two_tables_of_one_control_the_later_counts_and_an_empty_one_is_silence() -> None:
    other = Binding("desk", KNOB, "/livegrade/A/offset/r", pickup=False)
    assert Hand([knob(), other]).said(Event(KNOB, 0), 0, {}).address == other.to
    assert Hand([knob(), Binding("desk", KNOB, "")]).said(Event(KNOB, 0), 0, {}) is None


def test_lamps_rings_and_motors_are_told_what_changes_and_not_to_the_hand_that_is_on_them() -> None:
    pad = Control(Kind.NOTE, 1, 5)
    bypass = Binding("desk", pad, "/livegrade/A/bypass")
    hand = Hand([knob(pickup=False), bypass, Binding("desk", Control(Kind.PITCH, 2, 0), SLOPE, high=2.0)])
    shown = {SLOPE: (1.0,), "/livegrade/A/bypass": (True,)}
    assert {str(binding.control): at for binding, at in hand.shows(shown, 0)} == {
        "controller 16 on channel 1": 64,
        "note 5 on channel 1": 127,
        "pitch wheel on channel 2": 8192,
    }
    assert hand.shows(shown, 1) == []
    hand.said(Event(KNOB, 90), 2.0, shown)
    shown = {SLOPE: (1.5,), "/livegrade/A/bypass": (True,)}
    assert [str(binding.control) for binding, _ in hand.shows(shown, 2.1)] == ["pitch wheel on channel 2"]
    assert [at for _, at in hand.shows(shown, 2.6)] == [96]


@pytest.mark.parametrize(
    ("data", "event"),
    [
        ("B0 10 7F", Event(KNOB, 127)),
        ("9F 24 40", Event(Control(Kind.NOTE, 16, 36), 64)),
        ("8F 24 40", Event(Control(Kind.NOTE, 16, 36), 0)),
        ("9F 24 00", Event(Control(Kind.NOTE, 16, 36), 0)),
        ("E3 00 40", Event(Control(Kind.PITCH, 4, 0), 8192)),
        ("E3 7F 7F", Event(Control(Kind.PITCH, 4, 0), 16383)),
        ("FE", None),
        ("F0 00 00 66 14 F7", None),
        ("C0 05", None),
    ],
)
def test_bytes_of_a_desk_are_read_by_mido(data: str, event: Event | None) -> None:
    assert event_of(mido.Message.from_hex(data)) == event


@pytest.mark.parametrize(
    ("binding", "position", "data"),
    [
        (knob(), 90, ["B0 10 5A"]),
        (knob(Mode.ABSOLUTE_14), 16383, ["B0 10 7F", "B0 30 7F"]),
        (knob(Mode.OFFSET), 12, ["B0 10 0C"]),
        (Binding("desk", Control(Kind.PITCH, 9, 0), SLOPE), 0, ["E8 00 00"]),
        (Binding("desk", Control(Kind.NOTE, 1, 5), "/livegrade/A/bypass"), 127, ["90 05 7F"]),
    ],
)
def test_what_a_desk_is_told_as_bytes(binding: Binding, position: int, data: list[str]) -> None:
    assert [message.hex() for message in messages_of(binding, position)] == data


def test_a_setting_has_its_usual_numbers_wherever_it_stands() -> None:
    assert usual("/livegrade/A/node/day/slope/r").high == 2.0
    assert usual("/livegrade/A/node/n1/stops").low == -4.0
    assert usual("/livegrade/A/whatever").high == 1.0
