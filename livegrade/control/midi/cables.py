"""The MIDI ports of the machine: opened where they are wanted, closed when they are gone, opened when they come back.

A thread of its own does all of it: looking for ports may take long, and a port may hang.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import re
import sys
import threading
from typing import TYPE_CHECKING, Any, Protocol

from livegrade.errors import ControlError
from livegrade.redaction import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_log = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often it looks which ports there are."""
SELDOM_S = 60.0
"""How seldom at last, on a system without MIDI: its library writes to the screen each time."""
MOST_WAITING = 4096
"""Messages that wait to go out; more are dropped, and what they were about is told the next time it changes."""
STOP_S = 5.0

_ALSA_NUMBERS = re.compile(r"\s+\d+:\d+$")
_WINDOWS_NUMBER = re.compile(r"\s+\d+$")


class InPort(Protocol):
    def close(self) -> None: ...


class OutPort(Protocol):
    def send(self, message: Any) -> None: ...

    def close(self) -> None: ...


class Ports(Protocol):
    """The seam to the system's MIDI."""

    def names(self) -> tuple[list[str], list[str]]:
        """Of inputs and of outputs."""

    def open_input(self, name: str, heard: Callable[[Any], None]) -> InPort:
        """`heard` is called with mido's messages, from any thread."""

    def open_output(self, name: str) -> OutPort: ...


class MidoPorts:
    """mido over python-rtmidi. Raises ControlError where they are not there."""

    def __init__(self) -> None:
        try:
            import mido
            import rtmidi  # noqa: F401  # mido asks for it late
        except ImportError as error:
            raise ControlError(f'MIDI needs `pip install "livegrade[midi]"` ({error})') from None
        self._mido = mido

    def names(self) -> tuple[list[str], list[str]]:
        return self._mido.get_input_names(), self._mido.get_output_names()

    def open_input(self, name: str, heard: Callable[[Any], None]) -> InPort:
        port: InPort = self._mido.open_input(name, callback=heard)
        return port

    def open_output(self, name: str) -> OutPort:
        port: OutPort = self._mido.open_output(name)
        return port


def stable_name(name: str) -> str:
    """The name of a port without the numbers that the system gives out anew each time it is plugged in."""
    name = _ALSA_NUMBERS.sub("", name)
    return _WINDOWS_NUMBER.sub("", name) if sys.platform == "win32" else name


class Cables:
    """Owns the thread and the open ports. `wanted`: whether a port is to be open, by its name, from the thread;
    `heard`: a message that came in, with the port's name, from any thread; `told`: the port, empty for
    the system's MIDI, what became of it, in a sentence, and whether it is good. Of several with one stable name it is
    told that the first is there, and that none is left."""

    def __init__(
        self,
        ports: Ports,
        wanted: Callable[[str], bool],
        heard: Callable[[str, Any], None],
        told: Callable[[str, str, bool], None],
    ) -> None:
        self._ports = ports
        self._wanted = wanted
        self._heard = heard
        self._told = told
        self._inputs: dict[str, InPort] = {}
        self._outputs: dict[str, OutPort] = {}
        self._refused: dict[str, str] = {}
        self._no_system = ""
        self._every_s = LOOK_S
        self._going: queue.Queue[tuple[str, list[Any]] | None] = queue.Queue(MOST_WAITING)
        self._look_now = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="livegrade-midi", daemon=True)

    @property
    def open_inputs(self) -> tuple[str, ...]:
        """Their names; any thread."""
        return tuple(self._inputs)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Waits a moment for the ports to close; a port that hangs is left to the system."""
        self._stop.set()
        self._poke()
        if self._thread.ident is not None:
            self._thread.join(STOP_S)

    def look(self) -> None:
        """Looks for ports now; any thread."""
        self._look_now.set()
        self._poke()

    def send(self, port: str, messages: list[Any]) -> bool:
        """To the output that belongs to an input; any thread. False where too much waits."""
        try:
            self._going.put_nowait((port, messages))
        except queue.Full:
            return False
        return True

    def _poke(self) -> None:
        with contextlib.suppress(queue.Full):  # it is awake
            self._going.put_nowait(None)

    # ---- the thread

    def _run(self) -> None:
        self._look()
        while not self._stop.is_set():
            try:
                going = self._going.get(timeout=self._every_s)
            except queue.Empty:
                self._look()
                continue
            if going is not None:
                self._send(*going)
            if self._look_now.is_set():
                self._look()
        for name in [*self._inputs, *self._outputs]:
            self._drop(name)

    def _look(self) -> None:
        self._look_now.clear()
        try:
            inputs, outputs = self._ports.names()
        except Exception as error:
            # The thread's edge: the libraries of three systems raise what they like. MIDI may come later.
            sentence = f"this system has no MIDI: {one_line(str(error))}"
            self._every_s = min(2 * self._every_s, SELDOM_S)
            if sentence != self._no_system:
                self._no_system = sentence
                self._told("", sentence, False)
            return
        if self._no_system:
            self._told("", "this system has MIDI", True)
        self._no_system, self._every_s = "", LOOK_S
        for name in [name for name in self._refused if name not in inputs]:
            del self._refused[name]
            if not self._has_another(name, self._refused):
                self._tell(name, "could not be opened, and is gone", True)
        for name in [name for name in self._inputs if name not in inputs]:
            self._drop(name)
            self._tell(name, "is gone", False)
        for name in inputs:
            if name not in self._inputs and self._wanted(name):
                self._open(name, outputs)

    def _open(self, name: str, outputs: list[str]) -> None:
        try:
            self._inputs[name] = self._ports.open_input(name, lambda message: self._heard(name, message))
            same = [one for one in outputs if stable_name(one) == stable_name(name)]
            if same:
                self._outputs[name] = self._ports.open_output(same[0])
        except Exception as error:
            # The thread's edge: another program may have the port. It is tried again for as long as it is there.
            self._drop(name)
            why = one_line(str(error))
            if self._refused.get(name) != why:
                self._refused[name] = why
                self._tell(name, f"cannot be opened: {why}", False)
            return
        self._refused.pop(name, None)
        self._tell(name, "is there", True)

    def _has_another(self, name: str, names: Iterable[str]) -> bool:
        return any(other != name and stable_name(other) == stable_name(name) for other in names)

    def _tell(self, name: str, what: str, is_good: bool) -> None:
        """Nothing where another desk of that name works, before and after."""
        if not self._has_another(name, self._inputs):
            port = stable_name(name)
            self._told(port, f"{port} {what}", is_good)

    def _send(self, name: str, messages: list[Any]) -> None:
        port = self._outputs.get(name)
        if port is None:
            return
        try:
            for message in messages:
                port.send(message)
        except Exception as error:
            # The thread's edge: it was pulled, and the next look says so.
            _log.debug("MIDI was not sent to %s: %s", name, error)
            self._look_now.set()

    def _drop(self, name: str) -> None:
        for ports in (self._inputs, self._outputs):
            port: InPort | OutPort | None = ports.pop(name, None)
            if port is None:
                continue
            try:
                port.close()
            except Exception as error:
                # The thread's edge: it is gone already.
                _log.debug("MIDI port %s did not close: %s", name, error)
