"""What surfaces ask for, in order, and no more than can be carried out: a wheel that turns faster than looks are made
is the newest position of that wheel, and steps that come meanwhile are one step."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from livegrade.control.commands import SetLook
from livegrade.control.turns import settled
from livegrade.errors import LivegradeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade.control.auth import Access
    from livegrade.control.commands import AnyCommand, Value
    from livegrade.control.desk import Effect
    from livegrade.control.turns import Turns

_log = logging.getLogger(__name__)

MOST_WAITING = 256
MOST_WATCHED = 16
"""Commands that are in their turn and not in effect yet, and of which a refusal by the engine would be told."""


@dataclass(slots=True)
class Wish:
    """A command that waits for its turn. `complain`: tells whoever sent it what was wrong, in a sentence; `face`: what
    it was said with, one of BY_PEOPLE."""

    command: AnyCommand
    access: Access
    complain: Callable[[str], None]
    face: str = "api"


class Inbox:
    """Of the loop's thread; `work` is its task."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._waiting: deque[Wish] = deque()
        self._wake = asyncio.Event()
        self._watched: set[asyncio.Task[None]] = set()

    def put(self, wish: Wish) -> None:
        """Raises UsageError where too much waits already."""
        if isinstance(wish.command, SetLook) and self._joined(wish.command):
            return
        if len(self._waiting) >= MOST_WAITING:
            raise UsageError(f"{MOST_WAITING} commands wait already; this one came too fast")
        self._waiting.append(wish)
        self._wake.set()

    def _joined(self, command: SetLook) -> bool:
        """Whether `command` became one with another that waits: of the same numbers, with nothing between that may
        touch them."""
        for wish in reversed(self._waiting):
            other = wish.command
            if not isinstance(other, SetLook):
                return False
            if other.slot != command.slot:
                continue
            if (
                other.node == command.node
                and other.relative == command.relative
                and other.values.keys() == command.values.keys()
            ):
                wish.command = msgspec.structs.replace(command, values=_together(other, command))
                return True
            if _touch(other, command):
                return False
        return False

    async def work(self) -> None:
        """Carries out what comes, for as long as the session runs."""
        try:
            while True:
                while not self._waiting:
                    self._wake.clear()
                    await self._wake.wait()
                wish = self._waiting.popleft()
                try:
                    effect = await self._turns.carried_out(wish.command, wish.access, face=wish.face)
                except LivegradeError as error:
                    wish.complain(str(error))
                except Exception:
                    # The task's edge: the session and its surfaces go on.
                    _log.exception("a command of a surface failed")
                    wish.complain("nobody expected this; the log says more")
                else:
                    self._watch(effect, wish)
        finally:
            for task in self._watched:
                task.cancel()

    def _watch(self, effect: Effect, wish: Wish) -> None:
        if len(self._watched) < MOST_WATCHED:
            task = asyncio.create_task(_told(effect, wish))
            self._watched.add(task)
            task.add_done_callback(self._watched.discard)


async def _told(effect: Effect, wish: Wish) -> None:
    """Tells a refusal that comes with the picture, or with the file that cannot be written."""
    try:
        answer = await settled(effect)
    except Exception:
        # The task's edge: what a surface asked for has failed, and it hears of it.
        _log.exception("a command of a surface failed")
        return wish.complain("nobody expected this; the log says more")
    if answer.result == "refused":
        wish.complain(answer.error)


def _touch(one: SetLook, other: SetLook) -> bool:
    """Whether they may set the same number: `slope` is `slope.r` too."""
    numbers = ([name.partition(".")[::2] for name in command.values] for command in (one, other))
    first, second = numbers
    return any(a[0] == b[0] and (a[1] == b[1] or not a[1] or not b[1]) for a in first for b in second)


def _together(old: SetLook, new: SetLook) -> dict[str, Value]:
    """The values of two commands on the same numbers: the newest, or where they are relative their sum."""
    if not new.relative:
        return new.values
    return {name: _sum(old.values[name], value) for name, value in new.values.items()}


def _sum(old: Value, new: Value) -> Value:
    """Of numbers, or of red, green and blue; a number alone is meant for all three."""
    first, second = (one if isinstance(one, tuple) else (one, one, one) for one in (old, new))
    if not isinstance(old, tuple) and not isinstance(new, tuple):
        return old + new
    return (first[0] + second[0], first[1] + second[1], first[2] + second[2])
