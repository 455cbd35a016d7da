"""What `livegrade run` is asked for, and who does it: this process, or a session that it supervises."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade.loading import loading

if TYPE_CHECKING:
    from pathlib import Path

SUPERVISED = "LIVEGRADE_SUPERVISED"
"""Set for a session by its supervisor: the number of the pipe to it, in the words of the system."""


@dataclass(frozen=True, slots=True)
class ScopeFlags:
    """How scopes are measured: --scopes, --scope-sampling and --hlg-peak."""

    per_second: int = 25
    sampling: str = "auto"
    hlg_peak: int = 1000


@dataclass(frozen=True, slots=True)
class SurfaceWords:
    """What the command line says of control surfaces: a port, addresses, the map of MIDI desks."""

    osc: int | None = None
    osc_peers: tuple[str, ...] = ()
    midi: Path | None = None


NO_WORDS = SurfaceWords()


@dataclass(frozen=True, slots=True)
class LiveArguments:
    """The command line as it was given. `api`: None for none, whatever else would want it; `resume`: whether what was
    done in the last session is taken up or set aside; None: it is left where it is."""

    rig: str | None = None
    sources: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    exposure_indices: tuple[str, ...] = ()
    to: str | None = None
    grade_in: str = "camera"
    outputs: tuple[str, ...] = ()
    range: str = "auto"
    matrix: str = "auto"
    engine: str = "auto"
    threads: int = 0
    scopes: ScopeFlags = ScopeFlags()
    loop: bool = False
    for_seconds: float | None = None
    stats: Path | None = None
    overwrite: bool = False
    api: bool | None = False
    listen: str | None = None
    library: Path | None = None
    keep: bool = True
    surfaces: SurfaceWords = NO_WORDS
    resume: bool | None = None
    supervised: bool = False


def start_live(arguments: LiveArguments) -> int:
    """The exit code. Raises LivegradeError when it cannot start."""
    if arguments.resume is not None and arguments.api is None:
        raise UsageError("--resume and --anew are about what was done through the API; leave --no-api away")
    if arguments.supervised and SUPERVISED not in os.environ:
        from livegrade.commands.supervise import supervise

        return supervise(sys.argv[1:], arguments.rig, arguments.for_seconds)
    with loading():
        from livegrade.commands.run import run_live  # the supervisor does without all that this loads

    return run_live(arguments)
