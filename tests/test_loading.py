"""Loading goes by without the collector, and leaves it as it was."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from livegrade.loading import loading


def test_the_collector_rests_within_and_is_as_before_after_it() -> None:
    with loading():
        assert not gc.isenabled()
        with loading():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_is_back_where_loading_fails() -> None:
    with pytest.raises(ImportError), loading():
        raise ImportError("libEGL")
    assert gc.isenabled()


def test_one_that_was_switched_off_stays_so() -> None:
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_the_desktop_loads_before_its_session_is_started_is_little() -> None:
    """The rest is loaded while the session starts."""
    program = "import sys, livegrade.ui.app; print([n for n in sys.modules if n in ('aiohttp', 'livegrade.ui.window')])"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
