"""`livegrade emulate decklink`: the command runs as if it had been started alone, and finds the emulated cards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from livegrade.cli import run_command_line
from livegrade.commands.emulate_app import TEXT
from livegrade_hardware.emulators.decklink import continuity, read_log

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade_hardware.emulators.decklink import EmulatedDriver

# Built, so that no test here waits for the compiler; elsewhere than in the source tree, so that what is installed runs.
pytestmark = pytest.mark.usefixtures("loaded_decklink_driver", "work")

COUNT_CARDS = (
    "from livegrade.transport.decklink._binding import cards; print(*(card.name for card in cards()), sep='|')"
)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def emulate(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "livegrade", "emulate", "decklink", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | environment, timeout=120
    )


def test_the_command_finds_the_cards_and_its_exit_code_is_the_answer() -> None:
    run = emulate("--cards", "3", "--", sys.executable, "-c", f"{COUNT_CARDS}; raise SystemExit(7)")
    assert run.returncode == 7
    assert run.stdout.strip() == "|".join(f"DeckLink Emulated ({number})" for number in (1, 2, 3))


def test_the_commands_signals_are_its_own() -> None:
    """What sends a signal to `livegrade emulate` sends it to the command, because that is what it has become."""
    wait = "import time; print('here', flush=True); time.sleep(60)"
    command = [sys.executable, "-P", "-m", "livegrade", "emulate", "decklink", "--", sys.executable, "-c", wait]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "here"
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) == -signal.SIGTERM


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--set", "0.signall=none", "--", "true"), "0.signall=none: no setting is called 0.signall"),
        (("--signal", "1080p26", "--", "true"), "0.signal=1080p26: not a mode of the emulated cards: 1080p26"),
        (("--drift", "50", "--", "true"), "--drift 50: two numbers with a colon are wanted, such as --drift 1:50"),
        (("--", "no-such-command"), "no-such-command cannot be started: No such file or directory"),
    ],
)
@pytest.mark.usefixtures("decklink_driver")
def test_what_cannot_be_is_one_sentence(
    arguments: tuple[str, ...], sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run_command_line(["emulate", "decklink", *arguments]) == 2
    assert capfd.readouterr().err.strip() == f"livegrade: {sentence}"


def test_every_setting_that_help_names_is_one(decklink_driver: EmulatedDriver) -> None:
    examples = re.findall(r"^  .*=.*", TEXT, re.MULTILINE)
    named = [pair for line in examples for pair in re.findall(r"(\S+?)=(\"[^\"]*\"|[^\s,]+)", line)]
    assert len(named) > 20
    for name, value in named:
        single = value.strip('"').removesuffix(" ...").replace("RAW", "/dev/null")
        decklink_driver.set(name.replace("CARD", "0"), single)


def test_without_a_compiler_it_says_what_to_install(tmp_path: Path) -> None:
    run = emulate("--", "true", PATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path), CXX="")
    assert run.returncode == 1
    assert "apt install g++" in run.stderr
    assert run.stderr.count("\n") == 1


@pytest.mark.emulated
def test_from_card_to_card_with_a_report(tmp_path: Path, loaded_decklink_driver: EmulatedDriver) -> None:
    """A whole session on emulated cards: each output's report agrees with the log of every picture."""
    log = tmp_path / "pictures.log"
    livegrade = (sys.executable, "-P", "-m", "livegrade", "run", "decklink:0", "--out", "decklink:1", "--for", "3")
    run = emulate("--log", str(log), "--", *livegrade)
    assert run.returncode == 0
    inputs, outputs = read_log(log)
    assert {record.card for record in inputs} == {0}
    counted = continuity(record for record in outputs if record.card == 1)
    assert counted.pictures > 25
    report = f"{counted.pictures} pictures, {counted.gaps} gaps, {counted.repeats} repeats"
    assert f"decklink:1 out: {len(outputs)} ticks, {report}" in run.stderr


@pytest.mark.emulated
def test_a_tone_is_not_reported_as_broken_sound(tmp_path: Path, loaded_decklink_driver: EmulatedDriver) -> None:
    """Only the generators' sound counts its own samples."""
    log = tmp_path / "pictures.log"
    livegrade = (
        sys.executable,
        "-P",
        "-m",
        "livegrade",
        "run",
        "pattern:bars@720p50",
        "--out",
        "decklink:0",
        "--for",
        "2",
    )
    run = emulate("--log", str(log), "--", *livegrade)
    assert run.returncode == 0
    _, outputs = read_log(log)
    missing = sum(record.sound_missing for record in outputs)
    tones = [record for record in outputs if 2 * record.sound_breaks > record.sound_count]
    steps = sum(record.sound_breaks for record in outputs if record not in tones)
    assert len(tones) > 10
    told = f"{missing + steps} samples missing or out of step, at {len(tones)} ticks not a generator's sound"
    assert told in run.stderr
