"""Addresses of surfaces: numbers, with or without a port."""

from __future__ import annotations

import pytest

from livegrade.errors import UsageError
from livegrade.transport.peer import parse_peer


@pytest.mark.parametrize("text", ["192.168.1.30", "192.168.1.30:9000", "fd00::5", "[fd00::5]:9000", "127.0.0.1:1"])
def test_an_address_is_read_and_written_alike(text: str) -> None:
    assert str(parse_peer(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "tablet.local", "192.168.1", "192.168.1.300", "192.168.1.30:", "192.168.1.30:0", "192.168.1.30:70000",
     "192.168.1.30:9x", "224.0.0.1", "0.0.0.0:9000", "ff02::1", "[fd00::5]:", "٣.1.1.1"],
)  # fmt: skip
def test_what_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(UsageError, match="'"):
        parse_peer(text)
