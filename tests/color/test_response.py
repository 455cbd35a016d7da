"""What a look does to greys, against the nodes' own arithmetic and the camera's curve."""

from __future__ import annotations

import numpy as np

from livegrade.color.camera import camera
from livegrade.color.grading import Exposure
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl, Lut1d, Samples
from livegrade.color.response import FULL_RANGE, response, stops


def test_it_is_what_the_look_does_to_greys_node_after_node() -> None:
    look = Look((Cdl(slope=(1.2, 1.0, 0.8), offset=(0.0, 0.1, 0.0), saturation=0.5, mix=40.0), Cdl(power=(2.0,) * 3)))
    made = response(look, 65)
    assert made.ramp[[0, -1]].tolist() == [-5 / 54, 59 / 54]
    np.testing.assert_allclose(made.rgb, look.apply(np.stack([made.ramp] * 3, -1)), atol=1e-12)
    off = response(Look((Cdl(slope=(3.0,) * 3, enabled=False),)), 17, FULL_RANGE)
    np.testing.assert_array_equal(off.rgb[:, 0], off.ramp)
    assert off.cuts == {}


def test_the_least_grey_that_a_clamp_cuts_is_told_for_each_node_that_does() -> None:
    ones = (1.0,) * 3
    look = Look(
        (
            Cdl(slope=(1.0, 1.25, 1.0), offset=(0.0, 0.0, -0.1)),  # green above 0.8
            Cdl(slope=(2.0,) * 3, clamp=False),
            Cdl(slope=ones, power=(1.1,) * 3),  # of what the node before made
            Cdl(slope=(0.5,) * 3),
        )
    )
    cuts = response(look, 109 * 9 + 1, FULL_RANGE).cuts
    assert cuts.keys() == {0, 2}
    assert 0.8 < cuts[0] < 0.802
    assert 0.4 < cuts[2] < 0.402
    flat = Lut1d(Samples(np.full((2, 3), 0.5)))
    assert response(Look((flat, Cdl(slope=(1.9,) * 3))), 65).cuts == {}


def test_stops_are_those_of_the_camera() -> None:
    alexa = camera("ALEXA 35")
    greys = np.array([float(alexa.curve.encode(np.array(0.18 * 2.0**stop))) for stop in (-3, 0, 4)])
    np.testing.assert_allclose(stops(greys, alexa.curve), [-3, 0, 4], atol=1e-9)
    assert stops(np.array([-5 / 54]), alexa.curve) == [None]
    made = response(Look((Exposure(1.0, alexa.space),)), 33, FULL_RANGE)
    inside = made.ramp > 0.2
    shift = np.subtract(stops(made.rgb[inside, 1], alexa.curve), stops(made.ramp[inside], alexa.curve))
    np.testing.assert_allclose(shift, 1.0, atol=1e-6)
