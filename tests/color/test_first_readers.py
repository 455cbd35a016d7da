"""Several threads of one process are the first to read a saved look: no reader of JSON may be made then."""

from __future__ import annotations

import subprocess
import sys

import pytest

FIRST_READERS = """
import sys, threading
from livegrade.color.files import look_of_bytes
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl

sys.setswitchinterval(1e-6)
data, gate = write_saved_look(Look((Cdl(),))), threading.Barrier(4)

def read():
    gate.wait()
    look_of_bytes("a.json", data)

threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.emulated
def test_looks_that_are_read_at_the_same_moment_end_no_process() -> None:
    """Four of ten such processes ended in a segmentation fault with decoders that are made when they are needed."""
    for _ in range(8):
        assert subprocess.run([sys.executable, "-c", FIRST_READERS], timeout=60, check=False).returncode == 0
