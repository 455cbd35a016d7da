"""The demo as a user starts it: what it leaves behind, and what it says at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.emulated
@pytest.mark.alone
def test_two_demos_leave_one_sheet_and_end_with_the_seconds_asked(tmp_path: Path, ndi_loopback: Path) -> None:
    for folder in ("tmp", "home"):
        (tmp_path / folder).mkdir()
    places = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    places |= {"HOME": str(tmp_path / "home"), "LIVEGRADE_STATE": str(tmp_path / "state")}
    places |= {"TMPDIR": str(tmp_path / "tmp"), "LIVEGRADE_RUNTIME": str(tmp_path / "runtime")}
    sheets = []
    for _ in range(2):
        command = [sys.executable, "-P", "-m", "livegrade", "demo", "--format", "480x270p25", "--for", "3"]
        done = subprocess.run(command, env=places, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1].startswith("3 s | A: ")
        assert "box     village has look " in done.stdout
        (sheet,) = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
        assert f"contact sheet: {sheet}\n" in done.stdout
        sheets.append((sheet, sheet.stat().st_ino))
    assert sheets[0][0] == sheets[1][0]
    assert sheets[0] != sheets[1]
    assert list((tmp_path / "tmp").glob("livegrade-demo*")) == []
    assert list((tmp_path / "home").rglob("*")) == [], "nothing lies about in what is the user's"
