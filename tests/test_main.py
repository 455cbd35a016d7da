"""The entry point: every way in which a system tells a program to stop ends a run as Ctrl+C does."""

from __future__ import annotations

import signal
import sys

import pytest

from livegrade import __main__ as entry


@pytest.fixture
def handlers(monkeypatch):
    """What `main` has set, without touching this process."""
    kept: dict[int, object] = {}
    monkeypatch.setattr(signal, "signal", kept.__setitem__)
    monkeypatch.setattr(sys, "argv", ["livegrade", "--version"])
    monkeypatch.setattr("livegrade.cli.run_command_line", lambda arguments: 0)
    monkeypatch.setattr("livegrade.commands.logfile.log_strays", lambda: None)
    return kept


def test_a_closed_console_of_windows_ends_a_run(handlers, monkeypatch) -> None:
    monkeypatch.setattr(signal, "SIGBREAK", 21, raising=False)
    with pytest.raises(SystemExit):
        entry.main()
    with pytest.raises(KeyboardInterrupt):
        handlers[21](21, None)
    assert handlers[21] is signal.SIG_IGN


def test_where_there_is_no_such_signal_none_is_set(handlers, monkeypatch) -> None:
    monkeypatch.delattr(signal, "SIGBREAK", raising=False)
    with pytest.raises(SystemExit):
        entry.main()
    assert signal.SIGTERM in handlers
    assert 21 not in handlers
