"""What a proof says: against the box's own tables, and against the look, which are two things."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade_devices.device import BoxLook
from livegrade_devices.proving import judged, patches
from livegrade_devices.pushed import Proof

HALF = BoxLook(Look((Cdl(slope=(0.5, 0.5, 0.5)),)))


@pytest.mark.parametrize(
    ("depth", "full", "ends"), [(12, False, (256, 3760)), (12, True, (0, 4095)), (10, False, (64, 940))]
)
def test_patches_go_from_black_to_white_and_are_the_same_each_time(
    depth: int, full: bool, ends: tuple[int, int]
) -> None:
    codes = patches(depth, full_range=full)
    assert (codes.min(), codes.max()) == ends
    assert np.array_equal(codes, patches(depth, full_range=full))


def test_a_box_that_does_what_its_tables_say_is_proved_however_far_that_is_from_the_look() -> None:
    codes = patches(12, full_range=False)
    proved = judged(Proof(codes, codes, codes, 12, "here"), HALF)
    assert proved.fault() == ""
    assert proved.model.maximum == 0
    # Half of white is 876 / 2 codes of 10 bits away from white, and that is the worst.
    assert proved.look.maximum == pytest.approx(438, abs=0.01)
    assert proved.look.maximum_delta_e > 10


def test_a_box_that_shows_the_look_but_not_what_its_tables_say_is_not_proved() -> None:
    codes = patches(12, full_range=False)
    shown = np.rint((codes - 256.0) / 2 + 256).astype(np.uint16)
    expected = shown.copy()
    expected[7, 1] += 3
    proved = judged(Proof(codes, shown, expected, 12, "here"), HALF)
    assert proved.look.maximum < 0.2
    given, said, wanted = (", ".join(map(str, row[7].tolist())) for row in (codes, shown, expected))
    assert proved.model_delta_e is not None
    assert 0 < proved.model_delta_e < 0.5
    assert proved.fault() == (
        f"it shows {said} for {given}, where its tables give {wanted}: "
        f"3 codes of 12 bits off, at most delta E 2000 {proved.model_delta_e:.1f}"
    )
    assert judged(Proof(codes, shown, expected, 12, "here"), None).fault().endswith(": 3 codes of 12 bits off")
    assert proved.fault(threshold=3.0) == ""
    one = replace(proved, model=replace(proved.model, maximum=1.0))
    assert ": 1 code of 12 bits off, at most delta E" in one.fault(threshold=0.5)
