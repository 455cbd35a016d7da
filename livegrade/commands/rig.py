"""`--rig`: a session from a rig file, and what is wrong in it told in one go."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade.commands.voice import say
from livegrade.errors import RigError, UsageError
from livegrade.rig import fault_tree, load_rig
from livegrade.session.events import RIG, Event, Link
from livegrade.session.rigging import rigged
from livegrade_hardware.rigs import demo_rigs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from livegrade.rig import Rig
    from livegrade.rig.faults import RigFault
    from livegrade.session.events import EventLog
    from livegrade.session.rigging import Rigged


DEMO = "demo:"


def rig_path(word: str) -> Path:
    """The file that `--rig` names; `demo:NAME` is one that comes along. Raises UsageError for a name that does not."""
    if not word.startswith(DEMO):
        return Path(word)
    demos = demo_rigs()
    name = word.removeprefix(DEMO)
    if name not in demos:
        raise UsageError(f"there is no demo rig '{name}'; there are {', '.join(demos)}")
    return demos[name]


def rig_setup(
    path: Path,
    given: Mapping[str, bool],
    stack: contextlib.ExitStack,
    *,
    overwrite: bool,
    goes_on: bool = False,
    text: str | None = None,
) -> Rigged:
    """What the rig in a file is set up as. Its faults are printed, all of them, and its stand-ins started: they are
    there until `stack` is closed.

    `given`: the options that a rig says itself, and whether they stand on the command line too; `goes_on`: recordings
    go on behind files that are there; `text`: of the rig, as it was read before. Raises UsageError for an option that
    stands there twice, RigError for a rig of which nothing can start.
    """
    twice = [option for option, is_given in given.items() if is_given]
    if twice:
        raise UsageError(f"--rig says what {twice[0]} says; write it into {path} or leave --rig away")
    rig = load_rig(path, text)
    try:
        work = rigged(rig, overwrite=overwrite, goes_on=goes_on)
    except RigError as error:
        say(error.faults, trouble=True)
        raise
    if rig.emulated:
        work = replace(work, faults=(*work.faults, *_emulated(rig, stack)))
    if work.faults:
        say(fault_tree(path, work.faults), trouble=True)
        say(f"{path}: the rest starts", trouble=True)
    return work


def tell_faults(faults: Sequence[RigFault], events: EventLog, now_ns: int) -> None:
    """As events too: nobody may read along where a session is started."""
    for fault in faults:
        events.add(Event(now_ns, RIG, Link.FAULTED, f"{fault.part}, {fault}" if fault.part else str(fault), True))


def _emulated(rig: Rig, stack: contextlib.ExitStack) -> tuple[RigFault, ...]:
    from livegrade.commands.standins import stand_ins  # a rig without them does without all that these load
    from livegrade_hardware.emulators.cart import EmulatedCart

    return tuple(stand_ins(rig.emulated, stack.enter_context(EmulatedCart())))
