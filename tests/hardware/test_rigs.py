"""The demo rigs that come along are whole."""

from __future__ import annotations

import pytest

from livegrade.cli import run_command_line
from livegrade.rig import load_rig
from livegrade.session.rigging import rigged
from livegrade_hardware.rigs import demo_rigs


def test_the_demo_rigs_are_there() -> None:
    assert list(demo_rigs()) == ["hdr-sdr", "one-camera", "two-cameras"]


@pytest.mark.parametrize("name", demo_rigs())
def test_a_demo_rig_has_no_fault(name: str) -> None:
    rig = load_rig(demo_rigs()[name])
    work = rigged(rig)
    assert work.faults == ()
    assert len(work.setup.slots) == len(rig.slots)
    assert len(work.setup.sinks) == len(rig.outputs) >= 2


def test_a_demo_rig_that_is_none_is_named(capsys) -> None:
    assert run_command_line(["run", "--rig", "demo:nothing"]) == 2
    assert "there is no demo rig 'nothing'; there are hdr-sdr, one-camera, two-cameras" in capsys.readouterr().err
