"""The log of the application: one private, bounded file without secrets; stderr keeps to sentences."""

from __future__ import annotations

import errno
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from livegrade import cli
from livegrade.cli import run_command_line
from livegrade.commands import logfile
from livegrade.commands.logfile import FILES, LONGEST, LogFile, log_path
from livegrade.errors import UsageError
from livegrade.redaction import without_secrets

OURS = logging.getLogger("livegrade.test")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "deep" / "livegrade.log"
    monkeypatch.setenv("LIVEGRADE_LOG", str(path))
    return path


@pytest.fixture
def written(place: Path) -> Callable[..., str]:
    """What a log holds after these records."""

    def write(*records: Callable[[], object], verbose: bool = False) -> str:
        with LogFile(["run"]) as log:
            log.open(None, verbose=verbose)
            for record in records:
                record()
        return place.read_text("utf-8")

    return write


def test_the_file_and_its_folder_are_for_their_owner_alone(written, place) -> None:
    assert "livegrade " in written()
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
        place.chmod(0o644)
        written()
        assert stat.S_IMODE(place.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ffmpeg::rtsp://dit:s3cret@10.0.0.5/camera failed", "ffmpeg::rtsp://***@10.0.0.5/camera failed"),
        ("'https://dit@host/x'", "'https://***@host/x'"),
        ("rtsp://u:p@ss@host:554/a?b=1", "rtsp://***@host:554/a?b=1"),
        ("srt://10.0.0.5:9000?mode=caller&passphrase=0123456789&latency=20", "&passphrase=***&latency=20"),
        ("rtmp://host/app?token='a'", "rtmp://host/app?token='a'"),
        ("http://host/a?Key=abc", "Key=***"),
        ("ndi:CAM A (on@set)", "ndi:CAM A (on@set)"),
        ("http://host/mail@home", "http://host/mail@home"),
        ("monkey=banana", "monkey=banana"),
    ],
)
def test_nothing_secret_is_kept(text, kept) -> None:
    assert kept in without_secrets(text)
    for secret in ("s3cret", "p@ss", "0123456789", "abc"):
        assert secret not in without_secrets(text)


def test_secrets_are_kept_out_of_tracebacks_and_arguments(place) -> None:
    with LogFile(
        ["run", "ffmpeg::rtsp://dit:s3cret@cam/1", "--at", "colorbox:box,password=a&s3cret,range=full"]
    ) as log:
        log.open(None, verbose=False)
        try:
            raise ValueError("rtsp://dit:s3cret@cam/1")
        except ValueError:
            OURS.exception("failed")
        assert log.has_traces
    text = place.read_text("utf-8")
    assert "s3cret" not in text
    assert "colorbox:box,password=***,range=full" in text
    assert text.count("rtsp://***@cam/1") >= 2
    assert "Traceback" in text


def test_a_message_is_one_line_of_bounded_length(written) -> None:
    text = written(lambda: OURS.info("name=%s", "a\nb\r\x85c"), lambda: OURS.info("x" * 10 * LONGEST))
    assert "name=a b c\n" in text
    assert max(len(line) for line in text.splitlines()) <= LONGEST


def test_letters_that_do_not_exist_do_not_cost_the_record(written) -> None:
    assert "\\udcff" in written(lambda: OURS.info("name=\udcff"))


def test_verbose_is_more(written, place) -> None:
    assert "small thing" not in written(lambda: OURS.debug("small thing"))
    assert "small thing" in written(lambda: OURS.debug("small thing"), verbose=True)


def test_the_files_together_are_bounded(monkeypatch, written, place) -> None:
    monkeypatch.setattr(logfile, "FILE_BYTES", 2000)
    written(*[lambda: OURS.info("something that happens again and again")] * 400)
    files = list(place.parent.iterdir())
    assert len(files) == FILES
    assert all(file.stat().st_size <= 2000 for file in files)
    if os.name == "posix":
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_two_programs_may_fill_it_at_once(monkeypatch, place, capsys) -> None:
    monkeypatch.setattr(logfile, "FILE_BYTES", 2000)
    with LogFile([]) as one, LogFile([]) as other:
        one.open(None, verbose=False)
        other.open(None, verbose=False)
        for number in range(400):
            OURS.info("number %s", number)
    files = list(place.parent.iterdir())
    assert len(files) <= FILES
    assert "number 399" in "".join(file.read_text("utf-8") for file in files)
    assert capsys.readouterr().err == ""


def test_the_application_leaves_logging_as_it_was(place) -> None:
    before = (list(logging.root.handlers), logging.root.level, logging.getLogger("livegrade").level)
    with LogFile([]) as log:
        log.open(None, verbose=True)
    assert (list(logging.root.handlers), logging.root.level, logging.getLogger("livegrade").level) == before


def test_no_folder_no_log_and_no_word(place, capsys) -> None:
    place.parent.parent.mkdir(exist_ok=True)
    place.parent.write_text("a file where the folder should be")
    with LogFile([]) as log:
        log.open(None, verbose=False)
        OURS.error("goes nowhere")
        assert log.path is None
        assert not log.has_traces
    assert capsys.readouterr().err == ""


def test_a_log_that_was_asked_for_must_be_possible(tmp_path) -> None:
    with LogFile([]) as log, pytest.raises(UsageError, match="cannot be written"):
        log.open(tmp_path, verbose=False)


