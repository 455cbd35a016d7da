"""Tokens, hosts, origins, and the meeting points of sessions."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from livegrade.control.auth import Access, Tokens, bearer, is_own_host, is_own_origin
from livegrade.control.client import Client
from livegrade.control.listening import parse_place
from livegrade.control.meeting import MeetingPoint, find_meetings
from livegrade.control.messages import Meeting
from livegrade.control.pairing import LONGEST_DELAY_S, WRONG_CODES, Pairing
from livegrade.errors import ControlError, UsageError


def test_only_tokens_that_were_issued_open() -> None:
    tokens = Tokens()
    assert tokens.access("") is None
    local, paired = tokens.issue(Access.LOCAL), tokens.issue(Access.PAIRED)
    assert (tokens.access(local), tokens.access(paired)) == (Access.LOCAL, Access.PAIRED)
    assert tokens.access(local[:-1]) is None
    assert [tokens.access(known.hex()) for known in tokens._hashes] == [None, None]
    assert local not in repr(vars(tokens))
    assert tokens.access(b"\xff\xfe".decode("utf-8", "surrogateescape")) is None, "bytes that are no text"


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1:7350", True),
        ("localhost:7350", True),
        ("[::1]:7350", True),
        ("192.168.1.20:7350", True),
        ("127.0.0.1", False),
        ("127.0.0.1:80", False),
        ("evil.example:7350", False),
        ("localhost.evil.example:7350", False),
        ("127.0.0.1.evil.example:7350", False),
        ("[::1]", False),
        (":7350", False),
        ("", False),
    ],
)
def test_a_host_is_a_number_or_localhost_with_the_port(host: str, own: bool) -> None:
    assert is_own_host(host, 7350) is own


def test_an_origin_is_none_or_the_same_place() -> None:
    assert is_own_origin(None, "127.0.0.1:7350")
    assert is_own_origin("http://127.0.0.1:7350", "127.0.0.1:7350")
    for origin in ("null", "", "http://127.0.0.1:8000", "https://127.0.0.1:7350", "http://evil.example"):
        assert not is_own_origin(origin, "127.0.0.1:7350")


def test_a_token_stands_behind_bearer() -> None:
    assert [bearer(one) for one in (None, "abc", "Basic abc", "Bearer abc", "bearer  abc ")] == [
        "",
        "",
        "",
        "abc",
        "abc",
    ]


def test_a_meeting_point_is_for_its_user_alone(tmp_path, monkeypatch) -> None:
    folder = tmp_path / "run"
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(folder))
    meetings = [Meeting(7351, 2, "b"), Meeting(7350, 1, "a")]
    points = [MeetingPoint(meeting) for meeting in meetings]
    assert find_meetings() == meetings[::-1]
    (folder / "api-9.json").write_bytes(b"{")
    assert find_meetings() == meetings[::-1]
    with pytest.raises(ControlError, match="another session holds"):
        MeetingPoint(meetings[0])
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("api-7*")} == {0o600}
        folder.chmod(0o777)
        with pytest.raises(ControlError, match="can be written by others"):
            find_meetings()
        folder.chmod(0o700)
    for point in points:
        point.close()
    assert find_meetings() == []


def test_nobody_is_led_to_a_session_that_was_killed(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path))
    killed = "import os, sys; from livegrade.control.meeting import *; from livegrade.control.messages import Meeting;"
    killed += "point = MeetingPoint(Meeting(7350, os.getpid(), 'old')); print([m.token for m in find_meetings()]); "
    killed += "sys.stdout.flush(); os.kill(os.getpid(), 9)"
    dead = subprocess.run([sys.executable, "-c", killed], capture_output=True, text=True, check=False)
    assert dead.stdout.strip() == "['old']", dead.stderr
    assert (tmp_path / "api-7350.json").exists()
    assert find_meetings() == []
    with pytest.raises(ControlError, match="no session with an API runs here"):
        Client.find()
    point = MeetingPoint(Meeting(7350, os.getpid(), "new"))
    assert [meeting.token for meeting in find_meetings()] == ["new"]
    point.close()


def test_a_code_is_right_once_and_wrong_ones_are_slowed_down() -> None:
    codes: list[str] = []
    pairing = Pairing(codes.append)
    pairing.try_code(codes[0], 0.0)
    with pytest.raises(UsageError, match="not the code"):
        pairing.try_code(codes[0], 0.0)
    with pytest.raises(UsageError, match="wait 1 s"):
        pairing.try_code(codes[1], 0.0)
    now, tried = 1.0, 0
    while len(codes) == 2:
        with pytest.raises(UsageError, match="not the code"):
            pairing.try_code("x", now)
        tried, now = tried + 1, now + LONGEST_DELAY_S
    assert tried == WRONG_CODES - 1
    with pytest.raises(UsageError, match="wait 60 s"):
        pairing.try_code(codes[2], now - LONGEST_DELAY_S)
    pairing.try_code(codes[2].replace(" ", ""), now)
    assert len({*codes}) == len(codes) == 4


@pytest.mark.parametrize(
    ("text", "address", "port", "is_open"),
    [
        ("192.168.1.20", "192.168.1.20", None, True),
        ("192.168.1.20:7360", "192.168.1.20", 7360, True),
        ("10.0.0.5:0", "10.0.0.5", 0, True),
        ("127.0.0.1:7360", "127.0.0.1", 7360, False),
        ("::", "::", None, True),
        ("[::1]:7360", "::1", 7360, False),
    ],
)
def test_where_to_listen(text: str, address: str, port: int | None, is_open: bool) -> None:
    place = parse_place(text)
    assert (str(place.address), place.port, place.is_open) == (address, port, is_open)


@pytest.mark.parametrize("text", ["", "cart.local", "7350", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:70000", "1.2.3.4:-1"])
def test_what_is_no_place_to_listen_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="--listen"):
        parse_place(text)
