"""One running graph: sources, engines, sinks, and their threads; built, watched and torn down as one."""

from livegrade.session.graph import Session

__all__ = ["Session"]
