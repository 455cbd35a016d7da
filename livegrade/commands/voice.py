"""Printing for commands that must not stop because nobody reads along: a live picture outlives its terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


def say(text: str, *, trouble: bool = False) -> None:
    """Prints at once, trouble on stderr. When the reader has gone or the disk behind `>` is full, nothing more is
    printed there, and the work goes on."""
    stream = sys.stderr if trouble else sys.stdout
    try:
        print(f"{text}\n", end="", file=stream, flush=True)  # in one go: another process may write there too
    except OSError:
        mute(stream)


def mute(stream: TextIO) -> None:
    """From now on what is printed there goes nowhere, also what is still buffered when the program ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
