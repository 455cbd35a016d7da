"""What was changed of takes that are kept, to be taken back: undo and redo, each step named in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade.library.kinds import TAKES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from livegrade.library.store import Library
    from livegrade.library.values import Slate, Take

MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Said:
    """What people say of a take: what a step changes and brings back."""

    slate: Slate
    circled: bool
    comment: str

    @classmethod
    def of(cls, take: Take) -> Said:
        return cls(take.slate, take.circled, take.comment)

    def put_on(self, take: Take) -> Take:
        return replace(take, slate=self.slate, circled=self.circled, comment=self.comment)

    def differs(self, other: Said) -> list[str]:
        """In what, in words: "scene", "roll", "comment"."""
        slate, theirs = self.slate, other.slate
        named = [name for name in ("scene", "shot", "take") if getattr(slate, name) != getattr(theirs, name)]
        fields, others = dict(slate.fields), dict(theirs.fields)
        named += [name for name in {**fields, **others} if fields.get(name) != others.get(name)]
        return [*named, *(name for name in ("circled", "comment") if getattr(self, name) != getattr(other, name))]


@dataclass(frozen=True, slots=True)
class TakeStep:
    """What takes said `before` and `after`, by their numbers in the library."""

    words: str
    before: tuple[tuple[int, Said], ...]
    after: tuple[tuple[int, Said], ...]


class TakeSteps:
    """Changes takes, for the thread that writes the library. `past` and `future`, the next to redo last, are replaced
    whole and may be read from any."""

    def __init__(self) -> None:
        self.past: tuple[TakeStep, ...] = ()
        self.future: tuple[TakeStep, ...] = ()

    def change(self, library: Library, keys: Iterable[int], edit: Callable[[Take], Take]) -> list[Take]:
        """As one step, for which what was undone is given up; none where nothing becomes another. Raises what `edit`
        raises."""
        before: list[Take] = []
        changed: list[Take] = []

        def edited(take: Take) -> Take:
            before[len(changed) :] = [take]
            return edit(take)

        try:
            for key in keys:
                changed.append(library.change(TAKES, key, edited))
        finally:  # those that were changed before one could not be are a step all the same
            self._note(before[: len(changed)], changed)
        return changed

    def undo(self, library: Library) -> str:
        """The words of what was taken back. Raises UsageError, LibraryError."""
        if not self.past:
            raise UsageError("there is nothing to undo of takes")
        step = self.past[-1]
        try:
            _require(library, step, step.after, step.before)
        except UsageError:
            self.past = self.past[:-1]  # it will never be possible again
            raise
        _put(library, step.before)
        self.past, self.future = self.past[:-1], (*self.future, step)
        return step.words

    def redo(self, library: Library) -> str:
        """The words of what was done again. Raises UsageError, LibraryError."""
        if not self.future:
            raise UsageError("there is nothing to redo of takes")
        step = self.future[-1]
        try:
            _require(library, step, step.before, step.after)
        except UsageError:
            self.future = self.future[:-1]
            raise
        _put(library, step.after)
        self.past, self.future = (*self.past, step)[-MOST_STEPS:], self.future[:-1]
        return step.words

    def _note(self, before: list[Take], changed: list[Take]) -> None:
        was, now = (tuple((take.key, Said.of(take)) for take in takes) for takes in (before, changed))
        differing = {name: None for (_, one), (_, other) in zip(was, now, strict=True) for name in one.differs(other)}
        if differing:
            slots = " and ".join(sorted({take.slot for take in changed}))
            words = f"{', '.join(differing)} of {before[0].slate}, slot {slots}"
            self.past, self.future = (*self.past, TakeStep(words, was, now))[-MOST_STEPS:], ()


def _require(
    library: Library, step: TakeStep, there: tuple[tuple[int, Said], ...], wanted: tuple[tuple[int, Said], ...]
) -> None:
    """Where each take still says what the step knows of it: what somebody else wrote since is not lost. Some say
    already what is `wanted` where a disk refused the others. Raises UsageError where one does not, or is not there any
    more, LibraryError where the disk does not answer."""
    for (key, said), (_, one) in zip(there, wanted, strict=True):
        take = library.held(TAKES, key)
        if take is None:
            raise UsageError(f"take {key} is not in the library any more: {step.words} stays")
        if Said.of(take) not in (said, one):
            raise UsageError(f"take {key} of the library was changed since by another program: {step.words} stays")


def _put(library: Library, wanted: tuple[tuple[int, Said], ...]) -> None:
    """Raises LibraryError."""
    for key, said in wanted:
        library.change(TAKES, key, said.put_on)
