"""What the desktop costs, and that it cannot harm the outputs: python tests/bench/desktop.py [WHAT] [SECONDS]

A real session, a real window on a screen of its own (Xvfb), pictures counted by programs that know neither: from grabs
of the screen, and by an NDI receiver. WHAT is `rate`: four scopes at two taps and the viewer at 1080p25; `faults`: the
window killed ten times and stopped for ten seconds, with 1080p25 to NDI and 1080p50 to `null:`; `memory`: of the
window, over SECONDS; or `start`: the first of all, without a session, with the demo rig that it starts.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from livegrade.bench.api import LOOPBACK
from livegrade.bench.live_process import GRACE_S, LiveProcess
from livegrade.control.client import Client
from livegrade.errors import ControlError

SIZE = "1920x1080"
SCOPES = (("waveform", "graded"), ("parade", "source"), ("vectorscope", "graded"), ("histogram", "source"))
KILLS, STOPPED_S = 10, 10.0
PYTHON = (sys.executable, "-P")


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """DISPLAY of an Xvfb."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE}x24"], pass_fds=[write])
    os.close(write)
    with os.fdopen(read) as told:
        display = f":{told.readline().strip()}"
    os.environ |= {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    try:
        yield display
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """For everything that session and window keep."""
    with tempfile.TemporaryDirectory(prefix="livegrade-desktop-") as name:
        (Path(name) / "ndi-config.v1.json").write_text(json.dumps(LOOPBACK), encoding="utf-8")
        places = {f"LIVEGRADE_{one}": f"{name}/{one.lower()}" for one in ("RUNTIME", "STATE", "LIBRARY")}
        os.environ |= places | {"NDI_CONFIG_DIR": name}
        yield Path(name)


def window() -> None:
    """This process is the window, as large as the screen and with four scopes, until SIGTERM."""
    from PySide6.QtWidgets import QApplication

    from livegrade.ui import theme
    from livegrade.ui.link import SessionLink
    from livegrade.ui.scopelayouts import Layout
    from livegrade.ui.scopewish import ScopeChoice
    from livegrade.ui.start import session_on
    from livegrade.ui.window import Window

    app = QApplication(["livegrade"])
    theme.dress(app)
    link = SessionLink(lambda: session_on(None))
    shown = Window(link)
    shown.resize(*map(int, SIZE.split("x")))
    shown.show()
    shown.scopes.show_layout(Layout(tuple(ScopeChoice(kind, tap) for kind, tap in SCOPES), 4))
    app.exec()


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextlib.contextmanager
def looking(display: str, seconds: float, place: str = "") -> Iterator[Callable[[], dict[str, Any]]]:
    """Somebody looks at the screen already, at the `place` of the picture where that is known; what is called says what
    the screen's counter has said in the end."""
    command = [*PYTHON, "-m", "livegrade.bench.screen_counter", display, SIZE, f"{seconds:g}", *filter(None, [place])]
    if not seconds:
        command = ["nice", "-n", "10", *command]  # who waits for a picture takes no time from those who make it
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as counter:
        assert counter.stdout is not None
        counter.stdout.readline()
        yield lambda: dict(json.loads(counter.communicate()[0]))


def seen(display: str, seconds: float) -> dict[str, Any]:
    """What the screen's counter says."""
    with looking(display, seconds) as said:
        return said()


def counters() -> tuple[int, int]:
    """Pictures that the engine has had, and dropped."""
    slot = Client.find().state().state["slots"]["A"]
    return slot["frames"], slot["dropped"]


class Losses:
    """Asks the session once a second what engine and output have lost so far, while the context lasts, and remembers
    when it was more; `stage`: what goes on now, said with it."""

    EVERY_S = 1.0

    def __init__(self, client: Client) -> None:
        self.stage = "start"
        self._client = client
        self._looking = threading.Lock()
        self._began_s = time.monotonic()
        self._told: list[tuple[float, str, dict[str, int]]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Losses:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def begin(self, stage: str) -> None:
        """What is lost from now on belongs to `stage`."""
        self._look()
        self.stage = stage

    def _watch(self) -> None:
        while not self._stop.wait(self.EVERY_S):
            self._look()

    def _look(self) -> None:
        with self._looking:
            state = self._client.state().state
            slot, sink = state["slots"]["A"], next(iter(state["sinks"].values()))
            lost = {"source missing": slot["missing"], "engine dropped": slot["dropped"]}
            lost |= {f"output {word}": sink[word] for word in ("repeated", "dropped", "held")}
            if lost != (self._told[-1][2] if self._told else dict.fromkeys(lost, 0)):
                self._told.append((time.monotonic() - self._began_s, self.stage, lost))

    def text(self) -> str:
        """A line for each second in which something was lost, and what was lost in all after the start."""
        lines, before, start = [], dict.fromkeys(self._told[-1][2], 0) if self._told else {}, {}
        for at_s, stage, lost in self._told:
            more = ", ".join(f"{count - before[what]} {what}" for what, count in lost.items() if count > before[what])
            lines.append(f"    after {at_s:.1f} s, {stage}: {more}")
            before = lost
            start = lost if stage == "start" else start
        later = {what: count - start.get(what, 0) for what, count in before.items()}
        total = ", ".join(f"{count} {what}" for what, count in later.items() if count) or "nothing"
        return "\n".join([f"  lost after the start: {total}", *lines])


def rate(display: str, seconds: float) -> None:
    with folder() as here, LiveProcess("pattern:camera@1080p25", "null:", 600, here, words=("--headless",)) as run:
        desktop = subprocess.Popen([*PYTHON, __file__, "window"])
        seen(display, 5.0)
        before, began_s = (counters(), cpu_s(desktop.pid), run.cpu_s() or 0.0), time.monotonic()
        count = seen(display, seconds)
        took_s = time.monotonic() - began_s
        frames, dropped = (now - then for now, then in zip(counters(), before[0], strict=True))
        print(f"{count['pictures'] / count['seconds']:.2f} different pictures a second on the screen, {count}")
        print(f"the engine had {frames} pictures, dropped {dropped}")
        print(f"window {(cpu_s(desktop.pid) - before[1]) / took_s:.2f} cores, {resident_mb(desktop.pid):.0f} MB")
        print(f"session {((run.cpu_s() or 0.0) - before[2]) / took_s:.2f} cores")
        desktop.terminate()
        desktop.wait()


def memory(display: str, seconds: float) -> None:
    with folder() as here, LiveProcess("pattern:camera@1080p25", "null:", seconds + 60, here, words=("--headless",)):
        desktop = subprocess.Popen([*PYTHON, __file__, "window"])
        seen(display, 5.0)
        began_s = time.monotonic()
        while (at_s := time.monotonic() - began_s) < seconds:
            print(f"{at_s:6.0f} s  {resident_mb(desktop.pid):.1f} MB", flush=True)
            time.sleep(min(60.0, seconds))
        print(f"{at_s:6.0f} s  {resident_mb(desktop.pid):.1f} MB")
        desktop.terminate()
        desktop.wait()


def start(display: str, seconds: float) -> None:
    with folder(), looking(display, 0.0) as said:
        began_s = time.monotonic()
        desktop = subprocess.Popen([*PYTHON, "-m", "livegrade"])
        first_s = said()["first_s"]
        print("no picture" if first_s is None else f"first picture on the screen after {first_s - began_s:.2f} s")
        client = Client.find()
        while (waiting := _waiting(client.state().state)) and time.monotonic() - began_s < seconds:
            time.sleep(0.1)
        print(f"all of the demo rig after {time.monotonic() - began_s:.2f} s" if not waiting else f"not yet: {waiting}")
        desktop.terminate()
        desktop.wait()
        client.send({"command": "session.stop"})


def _waiting(state: dict[str, Any]) -> list[str]:
    """Slots, outputs and devices that do not run yet, and how it is with them."""
    kinds = {kind: state[kind] for kind in ("slots", "sinks", "devices")}
    links = {f"{kind} {name}": one["state"]["link"] for kind, all_ in kinds.items() for name, one in all_.items()}
    return [f"{name}: {link}" for name, link in links.items() if link not in ("running", "ready")]


def faults(display: str, seconds: float) -> None:
    for source, sink in (("pattern:camera@1080p25", "ndi"), ("pattern:camera@1080p50", "null:")):
        with folder() as here:
            name = f"livegrade desktop {os.getpid()}"
            address = f"ndi:{name}" if sink == "ndi" else sink
            with LiveProcess(source, address, 1000, here, words=("--headless",)) as run:
                client = _running()
                receiver = _receiver(name, 60.0 + seconds) if sink == "ndi" else None
                with Losses(client) as losses:
                    time.sleep(9.0)
                    firsts, frames, dropped = _tormented(display, losses)
                print(f"{source} to {sink}: killed {KILLS} times, each window's first picture after "
                      f"{', '.join(f'{one:.2f}' for one in firsts)} s; stopped for {STOPPED_S:.0f} s")  # fmt: skip
                print(f"  engine: {frames} pictures, {dropped} dropped")
                print(losses.text())
                if receiver is not None:
                    print(f"  receiver: {receiver.communicate()[0].strip()}")
                print(f"  output: {run.interrupt()['sinks'][0]}")


def _running() -> Client:
    """A client of the session that was started just now, when its output has its first picture."""
    until_s = time.monotonic() + GRACE_S
    while time.monotonic() < until_s:
        with contextlib.suppress(ControlError):
            client = Client.find()
            if any(sink["frames"] for sink in client.state().state["sinks"].values()):
                return client
        time.sleep(0.1)
    raise SystemExit(f"the session has no picture after {GRACE_S:g} s")


def _tormented(display: str, losses: Losses) -> tuple[list[float], int, int]:
    """The faults of the window, one after the other: seconds to each first picture; what the engine had meanwhile, and
    what it dropped."""
    place = _place(display)
    before = counters()
    firsts = []
    for number in range(KILLS):
        losses.begin(f"window {number + 1}, killed")
        first_s, place = _killed(display, place)
        firsts.append(first_s)
    losses.begin("window stopped")
    _stopped(STOPPED_S)
    losses.begin("no window")
    frames, dropped = (now - then for now, then in zip(counters(), before, strict=True))
    return firsts, frames, dropped


def _receiver(name: str, seconds: float) -> subprocess.Popen[str]:
    command = [*PYTHON, "-m", "livegrade.bench.ndi_counter", name, f"{seconds:g}", "locked"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _place(display: str) -> str:
    """Where a window has its picture; killed, so that it keeps nothing of where it stood."""
    with looking(display, 0.0) as said:
        desktop = subprocess.Popen([*PYTHON, "-m", "livegrade"])
        place = str(said()["place"])
    desktop.kill()
    desktop.wait()
    return place


def _killed(display: str, place: str) -> tuple[float, str]:
    """Seconds from the start of a window to its first picture on the screen, most likely at that `place`, and where it
    was; it is killed then."""
    with looking(display, 0.0, place) as said:
        began_s = time.monotonic()
        desktop = subprocess.Popen([*PYTHON, "-m", "livegrade"])
        found = said()
    desktop.send_signal(signal.SIGKILL)
    desktop.wait()
    first_s = found["first_s"]
    return float("nan") if first_s is None else first_s - began_s, found["place"] or place


def _stopped(seconds: float) -> None:
    desktop = subprocess.Popen([*PYTHON, "-m", "livegrade"])
    time.sleep(4.0)
    desktop.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    desktop.send_signal(signal.SIGCONT)
    time.sleep(2.0)
    desktop.terminate()
    desktop.wait()


def main(words: list[str]) -> None:
    what = words[0] if words else "rate"
    seconds = float(words[1]) if len(words) > 1 else 20.0
    if what == "window":
        window()
        return
    if shutil.which("Xvfb") is None:
        raise SystemExit("this wants Xvfb")
    with screen() as display:
        {"rate": rate, "memory": memory, "faults": faults, "start": start}[what](display, seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
