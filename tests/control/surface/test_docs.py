"""docs/osc.md says what the session hears and tells."""

from __future__ import annotations

from livegrade.control.osc import face, listener, packets
from livegrade.control.surface.table import heard_table, shown_table


def test_the_tables_are_those_of_the_program(repository) -> None:
    text = (repository / "docs/osc.md").read_text(encoding="utf-8")
    assert f"<!-- heard -->\n{heard_table()}\n\n" in text
    assert f"<!-- shown -->\n{shown_table()}\n\n" in text


def test_the_limits_are_those_of_the_program(repository) -> None:
    text = (repository / "docs/osc.md").read_text(encoding="utf-8")
    for words in (
        f"{face.MOST_PACKET:,} bytes and {packets.MOST_MESSAGES} messages",
        f"an address {packets.MOST_ADDRESS} characters",
        f"{packets.MOST_ARGUMENTS} arguments; {face.EACH:,} messages",
        f"bundles of at most {packets.MOST_DATAGRAM} bytes",
        f"nothing for {face.REMEMBERED_S / 60:g} minutes",
        f"{face.MOST_PEERS} surfaces",
        f"at most {1 / face.TELL_S:g} times a second",
        f"rested for {listener.HOLD_S:g} seconds",
    ):
        assert words in text
    for address in (face.PING, face.REFRESH, face.FEEDBACK, face.ERROR, face.PONG):
        assert f"`{address}`" in text
