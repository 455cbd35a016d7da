"""The small processes in which the NDI runtime runs: `python -m livegrade.transport.ndi_host receive|send|list ...`.

One for each NDI source and output, started and watched by `ndi_receiver` and `ndi_sender`; the crash of one costs that
picture for a moment and nothing else. Loads the standard library only, so that it is there again at once. Ends when the
program's end of the socket closes, however that came about.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from livegrade.errors import LivegradeError
from livegrade.transport import ndi_abi as abi
from livegrade.transport import ndi_wire as wire
from livegrade.transport.channel import MAX_MESSAGE
from livegrade.transport.child import connected_channel
from livegrade.transport.memory import Mapped
from livegrade.transport.ndi_names import match_name
from livegrade.transport.ndi_runtime import Finder, Receiver, Sender, version
from livegrade.transport.ndi_wire import Kind

if TYPE_CHECKING:
    from livegrade.transport.channel import Channel, Message

LISTEN_AFRESH_NS = 2_000_000_000
FIRST_LIST_NS = 400_000_000
"""After this the names that are there are told for the first time."""
SEARCH_AGAIN_NS = 2_000_000_000
"""A lost source is looked for afresh after this: it may have come back under another machine's name."""
_BEAT_MS = wire.BEAT_NS // 1_000_000
_ANSWER_NS = 300_000_000
_LEAVE_S = 0.7
_SOUND_ROOM = MAX_MESSAGE - 1024


class _Inbox:
    """What the program says, read by a thread of its own, so that its end is noticed also while NDI hangs."""

    def __init__(self, channel: Channel, *, writable: bool) -> None:
        self._channel = channel
        self._writable = writable
        self._messages: queue.SimpleQueue[tuple[int, bytes, Mapped | None] | Exception] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="livegrade-ndi-inbox", daemon=True).start()

    def next(self, timeout_ns: int) -> tuple[int, bytes, Mapped | None] | None:
        """The next message, with its memory where it brings some; None after `timeout_ns`. Raises EOFError at the end,
        and whatever else came of reading."""
        try:
            message = self._messages.get(timeout=timeout_ns / 1e9) if timeout_ns > 0 else self._messages.get_nowait()
        except queue.Empty:
            return None
        if isinstance(message, Exception):
            raise message
        return message

    def _read(self) -> None:
        try:
            while True:
                for message in self._channel.receive(None):
                    self._messages.put((message.kind, message.payload, self._mapped(message)))
        except Exception as error:
            # The thread's edge: the thread that works raises it again, unless NDI keeps it from that.
            self._messages.put(error)
        time.sleep(_LEAVE_S)
        os._exit(1)

    def _mapped(self, message: Message) -> Mapped | None:
        if message.kind != Kind.BLOCK:
            return None
        _, size, tag = wire.unpack_block(message.payload)
        return Mapped(size, self._channel.take_descriptor(), tag, writable=self._writable)


