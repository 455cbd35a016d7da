"""Tokens, hosts, origins, and the meeting points of sessions."""

from __future__ import annotations

import os
import stat

import pytest

from livegrade.control.auth import Tokens, bearer, find_meetings, is_own_host, is_own_origin, leave_meeting
from livegrade.control.messages import Meeting
from livegrade.errors import ControlError


def test_only_tokens_that_were_issued_open() -> None:
    tokens = Tokens()
    assert not tokens.opens("")
    token = tokens.issue()
    assert tokens.opens(token)
    assert not tokens.opens(token[:-1])
    assert not tokens.opens(tokens._hashes.copy().pop().hex())
    assert token not in repr(vars(tokens))


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
    monkeypatch.setenv("LIVEGRADE_RUNTIME", str(tmp_path / "run"))
    meetings = [Meeting(7351, 2, "b"), Meeting(7350, 1, "a")]
    paths = [leave_meeting(meeting) for meeting in meetings]
    assert find_meetings() == meetings[::-1]
    (tmp_path / "run" / "api-9.json").write_bytes(b"{")
    assert find_meetings() == meetings[::-1]
    if os.name == "posix":
        assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]
        (tmp_path / "run").chmod(0o777)
        with pytest.raises(ControlError, match="can be written by others"):
            find_meetings()
