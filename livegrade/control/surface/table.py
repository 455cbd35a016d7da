"""The tables of docs/osc.md, made from what the session knows."""

from __future__ import annotations

from livegrade.control.surface.feedback import SHOWN
from livegrade.control.surface.message import ROOT
from livegrade.control.surface.routes import ROUTES


def heard_table() -> str:
    """What a surface may send."""
    rows = [f"| `/{ROOT}/{route.pattern}` | {route.takes} | {route.does} |" for route in ROUTES]
    return "\n".join(("| address | with | does |", "|---|---|---|", *rows))


def shown_table() -> str:
    """What a surface is told."""
    rows = [f"| `/{ROOT}/{pattern}` | {takes} | {says} |" for pattern, takes, says in SHOWN]
    return "\n".join(("| address | with | says |", "|---|---|---|", *rows))