class _Talk:
    """The way to the program: messages, and a beat when there was none for a while."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._last_ns = 0

    def say(self, kind: Kind, payload: bytes = b"") -> None:
        try:
            self._channel.send(kind, payload)
        except OSError:
            raise EOFError from None

    def beat(self, connections: int) -> None:
        now_ns = time.perf_counter_ns()
        if now_ns - self._last_ns >= wire.BEAT_NS * 9 // 10:
            self._last_ns = now_ns
            self.say(Kind.BEAT, wire.pack_number(connections))


class _Receiving:
    def __init__(self, talk: _Talk, inbox: _Inbox) -> None:
        self._talk = talk
        self._inbox = inbox
        self._blocks: dict[int, Mapped] = {}
        self._granted: deque[int] = deque()
        self._shape: tuple[int, ...] | None = None
        self._plan: wire.Plan | None = None
        self._first_field: int | None = None
        self._asked = 0
        self._lost = 0

    def run(self, wanted: str) -> None:
        finder = Finder()
        while True:
            receiver = Receiver(self._search(finder, wanted))
            self._talk.say(Kind.CONNECTED, receiver.name.encode())
            self._lost, self._first_field = 0, None
            self._stay(receiver)
            receiver.close()

    def _search(self, finder: Finder, wanted: str) -> str:
        listening_ns, told = time.perf_counter_ns(), None
        while (name := match_name(wanted, names := finder.names())) is None:
            self._talk.beat(0)
            self._obey(0)
            now_ns = time.perf_counter_ns()
            # A finder that has just begun to listen knows few names for a moment.
            settle_ns = FIRST_LIST_NS if told is None else LISTEN_AFRESH_NS // 2
            if names != told and now_ns - listening_ns > settle_ns:
                told = names
                self._talk.say(Kind.NAMES, wire.pack_names(names))
            if now_ns - listening_ns > LISTEN_AFRESH_NS:
                listening_ns = now_ns
                finder.renew()
            finder.wait(_BEAT_MS)
        return name

    def _stay(self, receiver: Receiver) -> None:
        """Receives until the connection has been gone for a while."""
        alive_ns = time.perf_counter_ns()
        while True:
            kind = receiver.receive(_BEAT_MS)
            now_ns = time.perf_counter_ns()
            self._obey(0)
            if kind == abi.FRAME_VIDEO:
                self._take_picture(receiver, now_ns)
            elif kind == abi.FRAME_AUDIO:
                self._take_sound(receiver.audio)
            connected = receiver.connected
            self._talk.beat(connected)
            if connected or kind == abi.FRAME_VIDEO:
                alive_ns = now_ns
            elif now_ns - alive_ns > SEARCH_AGAIN_NS:
                return

    def _obey(self, timeout_ns: int) -> bool:
        """Does what the program says; False when it said nothing within `timeout_ns`."""
        message = self._inbox.next(timeout_ns)
        heard = message is not None
        while message is not None:
            kind, payload, mapped = message
            if mapped is not None:
                self._blocks[wire.unpack_block(payload)[0]] = mapped
            elif kind == Kind.GRANT:
                self._granted.append(wire.unpack_number(payload))
            elif kind == Kind.PLAN:
                plan = wire.unpack_plan(payload)
                self._plan = plan if plan.answer == self._asked else None
                self._granted.clear()
                while self._blocks:
                    self._blocks.popitem()[1].close()
            message = self._inbox.next(0)
        return heard

    def _take_picture(self, receiver: Receiver, arrived_ns: int) -> None:
        video = receiver.video
        single = video.frame_format in (abi.FIELD_0, abi.FIELD_1)
        shape = (video.fourcc, video.xres, video.yres, video.line_stride, single)
        if shape != self._shape:
            self._ask(receiver, shape, arrived_ns)
        plan = self._plan
        if plan is None or not plan.planes:
            return
        second = video.frame_format == abi.FIELD_1
        block, self._first_field = (self._first_field if second else self._free()), None
        if block is None:
            self._lost += not second
            return
        copy_planes(video.data, plan, self._room(block, plan.size), second)
        if single and not second:
            self._first_field = block
        else:
            self._talk.say(Kind.PICTURE, self._described(receiver, block, arrived_ns))

    def _room(self, block: int, size: int) -> int:
        """Where the block begins; it must have `size` bytes."""
        mapped = self._blocks[block]
        if mapped.size < size:
            raise ValueError(f"a picture of {size} bytes does not fit into a block of {mapped.size}")
        return mapped.address

    def _free(self) -> int | None:
        return self._first_field or (self._granted.popleft() if self._granted else None)

    def _ask(self, receiver: Receiver, shape: tuple[int, ...], arrived_ns: int) -> None:
        """Has the program say how pictures of a new shape are copied; NDI keeps the picture while it does."""
        self._plan, self._shape, self._first_field, self._asked = None, None, None, arrived_ns
        self._talk.say(Kind.SHAPE, self._described(receiver, 0, arrived_ns))
        until_ns = time.perf_counter_ns() + _ANSWER_NS
        while (left_ns := until_ns - time.perf_counter_ns()) > 0:
            self._obey(left_ns)
            if self._is_planned():
                self._shape = shape
                return

    def _is_planned(self) -> bool:
        """There is a plan, and a buffer unless the plan is to take nothing."""
        return self._plan is not None and bool(self._granted or not self._plan.planes)

    def _described(self, receiver: Receiver, block: int, arrived_ns: int) -> bytes:
        xml: bytes = receiver.video.metadata or b""
        lost = receiver.dropped() + self._lost
        return wire.pack_picture(wire.Picture(block, arrived_ns, lost, receiver.video, xml[: wire.MAX_XML_BYTES]))

    def _take_sound(self, audio: abi.AudioFrame) -> None:
        """Passes on plain float sound of sensible size."""
        channels, length = min(audio.channels, wire.MAX_SOUND_CHANNELS), 4 * audio.samples
        plain = audio.fourcc == abi.AUDIO_FLTP and audio.data and audio.channel_stride >= length
        if not plain or channels < 1 or not 0 < channels * length <= _SOUND_ROOM:
            return
        starts = (audio.data + number * audio.channel_stride for number in range(channels))
        header = abi.AudioFrame.from_buffer_copy(audio)
        header.channels, header.channel_stride = channels, length
        samples = b"".join(ctypes.string_at(start, length) for start in starts)
        self._talk.say(Kind.SOUND, wire.pack_sound(header, samples))


def copy_planes(source: int, plan: wire.Plan, target: int, second_field: bool) -> None:
    """The one copy of a received picture, from address to address. ctypes gives up the interpreter lock each call."""
    for rows in plan.planes:
        first = target + rows.target + (rows.field_offset if second_field else 0)
        if rows.length == rows.source_stride == rows.target_stride:
            ctypes.memmove(first, source, rows.rows * rows.length)
        else:
            for row in range(rows.rows):
                ctypes.memmove(first + row * rows.target_stride, source + row * rows.source_stride, rows.length)
        source += rows.rows * rows.source_stride


class _Sending:
    def __init__(self, talk: _Talk, inbox: _Inbox) -> None:
        self._talk = talk
        self._inbox = inbox
        self._blocks: dict[int, Mapped] = {}
        self._read: wire.Picture | None = None
        """What NDI reads now, its XML included."""

    def run(self, start: wire.SenderStart) -> None:
        sender = Sender(start.name, start.product)
        self._talk.say(Kind.CONNECTED, sender.name.encode())
        try:
            self._serve(sender)
        finally:
            sender.close()

    def _serve(self, sender: Sender) -> None:
        while True:
            self._talk.beat(sender.connections)
            message = self._inbox.next(wire.BEAT_NS)
            if message is None:
                continue
            kind, payload, mapped = message
            if mapped is not None:
                self._blocks[wire.unpack_block(payload)[0]] = mapped
            elif kind == Kind.FORGET:
                self._blocks.pop(wire.unpack_number(payload)).close()
            elif kind == Kind.SOUND:
                header, samples = wire.unpack_sound(payload)
                header.data = ctypes.cast(ctypes.c_char_p(samples), ctypes.c_void_p)
                sender.send_sound(header)
            elif kind == Kind.PICTURE:
                self._send_picture(sender, wire.unpack_picture(payload))

    def _send_picture(self, sender: Sender, picture: wire.Picture) -> None:
        picture.header.data = self._blocks[picture.block].address
        picture.header.metadata = picture.xml
        sender.send_picture(picture.header)
        done, self._read = self._read, picture
        if done is not None:
            self._talk.say(Kind.DONE, wire.pack_number(done.stamp))


def main(words: list[str]) -> None:
    """`receive FD`, `send FD`, or `list MILLISECONDS`, which prints a JSON object."""
    # Ctrl+C in a terminal reaches the whole group; when this process goes is for the program to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if words[0] == "list":
        print(json.dumps(_listing(int(words[1]))))
        sys.stdout.flush()
        os._exit(0)
    channel = connected_channel(words[1])
    talk = _Talk(channel)
    inbox = _Inbox(channel, writable=words[0] == "receive")
    try:
        _work(words[0], talk, inbox)
    except EOFError:
        os._exit(0)
    except Exception as error:
        # The edge of the process: the sentence is what the program shows, whatever happened.
        plain = str(error) if isinstance(error, LivegradeError) else f"its process failed: {error!r}"
        with contextlib.suppress(EOFError):
            talk.say(Kind.REFUSED, plain.encode()[:1000])
        os._exit(1)


def _work(kind: str, talk: _Talk, inbox: _Inbox) -> None:
    message = inbox.next(60_000_000_000)
    if message is None:
        return
    if kind == "receive":
        _Receiving(talk, inbox).run(message[1].decode())
    else:
        _Sending(talk, inbox).run(wire.unpack_start(message[1]))


def _listing(wait_ms: int) -> dict[str, object]:
    """Version and names; returns early when the list stands still for a third of the time."""
    try:
        found: dict[str, object] = {"version": version()}
        if wait_ms > 0:
            finder, quiet = Finder(), 0
            for _ in range(6):
                quiet = 0 if finder.wait(max(1, wait_ms // 6)) else quiet + 1
                if quiet >= 2 and finder.names():
                    break
            found["names"] = finder.names()
    except LivegradeError as error:
        return {"error": str(error)}
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