def test_a_full_disk_is_not_told_on_stderr(written, capsys) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full here")
    with LogFile([]) as log:
        log.open(Path("/dev/full"), verbose=False)
        OURS.error("goes nowhere")
    assert capsys.readouterr().err == ""


def test_what_nobody_expected_is_one_sentence_that_names_the_log(monkeypatch, place, capsys) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError("it is\nbroken")

    monkeypatch.setattr("livegrade.commands.sources.run_sources", fail)
    assert run_command_line(["sources"]) == 1
    assert capsys.readouterr().err == f"livegrade: nobody expected this: it is broken; {place} has the details\n"
    assert "Traceback" in place.read_text("utf-8")


def test_a_fault_of_the_system_is_not_taken_for_an_answer_that_cannot_be_printed(monkeypatch, place, capsys) -> None:
    def fail(*_: object) -> int:
        raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")

    monkeypatch.setattr("livegrade.commands.sources.run_sources", fail)
    assert run_command_line(["sources"]) == 1
    assert capsys.readouterr().err.startswith("livegrade: nobody expected this: ")
    assert "Traceback" in place.read_text("utf-8")


def test_what_failed_in_a_thread_names_the_log_at_the_end(monkeypatch, place, capsys) -> None:
    def stumble(*_: object) -> int:
        try:
            raise RuntimeError("broken")
        except RuntimeError:
            OURS.exception("output failed")
        return 1

    monkeypatch.setattr("livegrade.commands.sources.run_sources", stumble)
    assert run_command_line(["sources"]) == 1
    assert capsys.readouterr().err == f"livegrade: something failed that nobody expected; {place} has the details\n"


def test_the_option_goes_before_the_variable(place, tmp_path) -> None:
    named = tmp_path / "named.log"
    assert run_command_line(["--log", str(named), "still", "none.mov", "-o", str(tmp_path / "a.png")]) == 1
    assert "none.mov: there is no such file" in named.read_text("utf-8")
    assert not place.exists()


def test_the_doctor_leaves_no_log(monkeypatch, place) -> None:
    monkeypatch.setattr("livegrade.doctor.report", lambda as_json: 0)
    assert run_command_line(["doctor"]) == 0
    assert not place.exists()


def test_without_a_word_it_is_in_the_folder_of_the_platform(monkeypatch) -> None:
    import platformdirs

    monkeypatch.delenv("LIVEGRADE_LOG")
    assert log_path().parent == platformdirs.user_log_path("livegrade", appauthor=False)


def test_strays_go_to_the_log(place) -> None:
    """In a process of its own: it is all of the program that this is about."""
    script = """
import threading, warnings
from livegrade.commands.logfile import LogFile, log_strays
class Bad:
    def __del__(self):
        raise RuntimeError("left behind")
def fall():
    raise RuntimeError("fell")
with LogFile([]) as log:
    log.open(None, verbose=False)
    log_strays()
    thread = threading.Thread(target=fall, name="walker")
    thread.start()
    thread.join()
    Bad()
    warnings.warn("careful")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    text = place.read_text("utf-8")
    assert done.stderr == ""
    for word in ("fell", "walker", "left behind", "careful"):
        assert word in text


def test_importing_livegrade_configures_nothing() -> None:
    probe = "import logging, livegrade.session; print(logging.root.handlers, logging.getLogger('livegrade').handlers)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["[]", "[]"]


def test_the_command_line_is_the_one_place_that_opens_it() -> None:
    assert cli.LogFile is LogFile
    assert threading.excepthook is not logfile._stray_of_thread


def test_a_disk_that_does_not_answer_holds_up_nobody_who_speaks(place, monkeypatch) -> None:
    answers = threading.Event()
    monkeypatch.setattr(logfile, "PATIENCE_S", 0.01)
    emit = logfile._BoundedFile.emit

    def slow(file: logfile._BoundedFile, record: logging.LogRecord) -> None:
        answers.wait(60)
        emit(file, record)

    monkeypatch.setattr(logfile._BoundedFile, "emit", slow)
    with LogFile(["run"]) as log:
        log.open(None, verbose=False)
        for number in range(logfile.WAITING + 10):
            OURS.info("record %d", number)
        assert not answers.is_set()
        answers.set()
        monkeypatch.setattr(logfile, "PATIENCE_S", 60)
    text = place.read_text("utf-8")
    assert "record 0" in text
    assert f"record {logfile.WAITING + 9}" not in text


def test_what_a_record_speaks_of_is_written_as_it_was(written) -> None:
    state = ["before"]

    def speak() -> None:
        OURS.info("state %s", state)
        state[0] = "after"

    assert "state ['before']" in written(speak)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipe with a name here")
def test_the_program_ends_though_the_disk_never_answers(tmp_path) -> None:
    """In a process of its own, which ends as Python does. A pipe that nobody empties is the disk."""
    pipe = tmp_path / "log"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    script = f"""
import logging, pathlib
from livegrade.commands import logfile
logfile.PATIENCE_S = 0.2
with logfile.LogFile([]) as log:
    log.open(pathlib.Path({str(pipe)!r}), verbose=False)
    for _ in range(500):
        logging.getLogger("livegrade.test").info("x" * 3000)
"""
    try:
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    finally:
        os.close(reader)
    assert (done.returncode, done.stderr) == (0, "")
