"""Commands in their turn: one after the other on the thread that carries them out, whichever face they come from."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from livegrade.control.auth import Access
from livegrade.control.commands import (
    EndStream,
    EndTake,
    ForgetMidi,
    LearnMidi,
    SetOsc,
    ShowPicture,
    ShowScope,
    StartTake,
    StopSession,
    StreamCommand,
    SubscribePicture,
    SubscribeScope,
)
from livegrade.control.disk import WAITING, Disk, waiting_for_disk, worked
from livegrade.control.effects import Done
from livegrade.control.messages import Answer
from livegrade.control.places import names_files, names_palette
from livegrade.control.takes import SaidTake
from livegrade.errors import LivegradeError, UsageError
from livegrade.redaction import one_line
from livegrade.session.events import Link

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Executor

    from livegrade.control.commands import AnyCommand, DeskCommand
    from livegrade.control.desk import Desk, Effect, Ready
    from livegrade.control.looks import PutLook
    from livegrade.control.midi.face import MidiFace
    from livegrade.control.publish import Publisher
    from livegrade.control.streams import AskedPicture, Streams

_log = logging.getLogger(__name__)

LOOK_AGAIN_S = 0.004
"""A command that waits for its picture looks so often: nothing of the picture's way has to tell it."""


class Turns:
    """Of the loop's thread. `publisher`: tells everybody what a command has changed before it is answered."""

    def __init__(self, desk: Desk, streams: Streams, commands: Executor, publisher: Publisher) -> None:
        self._desk = desk
        self._streams = streams
        self._commands = commands
        self._publisher = publisher
        self._reading = 0
        self._disk = Disk(lambda text: desk.tell(Link.FAULTED, text, is_moment=True))
        self.midi: MidiFace | None = None
        self.begin_midi: Callable[[], MidiFace] | None = None
        self.set_osc: Callable[[SetOsc], Awaitable[str]] | None = None

    async def carried_out(
        self, command: AnyCommand | PutLook, access: Access | None, connection: object = None, face: str = "api"
    ) -> Effect:
        """Carries the command out in its turn. `connection`: the WebSocket over which it comes, None where there is
        none; `face`: what it was said with, one of BY_PEOPLE. Raises LivegradeError where it is refused."""
        if access is not Access.LOCAL and names_files(command):
            raise UsageError("only programs of the session's own machine may name files, folders and URLs")
        if access is not Access.LOCAL and isinstance(command, StopSession):
            raise UsageError("only programs of the session's own machine may end it")
        if isinstance(command, SetOsc):
            return await self._with_osc(command, access)
        loop = asyncio.get_running_loop()
        if isinstance(command, LearnMidi | ForgetMidi):
            return self._with_midi(command)
        if isinstance(command, SubscribePicture | ShowPicture | SubscribeScope | ShowScope | EndStream):
            asked = await self._palette_read(command)
            return await loop.run_in_executor(self._commands, self._streams.carry_out, connection, asked)
        if isinstance(command, StartTake | EndTake):
            return await self._done(SaidTake(command, face))
        waiting = waiting_for_disk(command)
        if waiting is None:
            return await self._done(command)
        of, waits = waiting
        return self._disk.after(of, lambda: self._desk.ready(waits), self._done)

    async def _palette_read(self, command: StreamCommand) -> StreamCommand | AskedPicture:
        """With its palette, where that is a file. Only who asks waits for the disk, and nothing is left of it where the
        connection ends meanwhile."""
        if not isinstance(command, SubscribePicture | ShowPicture) or not names_palette(command.view):
            return command
        if self._reading >= WAITING:
            raise UsageError(f"{WAITING} palettes wait for a disk that does not answer; this one was not read")
        self._reading += 1
        try:
            return await worked(lambda: self._streams.ready(command))
        finally:
            self._reading -= 1

    async def _with_osc(self, command: SetOsc, access: Access | None) -> Effect:
        if access is not Access.LOCAL:
            raise UsageError("only programs of the session's own machine may say who is heard by OSC")
        if self.set_osc is None:
            raise UsageError("this session hears nobody yet; try again")
        said = await asyncio.shield(self.set_osc(command))  # whoever asked may go: it is done whole, and kept
        self._publisher.tick()
        return Done(step=said)

    def _with_midi(self, command: LearnMidi | ForgetMidi) -> Effect:
        if self.midi is None and self.begin_midi is not None and isinstance(command, LearnMidi):
            self.midi = self.begin_midi()
        if self.midi is None:
            raise UsageError("this session has no MIDI; midi.learn or --midi FILE begins it")
        return self.midi.learn(command) if isinstance(command, LearnMidi) else self.midi.forget(command)

    async def _done(self, command: DeskCommand | Ready) -> Effect:
        loop = asyncio.get_running_loop()
        effect = await loop.run_in_executor(self._commands, self._desk.carry_out, command)
        self._publisher.tick()
        return effect

    async def close(self) -> None:
        """Waits for disks, for a moment."""
        await self._disk.close()

    async def leave(self, connection: object) -> None:
        """Ends what lives as long as a WebSocket, in its turn: after a subscription that was still to be carried
        out."""
        await asyncio.get_running_loop().run_in_executor(self._commands, self._streams.leave, connection)

    async def answer(
        self, command: AnyCommand | PutLook, access: Access | None, connection: object = None, face: str = "api"
    ) -> Answer:
        """Carries the command out in its turn, and waits for the picture that has it."""
        try:
            return await settled(await self.carried_out(command, access, connection, face))
        except LivegradeError as error:
            return Answer("refused", error=str(error))
        except Exception as error:
            # The task's edge: the session goes on, and the client hears of it.
            _log.exception("a command failed")
            return Answer("refused", error=f"nobody expected this: {one_line(str(error))}")


async def settled(effect: Effect) -> Answer:
    """What becomes of a command, when it is in effect or has waited for long enough."""
    until_s = asyncio.get_running_loop().time() + effect.patience_s
    while (answer := effect.answer()) is None:
        if asyncio.get_running_loop().time() >= until_s:
            return Answer("pending")
        await asyncio.sleep(LOOK_AGAIN_S)
    return answer
