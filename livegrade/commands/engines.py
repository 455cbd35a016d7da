"""The engine of a command. Apart from the other options, so that commands without pictures start without an engine."""

from __future__ import annotations

from livegrade.engine.select import Choice, choose
from livegrade.machine import usable_cores


def pick_engine(name: str, threads: int) -> Choice:
    """The backend for `--engine`; `threads` 0 stands for all cores this process may use."""
    return choose(name, threads or usable_cores())
