"""Commands on the session as a whole."""

from __future__ import annotations

from livegrade.control.commands.words import Command


class StopSession(Command, tag="session.stop", frozen=True, kw_only=True):
    """Ends the session: recordings are finished, and all outputs go dark."""
