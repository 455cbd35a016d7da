"""When a command is in effect: at once, or when work that was given to others is done."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from livegrade.control.messages import Answer
from livegrade.errors import LivegradeError, UsageError

if TYPE_CHECKING:
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
        error = self.work.exception()
        if error is None:
            return self.work.result()
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
