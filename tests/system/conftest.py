"""Processes as a user starts them, ended with the test whatever happens."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 60.0


class Run:
    """One process; what it prints is gathered as it comes."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.printed = ""
        self._reader = threading.Thread(target=self._gather)
        self._reader.start()

    def _gather(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line

    def wait_for(self, text: str, times: int = 1) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self.printed.count(text) < times:
            if time.monotonic() > deadline or self.process.poll() is not None:
                pytest.fail(f"'{text}' was never printed: {self.printed[-2000:]}")
            time.sleep(0.05)

    def end(self, number: int = signal.SIGINT) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        return self.finish()

    def finish(self) -> int:
        code = self.process.wait(PATIENCE_S)
        self._reader.join()
        return code

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


Start = Callable[..., Run]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `python -m MODULE words...`, livegrade where no module is named."""
    running: list[Run] = []

    def run(*words: object, module: str = "livegrade") -> Run:
        running.append(Run([sys.executable, "-P", "-m", module, *map(str, words)]))
        return running[-1]

    yield run
    for one in running:
        one.kill()


@pytest.fixture
def name() -> Callable[[str], str]:
    """NDI names that no other test on this machine uses."""
    tag = uuid.uuid4().hex[:6]
    return lambda text: f"lg {text} {tag}"


@pytest.fixture
def counted(start: Start) -> Callable[..., dict[str, Any]]:
    """What a foreign NDI receiver counted."""

    def count(source: str, seconds: float, *words: str) -> dict[str, Any]:
        counter = start(source, seconds, *words, module="livegrade.bench.ndi_counter")
        assert counter.finish() == 0, counter.printed
        return dict(json.loads(counter.printed))

    return count


@pytest.fixture
def counted_steady(counted: Callable[..., dict[str, Any]]) -> Callable[[str, float], dict[str, Any]]:
    """As `counted`, from the lock on: a second in which every picture came once and in order."""

    def count(source: str, seconds: float) -> dict[str, Any]:
        return counted(source, seconds, "locked")

    return count


@pytest.fixture
def look(tmp_path: Path) -> Path:
    path = tmp_path / "day1.cc"
    path.write_text(
        '<ColorCorrection id="day1"><SOPNode><Slope>1.1 1 0.9</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power>'
        "</SOPNode></ColorCorrection>"
    )
    return path
