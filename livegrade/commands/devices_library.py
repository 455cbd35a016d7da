"""`livegrade devices library`: what a box keeps in its libraries of LUTs, and stages that show it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from livegrade.commands.devices import asked, shown
from livegrade.commands.voice import say
from livegrade.errors import DeviceRefusedError
from livegrade_devices.attached import PUSH_S

if TYPE_CHECKING:
    from livegrade.commands.devices import DeviceArguments
    from livegrade_devices.device import Device, LibraryPort
    from livegrade_devices.library import StageShown


def run_library(arguments: DeviceArguments) -> int:
    """Raises LivegradeError."""
    there = asked(arguments, lambda device: _library(device, arguments).libraries(), PUSH_S)
    if arguments.as_json:
        say(json.dumps({"address": shown(arguments), **asdict(there)}))
        return 0
    for library in there.libraries:
        say(f"{library.name}: {len(library.entries)} of {library.places} entries")
        for entry in library.entries:
            say(f"{entry.number:5}  {entry.name or '-'}  ({entry.file})")
    say("stages, in the order in which a picture passes them:")
    for stage in there.stages:
        say(f"  {stage.stage:8}  {_said(stage)}")
    return 0


def run_show(arguments: DeviceArguments, stage: str, entry: int) -> int:
    """Raises LivegradeError, also where there is no such stage or entry."""
    asked(arguments, lambda device: _library(device, arguments).show(stage, entry), PUSH_S)
    what = f"entry {entry} of its library" if entry else "nothing"
    if arguments.as_json:
        say(json.dumps({"address": shown(arguments), "stage": stage, "entry": entry}))
    else:
        say(f"{shown(arguments)} shows {what} in its stage {stage}; the other stages are as they were")
    return 0


def _said(stage: StageShown) -> str:
    if not stage.is_on:
        return "off"
    if stage.entry is None:
        return "what it was sent"
    return f"entry {stage.entry} of the {stage.library} library" if stage.entry else "nothing"


def _library(device: Device, arguments: DeviceArguments) -> LibraryPort:
    if device.library is None:
        raise DeviceRefusedError(shown(arguments), "it keeps no library of LUTs")
    return device.library
