"""How a client on another machine gets a token: by the code that this session shows on its screen."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

DIGITS = 8
FIRST_DELAY_S, LONGEST_DELAY_S = 1.0, 60.0
WRONG_CODES = 10
"""Wrong codes after which there is another one."""


class Pairing:
    """A code that is right once. After a wrong one nobody may try for a second, then two, then four, up to a minute,
    wherever they are: with ten codes of eight digits each, that is hopeless for who does not see the screen.

    `show`: puts a code on the screen. Not thread-safe.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._wrong = 0
        self._delay_s = FIRST_DELAY_S
        self._closed_until_s = 0.0
        self._code = self._new()

    def try_code(self, code: str, now_s: float) -> None:
        """Returns where the code is right; it is used up then. Raises UsageError."""
        if now_s < self._closed_until_s:
            raise UsageError(f"a wrong code was tried; wait {self._closed_until_s - now_s:.0f} s and try again")
        given = code.replace(" ", "").encode()
        if hmac.compare_digest(given, self._code.encode()):
            self._delay_s = FIRST_DELAY_S
            self._code = self._new()
            return
        self._closed_until_s = now_s + self._delay_s
        self._delay_s = min(2 * self._delay_s, LONGEST_DELAY_S)
        self._wrong += 1
        if self._wrong >= WRONG_CODES:
            self._code = self._new()
        raise UsageError("this is not the code that the session shows")

    def _new(self) -> str:
        self._wrong = 0
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        self._show(f"{code[:4]} {code[4:]}")
        return code
