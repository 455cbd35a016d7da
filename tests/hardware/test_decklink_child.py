"""The emulated driver inside another process: controlled while it runs, its log read after that process was killed."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from livegrade_hardware.emulators.decklink import EmulatedDriver, child_environment, read_log

if TYPE_CHECKING:
    from pathlib import Path

CAPTURE = """
from livegrade.transport.decklink._binding import Capture
capture = Capture(0, mode=int.from_bytes(b"Hp25"), pixel_format=int.from_bytes(b"v210"))
capture.start()
while True:
    capture.take(1_000_000_000)
"""


@pytest.mark.usefixtures("loaded_decklink_driver")
def test_a_child_is_steered_and_its_log_outlives_it(tmp_path: Path, until) -> None:
    control, log = tmp_path / "control", tmp_path / "log"
    environment = child_environment({"cards": 1, "0.signal": "1080p25", "log-file": str(log)}, path=control)
    with subprocess.Popen([sys.executable, "-c", CAPTURE], env=environment, cwd=tmp_path) as child:
        try:
            until(control.exists)
            card = EmulatedDriver.at(control).card(0)
            until(lambda: card.log_sizes()[0] >= 3)
            card.signal(None)
            until(lambda: card.input_log()[-1].fate == "no-source")
            card.signal("720p50")
            until(lambda: card.input_log()[-1].fate == "delivered")
        finally:
            child.kill()
    inputs, outputs = read_log(log)
    assert [record.index for record in inputs] == list(range(len(inputs)))
    assert {"delivered", "no-source"} <= {record.fate for record in inputs}
    assert outputs == []
