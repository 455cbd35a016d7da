"""What can be made to go wrong with an emulated device. A value that may be changed while it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Faults:
    """May be changed while the emulator runs. `delay_s`: before everything that is sent. `cut_after`: bytes after
    which a connection is cut in the middle of what is being sent; None never. `most_clients`: of more, the newest is
    turned away. `deaf`: takes what comes and answers nothing. `garbage`: sent in place of the next answer. `lose`: of
    the datagrams that are sent next, how many get lost."""

    delay_s: float = 0.0
    cut_after: int | None = None
    most_clients: int | None = None
    deaf: bool = False
    garbage: bytes = b""
    lose: int = 0
