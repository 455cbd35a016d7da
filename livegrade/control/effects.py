"""When a command is in effect: at once, or when work that was given to others is done."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from livegrade.control.messages import Answer
from livegrade.errors import LivegradeError, UsageError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

V = TypeVar("V")
WORK_S = 10.0
"""How long a command waits for work of others; it is pending after that."""


@dataclass(frozen=True, slots=True)
class Done:
    """The effect of what no picture has to come for."""

    patience_s: ClassVar[float] = 0.0

    files: tuple[str, ...] = ()
    made: str = ""
    found: list[dict[str, Any]] | None = None
    frame: int | None = None
    number: int | None = None
    step: str = ""

    def answer(self) -> Answer:
        return Answer("done", self.frame, "", self.step, self.files, self.made, self.found, number=self.number)


@dataclass(frozen=True, slots=True)
class WorkEffect:
    """In effect when its work is done, such as: when the library has it."""

    patience_s: ClassVar[float] = WORK_S

    work: Future[Answer]

    def answer(self) -> Answer | None:
        if not self.work.done():
            return None
        return refused(self.work) or self.work.result()


def refused(work: Future[Any] | asyncio.Task[Any], called_off: str = "it was called off") -> Answer | None:
    """The answer to what was called off or failed for a reason that has a sentence; None for work that is done. Raises
    what nobody expected."""
    if work.cancelled():
        return Answer("refused", error=called_off)
    error = work.exception()
    if error is None:
        return None
    if isinstance(error, LivegradeError):
        return Answer("refused", error=str(error))
    raise error


def then(kept: Future[V], told: Callable[[V], Answer]) -> Future[Answer]:
    """What is answered when that work is done."""
    work: Future[Answer] = Future()

    def done(kept: Future[V]) -> None:
        error = UsageError("it was called off") if kept.cancelled() else kept.exception()
        if error is not None:
            work.set_exception(error)
        else:
            work.set_result(told(kept.result()))

    kept.add_done_callback(done)
    return work
