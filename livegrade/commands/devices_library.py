"""`livegrade devices library`: what a box keeps in its libraries of LUTs, stages that show it, files put there."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from livegrade.commands.devices import asked, shown
from livegrade.commands.voice import say
from livegrade.errors import DeviceRefusedError
from livegrade_devices.attached import PUSH_S
from livegrade_devices.lutfile import read_lut_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from livegrade.commands.devices import DeviceArguments
    from livegrade_devices.device import Device, LibraryPort

UNPROVEN = (
    "no box was seen to take a file; which codes its 0 and 1 stand for is not documented. Look at a picture that you "
    "know before anybody relies on it"
)


def run_library(arguments: DeviceArguments) -> int:
    """Raises LivegradeError."""
    there = asked(arguments, lambda device: _library(device, arguments).libraries(), PUSH_S)
    if arguments.as_json:
        say(json.dumps({"address": shown(arguments), **asdict(there)}))
        return 0
    for line in library_lines(asdict(there)):
        say(line)
    return 0


def library_lines(there: Mapping[str, Any]) -> Iterator[str]:
    """`Libraries` for people, as it is in JSON."""
    for library in there["libraries"]:
        yield f"{library['name']}: {len(library['entries'])} of {library['places']} entries"
        for entry in library["entries"]:
            yield f"{entry['number']:5}  {entry['name'] or '-'}  ({entry['file']})"
    yield "stages, in the order in which a picture passes them:"
    for stage in there["stages"]:
        yield f"  {stage['stage']:8}  {_said(stage)}"


def run_show(arguments: DeviceArguments, stage: str, entry: int) -> int:
    """Raises LivegradeError, also where there is no such stage or entry."""
    asked(arguments, lambda device: _library(device, arguments).show(stage, entry), PUSH_S)
    what = f"entry {entry} of its library" if entry else "nothing"
    if arguments.as_json:
        say(json.dumps({"address": shown(arguments), "stage": stage, "entry": entry}))
    else:
        say(f"{shown(arguments)} shows {what} in its stage {stage}; the other stages are as they were")
    return 0


def run_put(arguments: DeviceArguments, path: Path, entry: int) -> int:
    """1 where the box does not say that it has it. Raises LivegradeError."""
    file = read_lut_file(path)
    there = asked(arguments, lambda device: _library(device, arguments).put(file, entry), PUSH_S)
    if arguments.as_json:
        say(json.dumps({"address": shown(arguments), "points": file.points, **asdict(there)}))
    else:
        say(f"experimental: {UNPROVEN}")
        say(f"{there.sent}; {file.points:,} points{' a side' if file.library == '3d' else ''}")
        say(there.words, trouble=not there.confirmed)
    return 0 if there.confirmed else 1


def _said(stage: Mapping[str, Any]) -> str:
    entry = stage.get("entry")
    if not stage["is_on"]:
        return "off"
    if entry is None:
        return "what it was sent"
    return f"entry {entry} of the {stage['library']} library" if entry else "nothing"


def _library(device: Device, arguments: DeviceArguments) -> LibraryPort:
    if device.library is None:
        raise DeviceRefusedError(shown(arguments), "it keeps no library of LUTs")
    return device.library
