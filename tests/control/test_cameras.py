"""Cameras side by side: what stands out, and what is merely not known."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.control.cameras import cameras
from livegrade_devices.camera import CameraState


@pytest.fixture
def slots(bench):
    at = bench(Look(), Look(), Look())
    for slot in at.session.slots:
        slot.camera = camera("ALEXA 35", 800)
        at.draw(slot.name)
        slot.format = at.frame().format
    yield at.session.slots
    at.close()


def differs(slots) -> dict[str, dict[str, list[str]]]:
    return {
        slot: {name: one.differs for name, one in settings.items() if one.differs}
        for slot, settings in cameras(slots).items()
    }


def test_what_nobody_says_is_not_known_and_differs_from_nothing(slots) -> None:
    said = cameras(slots)["A"]
    assert (said["ei"].value, said["ei"].rig, said["white-balance"].value) == (None, "800", None)
    assert said["signal"].value == "640x360, 25 fps"
    assert differs(slots) == {"A": {}, "B": {}, "C": {}}


def test_the_odd_one_out_and_the_rig_stand_out(slots) -> None:
    usual = CameraState(ei=800, white_balance_k=5600, shutter_angle=180.0, sensor_fps=Fraction(25), tint=0.0)
    for slot in slots:
        slot.camera_said = usual
    assert differs(slots) == {"A": {}, "B": {}, "C": {}}
    slots[1].camera_said = replace(
        usual, ei=1600, white_balance_k=4300, shutter_angle=None, shutter_s=Fraction(1, 50), project_fps=Fraction(24)
    )
    assert differs(slots) == {
        "A": {},
        "B": {"ei": ["rig", "others"], "white-balance": ["others"], "project-fps": ["rig"]},
        "C": {},
    }
    said = cameras(slots)["B"]
    assert (said["shutter"].value, said["project-fps"].value, said["tint"].value) == ("180.0°", "24 fps", "+0")


def test_of_two_that_differ_both_do(slots) -> None:
    slots[0].camera_said, slots[2].camera_said = CameraState(white_balance_k=3200), CameraState(white_balance_k=5600)
    assert differs(slots) == {"A": {"white-balance": ["others"]}, "B": {}, "C": {"white-balance": ["others"]}}


def test_tints_in_the_steps_of_two_makers_are_not_compared(slots) -> None:
    slots[0].camera_said = CameraState(tint=2.0, tint_unit="ARRI tint")
    slots[1].camera_said = CameraState(tint=-4.0, tint_unit="RED tint")
    assert differs(slots) == {"A": {}, "B": {}, "C": {}}
    slots[2].camera_said = CameraState(tint=0.0, tint_unit="RED tint")
    assert differs(slots) == {"A": {}, "B": {"tint": ["others"]}, "C": {"tint": ["others"]}}
