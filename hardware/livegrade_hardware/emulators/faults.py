"""What can be made to go wrong with an emulated device. A value that may be changed while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = "deaf, garbage, garbage=HEX, lose=N"
NONSENSE = b"\xff\x00 nonsense \xfe\r\n"
MOST_LOST, MOST_GARBAGE = 100_000, 4096


@dataclass(slots=True)
class Faults:
    """May be changed while the emulator runs. `delay_s`: before everything that is sent. `cut_after`: bytes after
    which a connection is cut in the middle of what is being sent; None never. `most_clients`: of more, the newest is
    turned away. `cut_in`: bytes of a request by web after which the connection is cut while it still comes. `deaf`:
    takes what comes and answers nothing. `garbage`: sent in place of the next answer. `lose`: of the datagrams that are
    sent next, how many get lost."""

    delay_s: float = 0.0
    cut_after: int | None = None
    most_clients: int | None = None
    cut_in: int | None = None
    deaf: bool = False
    garbage: bytes = b""
    lose: int = 0


def faults_of(
    words: Iterable[str], *, delay_ms: int = 0, cut_after: int | None = None, clients: int | None = None
) -> Faults:
    """As the command line and rigs say them. `words`: of `WORDS`. Raises UsageError."""
    faults = Faults(delay_ms / 1000, cut_after, clients)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "deaf":
            faults.deaf = True
        elif word == "garbage":
            faults.garbage = NONSENSE
        elif name == "garbage" and equals:
            faults.garbage = _bytes(word, value)
        elif name == "lose" and value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= MOST_LOST:
            faults.lose = int(value)
        else:
            raise UsageError(f"{word[:40]!r} is no fault of a stand-in; choose from {WORDS}")
    return faults


def _bytes(word: str, text: str) -> bytes:
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if not 1 <= len(data) <= MOST_GARBAGE:
        raise UsageError(f"{word[:40]!r}: 1 to {MOST_GARBAGE} bytes in hexadecimal are wanted, such as garbage=ff00")
    return data
