"""MIDI desks of a running session: what they say becomes its commands, they show its values, and more is learned."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from livegrade.beside import beside
from livegrade.control.auth import Access
from livegrade.control.messages import Answer
from livegrade.control.midi.cables import Cables, stable_name
from livegrade.control.midi.hand import Hand
from livegrade.control.midi.lesson import Lesson
from livegrade.control.midi.mapfile import add_to_map
from livegrade.control.midi.wire import event_of, messages_of
from livegrade.control.surface.addresses import command_of
from livegrade.control.surface.complaints import Sparing
from livegrade.control.surface.inbox import Wish
from livegrade.control.surface.message import Message
from livegrade.control.tree import MidiControlTree, MidiTree
from livegrade.errors import LivegradeError, UsageError
from livegrade.session.events import Link

if TYPE_CHECKING:
    from livegrade.control.commands import ForgetMidi, LearnMidi
    from livegrade.control.desk import Desk
    from livegrade.control.midi.binding import Binding
    from livegrade.control.midi.cables import Ports
    from livegrade.control.midi.hand import Event
    from livegrade.control.midi.mapfile import MidiMap
    from livegrade.control.surface.inbox import Inbox
    from livegrade.control.surface.shown import Shown

_log = logging.getLogger(__name__)

TICK_S = 0.04
MOST_UNHEARD = 4096
"""Messages that wait for the loop; of more the oldest are lost."""
LESSON_S = 20.0


class MidiFace:
    """Of the loop's thread but for what comes from ports; owns the MIDI thread."""

    def __init__(self, midi_map: MidiMap, ports: Ports, desk: Desk, inbox: Inbox, shown: Shown) -> None:
        self._path = midi_map.path
        self._bindings = midi_map.bindings
        self._desk = desk
        self._inbox = inbox
        self._shown = shown
        self._hands: dict[str, Hand] = {}
        self._unheard: deque[tuple[str, Any]] = deque(maxlen=MOST_UNHEARD)
        self._woken = threading.Event()
        self._lesson: Lesson | None = None
        self._learned: LessonEffect | None = None
        self._complaints = Sparing()
        self._loop = asyncio.get_running_loop()
        self._cables = Cables(ports, self._wants, self._arrived, self._told)

    async def serve(self) -> None:
        """Hears and shows, for as long as the session runs."""
        self._cables.start()
        try:
            while True:
                self._hear()
                self._teach()
                self._show()
                await asyncio.sleep(TICK_S)
        finally:
            await asyncio.wrap_future(beside(self._cables.close, "livegrade-midi-end"))

    # ---- from the ports' thread

    def _wants(self, name: str) -> bool:
        """Any port while somebody learns; else those of the map."""
        return self._lesson is not None or any(binding.port in stable_name(name) for binding in self._bindings)

    def _arrived(self, name: str, message: Any) -> None:
        self._unheard.append((name, message))
        if not self._woken.is_set():
            self._woken.set()
            with contextlib.suppress(RuntimeError):  # the session has ended
                self._loop.call_soon_threadsafe(self._hear)

    def _told(self, port: str, sentence: str, is_good: bool) -> None:
        self._desk.tell(Link.RUNNING if is_good else Link.LOST, sentence, f"MIDI {port}".strip())

    # ---- in

    def _hear(self) -> None:
        self._woken.clear()
        while self._unheard:
            name, message = self._unheard.popleft()
            event = event_of(message)
            if event is not None:
                self._obey(name, event)

    def _obey(self, name: str, event: Event) -> None:
        now_s = self._loop.time()
        if self._lesson is not None:
            return self._lesson.hear(stable_name(name), event, now_s)
        message = self._hand(name).said(event, now_s, self._shown.values)
        if message is None:
            return
        try:
            command = command_of(message, self._desk)
            if command is not None:
                self._inbox.put(Wish(command, Access.LOCAL, lambda said: self._complain(name, message, said), "midi"))
        except LivegradeError as error:
            self._complain(name, message, str(error))

    def _hand(self, name: str) -> Hand:
        if name not in self._hands:
            self._hands[name] = Hand(one for one in self._bindings if one.port in stable_name(name))
        return self._hands[name]

    def _complain(self, name: str, message: Message, sentence: str) -> None:
        told = self._complaints.take(f"MIDI from {stable_name(name)}: {message.address}: {sentence}", self._loop.time())
        if told is not None:
            _log.warning("%s", told)

    # ---- out

    def _show(self) -> None:
        """Lamps, rings and motors follow the session. What a full queue refused is told when it changes again."""
        there = self._cables.open_inputs
        for gone in [name for name in self._hands if name not in there]:
            del self._hands[gone]  # when it comes back it is shown everything
        for name in there:
            messages = [
                message
                for binding, position in self._hand(name).shows(self._shown.values, self._loop.time())
                for message in messages_of(binding, position)
            ]
            if messages:
                self._cables.send(name, messages)

    # ---- learning

    def learn(self, wish: LearnMidi) -> LessonEffect:
        """Begins a lesson; one that is on is over. Raises UsageError for an address that takes nothing."""
        self._check(wish)
        self._end(Answer("refused", error="another control is learned now"))
        self._lesson, self._learned = Lesson(wish, self._loop.time() + LESSON_S), LessonEffect()
        self._cables.look()
        return self._learned

    def forget(self, wish: ForgetMidi) -> LessonEffect:
        """Raises LivegradeError where no such control drives anything, or the map cannot be written."""
        for binding in self._in_force:
            if (binding.port, str(binding.control)) == (wish.port, wish.control):
                nothing = replace(binding, to="")
                add_to_map(self._path, nothing)
                self._bindings = (*self._bindings, nothing)
                self._hands.clear()
                return LessonEffect(Answer("done", step=f"{_words(binding)} no more", files=(str(self._path),)))
        raise UsageError(f"{wish.control} of {wish.port} drives nothing")

    @property
    def _in_force(self) -> tuple[Binding, ...]:
        """Of two bindings of one control the later one counts."""
        newest = {(binding.port, binding.control): binding for binding in self._bindings}
        return tuple(binding for binding in newest.values() if binding.to)

    @property
    def tree(self) -> MidiTree:
        """What it hears and what drives what."""
        controls = [MidiControlTree(one.port, str(one.control), one.to, one.value) for one in self._in_force]
        return MidiTree(str(self._path), [stable_name(name) for name in self._cables.open_inputs], controls)

    def _check(self, wish: LearnMidi) -> None:
        to = wish.to.removesuffix("/add") if wish.value is None else wish.to
        refusal: UsageError | None = None
        for arguments in ((0.0,), (), ("",)) if wish.value is None else ((wish.value,),):
            try:
                command_of(Message(to, arguments), self._desk)
            except UsageError as error:
                refusal = refusal or error
            else:
                return
        raise UsageError(f"{to}: {refusal}")

    def _teach(self) -> None:
        lesson, now_s = self._lesson, self._loop.time()
        if lesson is None:
            return
        if lesson.is_learned(now_s):
            try:
                binding = lesson.binding()
                add_to_map(self._path, binding)
            except LivegradeError as error:
                return self._end(Answer("refused", error=str(error)))
            self._bindings = (*self._bindings, binding)
            self._hands.clear()
            self._end(Answer("done", step=_words(binding), files=(str(self._path),)))
        elif now_s >= lesson.until_s:
            there = ", ".join(map(stable_name, self._cables.open_inputs)) or "none"
            self._end(Answer("refused", error=f"no control was moved for {LESSON_S:g} s; the ports are {there}"))

    def _end(self, answer: Answer) -> None:
        if self._learned is not None:
            self._learned.said = answer
        self._lesson = self._learned = None


@dataclass(slots=True)
class LessonEffect:
    """In effect when a control was moved. `said`: replaced once, by the loop's thread."""

    patience_s: ClassVar[float] = LESSON_S + 5.0

    said: Answer | None = None

    def answer(self) -> Answer | None:
        return self.said


def _words(binding: Binding) -> str:
    value = binding.value if isinstance(binding.value, str | None) else f"{binding.value:g}"
    sends = "" if value is None else f" {value}"
    how = f", {binding.mode.value}" if binding.mode.is_relative or binding.steps > 128 else ""
    return f"{binding.port}: {binding.control}{how} drives {binding.to}{sends}"
