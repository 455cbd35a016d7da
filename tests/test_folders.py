"""Folders that sessions and other programs of their user meet in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from livegrade.folders import put, runtime_folder


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have such a folder always")
def test_a_login_without_a_runtime_folder_is_no_warning(tmp_path: Path) -> None:
    """As over ssh, in containers and in services: nothing on the error output of any command."""
    environment = {
        name: word for name, word in os.environ.items() if name not in ("LIVEGRADE_RUNTIME", "XDG_RUNTIME_DIR")
    }
    ask = "from livegrade.folders import runtime_folder; print(runtime_folder().is_dir())"
    told = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", ask],
        cwd=tmp_path,
        env={**environment, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.stdout, told.stderr) == ("True\n", "")


def test_no_test_meets_a_session_that_happens_to_run_here(ndi_loopback: Path) -> None:
    assert runtime_folder().parent == ndi_loopback


def test_the_tests_run_without_a_cache_of_pytest(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with `-p no:cacheprovider`, also where Python writes no bytecode."""
    (ours,) = (each for each in pytestconfig.pluginmanager.get_plugins() if hasattr(each, "_keep_bytecode"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    ours._keep_bytecode(SimpleNamespace())
    assert sys.dont_write_bytecode


def test_a_file_that_two_put_at_once_is_whole_and_leaves_nothing_beside_it(tmp_path, monkeypatch) -> None:
    """As of two windows that keep how they are arranged."""
    path, replace = tmp_path / "keys.json", Path.replace
    others = [b"of the other"]

    def late(staged: Path, target: Path) -> Path:
        if others:
            put(path, others.pop())
        return replace(staged, target)

    monkeypatch.setattr(Path, "replace", late)
    put(path, b"of one")
    assert path.read_bytes() == b"of one"

    def full(staged: Path, target: Path) -> Path:
        raise OSError(28, "disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        put(path, b"lost")
    assert path.read_bytes() == b"of one"
    assert list(tmp_path.iterdir()) == [path]
