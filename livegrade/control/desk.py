"""Carries commands out on a session, one after the other, and says when each is in effect.

What a slot's look is made of, with its undo steps, is kept here; the session knows only the look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, assert_never

from livegrade.control import commands as c
from livegrade.control import looks, views
from livegrade.control.history import History
from livegrade.control.messages import Answer

if TYPE_CHECKING:
    from livegrade.session import Session


class Effect(Protocol):
    """What became of a command that was carried out. From any thread."""

    def answer(self) -> Answer | None:
        """None while a picture that has it is still to come; pending where there is no signal to bring one."""


class Desk:
    """Of the thread that carries commands out, one at a time; `histories` and `locked` are values replaced whole, which
    may be read from any."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.histories: dict[str, History] = {slot.name: History.of(slot.look) for slot in session.slots}
        self.locked: frozenset[int] = frozenset()
        self._began = dict(self.histories)

    def carry_out(self, command: c.AnyCommand) -> Effect:
        """Raises LivegradeError; nothing has changed then."""
        match command:
            case c.SetLook() | c.SwitchNode() | c.ResetLook() | c.Undo() | c.Redo():
                runner = self.session.slot(command.slot)
                began = self._began[command.slot].now
                before = self.histories[command.slot]
                history = looks.changed(before, command, began, self.session.clock.now_ns())
                self.session.set_look(command.slot, history.now.look)
                self.histories = {**self.histories, command.slot: history}
                return looks.LookEffect(runner, looks.words(before, history, command))
            case c.SetView():
                return views.show(self.session, command, self.locked)
            case c.LockView():
                self.locked = views.locked(self.session, command, self.locked)
                return Done()
            case _:
                assert_never(command)


class Done:
    """The effect of what no picture has to come for."""

    def answer(self) -> Answer:
        return Answer("done")
