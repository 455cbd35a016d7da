"""Looks in the whole numbers of a box: against the float look, and against the emulated box's own arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.color.balance import WhiteBalance
from livegrade.color.camera import camera
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut3d, Samples
from livegrade.color.slots import SlotForm
from livegrade_devices.device import BoxLook
from livegrade_devices.lutboxes import colorboxwire
from livegrade_devices.lutboxes.stages import INTERPOLATIONS, SIDE, Stages, coding, staged
from livegrade_devices.lutboxes.staging import FULL, LEGAL, stage_look
from livegrade_hardware.emulators.colorboxpicture import Pipeline

MILD = Look((Cdl(slope=(1.06, 1.0, 0.95), offset=(0.01, 0.0, -0.005), power=(1.05, 1.0, 0.97), saturation=0.9),))
STEEP = Look((Cdl(slope=(1.6, 1.6, 1.6), power=(0.5, 0.5, 0.5)),))
TWO = Look((*MILD.nodes, Cdl(slope=(0.9, 1.0, 1.1), saturation=1.3)))
UNCLAMPED = Look(
    (Cdl(slope=(3.0, 3.0, 3.0), clamp=False), Cdl(slope=(1 / 3, 1 / 3, 1 / 3), clamp=False, saturation=0.8))
)


def lattice(size: int, seed: int = 3) -> Look:
    axis = np.linspace(0.0, 1.0, size)
    values = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    values = np.clip(values**0.8 + 0.02 * np.random.default_rng(seed).standard_normal((size, size, size, 3)), -0.1, 1.2)
    return Look((Lut3d(Samples(values)),))


def random_codes(count: int = 4000) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    return np.random.default_rng(1).integers(0, 4096, (count, 3)).astype(np.uint16)


def emulated(stages: Stages) -> Pipeline:
    """The emulated box, loaded with the bytes that the driver sends."""
    pipeline = Pipeline(interpolation=stages.interpolation)
    for message in colorboxwire.messages(stages):
        loaded = colorboxwire.loaded(message)
        assert loaded is not None
        pipeline.held[loaded.stage] = loaded.values
        pipeline.enabled.add(loaded.stage)
    return pipeline


@pytest.mark.parametrize(
    ("look", "most"),
    [(Look(), 0.0), (MILD, 0.3), (STEEP, 0.13), (TWO, 0.8), (UNCLAMPED, 0.8), (lattice(33), 2.0)],
    ids=["nothing", "mild", "steep", "two", "unclamped", "lattice"],
)
def test_a_look_that_fits_errs_by_the_rounding_alone(look: Look, most: float) -> None:
    """`most`: codes of 10 bits; a code of 12 bits is a quarter of one."""
    assert look.slots().baked is None
    for full in (False, True):
        assert stage_look(BoxLook(look, full_range=full), INTERPOLATIONS[0]).error.maximum <= most


def test_the_error_told_is_that_of_the_codes_against_the_float_look() -> None:
    made = stage_look(BoxLook(MILD), INTERPOLATIONS[0])
    codes = np.random.default_rng(2).integers(256, 3761, (20_000, 3)).astype(np.uint16)
    wanted = MILD.apply((codes - 256.0) / 3504.0) * 3504.0 + 256.0
    off = np.abs(made.stages.apply(codes) - np.clip(wanted, 0, 4095)).max() / 4
    assert off <= made.error.maximum + 0.05
    assert made.error.maximum > 0.1


def test_a_whole_range_look_takes_code_0_as_black() -> None:
    look = Look((Cdl(power=(2.0, 2.0, 2.0)),))
    codes = np.array([[0, 0, 0], [2048, 2048, 2048], [4095, 4095, 4095]], np.uint16)
    full = stage_look(BoxLook(look, full_range=True), INTERPOLATIONS[0]).stages.apply(codes)
    assert full[:, 0].tolist() == [0, 1024, 4095]
    legal = stage_look(BoxLook(look), INTERPOLATIONS[0]).stages.apply(codes)
    assert legal[:, 1].tolist() == [256, 1172, 3760]


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("look", [Look(), MILD, STEEP, TWO, UNCLAMPED, lattice(33), lattice(17), lattice(65)])
def test_the_emulated_box_and_our_reckoning_agree_within_a_code(look: Look, interpolation: str) -> None:
    """They were written apart: the box works on the bytes, with integers alone."""
    stages = staged(look.slots(), LEGAL, interpolation)
    codes = random_codes()
    apart = np.abs(emulated(stages).run(codes.astype(np.int64)) - stages.apply(codes).astype(np.int64))
    # What is rounded the other way in one matrix, the next stages may make two codes of.
    assert apart.max() <= (2 if look is TWO else 1)
    assert (apart > 0).mean() < 0.005


def test_the_two_interpolations_differ_by_more_than_that() -> None:
    codes = random_codes()
    one, other = (staged(lattice(33).slots(), FULL, each).apply(codes).astype(int) for each in INTERPOLATIONS)
    assert np.abs(one - other).max() > 40


def test_linear_light_goes_into_the_lattice_and_not_between_stages() -> None:
    """4,096 even steps of light are some twenty codes off on average."""
    used = camera("arri-logc4")
    look = Look((WhiteBalance(4800.0, used.space, 5.0), MILD.nodes[0]))
    made = stage_look(BoxLook(look), INTERPOLATIONS[0])
    assert staged(look.slots(), LEGAL).lattice is None
    assert made.stages.lattice is not None
    assert made.error.mean < 1.5


def test_planes_of_a_lattice_of_33_points_stay_where_they_are() -> None:
    look = lattice(SIDE)
    stages = staged(look.slots(), LEGAL)
    planes = (256 + 219 * np.arange(SIDE // 2)).astype(np.uint16)  # every second one: they fall on whole codes
    codes = np.stack(np.meshgrid(planes, planes, planes, indexing="ij"), axis=-1).reshape(-1, 3)
    wanted = np.clip(look.apply((codes - 256.0) / 3504.0) * 3504 + 256, 0, 4095)
    assert np.abs(stages.apply(codes) - wanted).max() <= 1.1


def test_nothing_is_sent_where_nothing_changes() -> None:
    stages = staged(SlotForm(), coding(256, 3760))
    assert stages.tables == (None, None, None, None)
    assert stages.matrices == (None, None)
    assert stages.lattice is None
    assert stages.form == "no stage changes anything, 12 bits"
    codes = random_codes()
    assert (emulated(stages).run(codes.astype(np.int64)) == codes).all()
