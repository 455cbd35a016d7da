"""What commands read and write on disks: beside the thread that carries commands out, for a disk may hang for ever."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias, TypeVar

from livegrade.beside import beside
from livegrade.control import commands as c
from livegrade.control.effects import refused
from livegrade.control.messages import Answer
from livegrade.control.places import names_files
from livegrade.errors import UsageError
from livegrade.redaction import one_line
from livegrade_devices.kinds import is_loaded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from livegrade.control.desk import Effect
    from livegrade.control.looks import PutLook

T = TypeVar("T")

DISK_S = 10.0
"""How long a command waits for its disk; it is pending after that."""
STOP_S = 3.0
"""How long the end of a session waits for a disk that does not answer."""
WAITING = 16
"""Commands that wait for disks; more are refused."""
WAITING_OF = 6
"""Those of them that are of one slot or output, or match one slot: whoever floods one leaves room for the others."""
MayNeedDisk: TypeAlias = (
    c.LoadLook
    | c.SaveLook
    | c.RecallLook
    | c.RecallShelved
    | c.SetView
    | c.ShowLegend
    | c.SetSink
    | c.AddSink
    | c.ReadMatch
    | c.ApplyMatch
    | c.AddDevice
    | c.ShowLibrary
)


@dataclass(frozen=True, slots=True)
class DiskEffect:
    """In effect when what was read is. Of the loop's thread."""

    patience_s: ClassVar[float] = DISK_S

    work: asyncio.Task[Effect]

    def answer(self) -> Answer | None:
        if not self.work.done():
            return None
        refusal = refused(self.work, "the session has ended before the disk answered")
        return refusal or self.work.result().answer()


class Disk:
    """Commands that wait for a disk: of each slot and each output one after the other, in the order in which they come,
    and none behind another's. A thread for each that is at work: a daemon, for a disk that never answers must not keep
    the program from ending. Of the loop's thread.

    `tell`: what became of a command that was answered as pending and then failed.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._last: dict[str, asyncio.Task[Effect]] = {}
        self._waiting: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[Effect]] = set()

    def after(self, of: str, work: Callable[[], T], then: Callable[[T], Awaitable[Effect]]) -> DiskEffect:
        """What `then` makes of what `work` brings, which is called on a thread of its own behind all that is `of` the
        same. Raises UsageError where too many wait, of that or of all."""
        if self._waiting[of] >= WAITING_OF:
            raise UsageError(f"{WAITING_OF} commands of {of} wait for a disk already; this one was not carried out")
        if len(self._tasks) >= WAITING:
            raise UsageError(f"{WAITING} commands wait for a disk that does not answer; this one was not carried out")
        task = asyncio.create_task(self._in_turn(self._last.get(of), work, then))
        began_s = asyncio.get_running_loop().time()
        self._last[of] = task
        self._waiting[of] += 1
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._left(of, done, began_s))
        return DiskEffect(task)

    async def close(self) -> None:
        """Waits for a moment for what is at work."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_S)
        for task in list(self._tasks):
            task.cancel()

    async def _in_turn(
        self, before: asyncio.Task[Effect] | None, work: Callable[[], T], then: Callable[[T], Awaitable[Effect]]
    ) -> Effect:
        if before is not None:
            await asyncio.wait([before])
        return await then(await worked(work))

    def _left(self, of: str, task: asyncio.Task[Effect], began_s: float) -> None:
        self._tasks.discard(task)
        self._waiting[of] -= 1
        if self._last.get(of) is task:
            del self._last[of], self._waiting[of]
        error = None if task.cancelled() else task.exception()
        if error is not None and asyncio.get_running_loop().time() - began_s > DISK_S:
            self._tell(f"what waited for a disk was not carried out: {one_line(str(error))}")


async def worked(work: Callable[[], T]) -> T:
    """What `work` brings, on a thread of its own that keeps nobody from ending. Raises what it raises."""
    return await asyncio.wrap_future(beside(work, "livegrade-disk"))


def waiting_for_disk(command: c.DeskCommand | PutLook) -> tuple[str, MayNeedDisk] | None:
    """A command that reads or writes the disk itself, and of which slot or output it is; None for one that does not, or
    is of something with threads of its own (stills, what the library keeps)."""
    match command:
        case c.LoadLook() | c.SaveLook() | c.RecallLook() | c.RecallShelved():
            return f"slot {command.slot}", command
        case c.ReadMatch() | c.ApplyMatch():  # they read stills, and work for a second
            return f"match of slot {command.slot}", command
        case c.SetSink():  # its output may show a palette, which is read again
            return f"output {command.sink}", command
        case c.SetView() if names_files(command) or "still:" in (command.against or ""):
            return f"output {command.sink}", command
        case c.ShowLegend() if names_files(command):
            return f"legend of slot {command.slot}", command
        case c.AddSink() if names_files(command) or "still:" in command.address:
            return "outputs", command
        case c.AddDevice(address=address) if not is_loaded(address.partition(":")[0]):
            return "devices", command
        case c.ShowLibrary() if names_files(command):
            return f"library of {command.device}", command
        case _:
            return None
