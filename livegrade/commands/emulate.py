"""`livegrade emulate`: puts emulated equipment in front of a command and becomes that command."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from livegrade.errors import UsageError
from livegrade_hardware.emulators.decklink import EmulatedDriver, SettingError, child_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SPOKEN_RATES = {"23.976": "23.98", "47.952": "47.95"}
"""Rates as we say them and as display modes are named."""


@dataclass(frozen=True, slots=True)
class EmulateArguments:
    """What the command line said, unread."""

    command: tuple[str, ...]
    cards: int
    signal: str
    timecode: str
    record: str | None
    drifts: tuple[str, ...]
    loops: tuple[str, ...]
    settings: tuple[str, ...]
    log: Path | None


def run_emulated(arguments: EmulateArguments) -> NoReturn:
    """Replaces this process by the command, so that its exit code and its signals are its own. Raises UsageError."""
    settings = dict(_settings(arguments))
    _try_settings(settings)
    environment = child_environment(settings, report=True)
    command = _found(arguments.command)
    sys.stdout.flush()
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606
    except OSError as error:
        raise UsageError(f"{command[0]} cannot be started: {error.strerror}") from error


def _settings(arguments: EmulateArguments) -> Iterator[tuple[str, str]]:
    """In the order in which the driver shall take them; the ones given by name last, so that they win."""
    yield "cards", str(arguments.cards)
    for card in range(arguments.cards):
        yield f"{card}.signal", _mode(arguments.signal)
        yield f"{card}.timecode", arguments.timecode
        if arguments.record is not None:
            yield f"{card}.record-flag", "on"
            yield f"{card}.record-frames", arguments.record
    for text in arguments.drifts:
        card_name, ppm = _pair(text, "--drift", "1:50")
        yield f"{card_name}.in-drift", ppm
        yield f"{card_name}.out-drift", ppm
    for text in arguments.loops:
        source, target = _pair(text, "--loop", "1:0")
        yield f"{target}.loop", source
    if arguments.log is not None:
        yield "log-file", str(arguments.log.absolute())
    for text in arguments.settings:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--set {text}: a setting is written NAME=VALUE, such as 0.signal=720p50")
        yield name, _mode(value) if name.endswith(".signal") else value


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    first, colon, second = text.partition(":")
    if not (colon and first and second):
        raise UsageError(f"{option} {text}: two numbers with a colon are wanted, such as {option} {example}")
    return first, second


def _mode(text: str) -> str:
    for spoken, named in _SPOKEN_RATES.items():
        text = text.replace(spoken, named)
    return text


def _try_settings(settings: dict[str, str]) -> None:
    """The driver itself is asked, in this process, before the command begins with half of them."""
    driver = EmulatedDriver.load()
    for name, value in settings.items():
        try:
            driver.set(name, value)
        except SettingError as refused:
            raise UsageError(f"{name}={value}: {refused}") from refused


def _found(command: tuple[str, ...]) -> tuple[str, ...]:
    """The command as it can be started; `livegrade` is this one where none is on the path."""
    if command[0] == "livegrade" and shutil.which("livegrade") is None:
        return sys.executable, "-P", "-m", "livegrade", *command[1:]
    return command
