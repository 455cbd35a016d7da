"""Commands on the entries of a session's library: found, shown, and what people say of them changed."""

from __future__ import annotations

import shlex
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import msgspec

from livegrade.color.camera import CURVES, GAMUTS, Camera
from livegrade.control import commands as c
from livegrade.control.effects import WorkEffect
from livegrade.control.messages import Answer
from livegrade.control.parameters import about, settings
from livegrade.errors import LivegradeError, UsageError
from livegrade.library.coding import plain
from livegrade.library.edit import edited
from livegrade.library.kinds import KINDS, MARKERS, TAKES
from livegrade.library.listing import listed
from livegrade.library.query import Condition, Query, parse_query
from livegrade.library.values import LookEntry, Marker, Still, Take
from livegrade.video.format import Matrix
from livegrade.video.layouts import LAYOUTS

if TYPE_CHECKING:
    from livegrade.color.look import Look
    from livegrade.control.takesteps import TakeSteps
    from livegrade.library.kinds import Entry, Kind
    from livegrade.library.store import Library
    from livegrade.library.values import CameraState
    from livegrade.session.keeping import Keeping

MARKERS_SHOWN = 200
"""Of one take."""
_BY_WORD: dict[str, Kind[Any]] = {kind.table.removesuffix("s"): kind for kind in KINDS}
_WORDS: dict[str, str] = {
    **{name: layout.title for name, layout in LAYOUTS.items()},
    **{matrix.value: matrix.value.replace("bt", "BT.") for matrix in Matrix},
    "rgb": "RGB",
}
"""For those in which a video format says what it is."""

EntryCommand: TypeAlias = c.ListTakes | c.ListMarkers | c.FindKept | c.ShowKept | c.EditKept


def carry_out(keeping: Keeping, steps: TakeSteps, command: EntryCommand) -> WorkEffect:
    """`steps`: what was changed of takes. Raises UsageError for what cannot be; what the library refuses is the
    answer."""
    match command:
        case c.ListTakes():
            return _found(keeping, command.query, command.limit, 0, (TAKES,))
        case c.ListMarkers():
            return _found(keeping, command.query, command.limit, 0, (MARKERS,))
        case c.FindKept():
            return _found(keeping, command.query, command.limit, command.skip, KINDS)
        case c.ShowKept():
            return WorkEffect(keeping.submit(lambda library: _shown(library, command)))
        case c.EditKept():
            return WorkEffect(keeping.submit(lambda library: _edited(library, steps, command)))
        case _:
            assert_never(command)


def _found(keeping: Keeping, words: str, limit: int, skip: int, kinds: tuple[Kind[Any], ...]) -> WorkEffect:
    try:
        query = parse_query(shlex.split(words), datetime.now().astimezone())
    except ValueError:
        raise UsageError("a quote in the query has no end") from None

    def find(library: Library) -> Answer:
        found = [one for kind in kinds for one in listed(library, kind, library.find(query, kind, limit, skip))]
        return Answer("done", found=found, total=sum(library.total(query, kind) for kind in kinds))

    return WorkEffect(keeping.submit(find))


def _shown(library: Library, command: c.ShowKept) -> Answer:
    kind = _BY_WORD[command.entry]
    value: Entry = library.get(kind, command.key)
    (said,) = listed(library, kind, [value])
    if not isinstance(value, Marker):
        said["camera"] |= {"title": _camera_title(value.camera), "signal": _signal(value.camera.format)}
    look_id = _look_id(value)
    if look_id:
        try:
            said["nodes"] = _nodes(library.look(look_id))
        except LivegradeError as error:
            said["nodes"], said["fault"] = [], str(error)
    if isinstance(value, Take):
        within = Query((Condition("of_take", "=", value.key),))
        said["markers"] = [plain(marker) for marker in library.find(within, MARKERS, MARKERS_SHOWN)]
    return Answer("done", found=[said], total=1)


def _camera_title(camera: CameraState) -> str:
    """As that of a slot is said: "ALEXA 35, LogC4, ARRI Wide Gamut 4"; by its names where the catalogue lacks them."""
    curve, gamut = CURVES.get(camera.curve), GAMUTS.get(camera.gamut)
    if curve is None or gamut is None:
        return ", ".join(filter(None, (camera.name, camera.curve, camera.gamut)))
    return Camera(camera.name, camera.ei, curve, gamut, None, "").title


def _signal(format: str) -> str:
    """What a video format says of itself, in people's words: "1920x1080p25 10-bit 4:2:2 (v210) BT.709 legal"."""
    return " ".join(_WORDS.get(word, word) for word in format.split())


def _look_id(value: Entry) -> str:
    match value:
        case LookEntry() | Still():
            return value.look_id
        case Take():
            return value.looks[-1].look_id if value.looks else ""
        case Marker():
            return ""


def _nodes(look: Look) -> list[dict[str, Any]]:
    """The nodes in order, with their numbers."""
    return [
        {
            "kind": node.label,
            "name": node.name,
            "role": node.role.value,
            "enabled": node.enabled,
            "settings": msgspec.to_builtins(settings(node)),
            "about": about(node),
        }
        for node in look.nodes
    ]


def _edited(library: Library, steps: TakeSteps, command: c.EditKept) -> Answer:
    kind, changes = _BY_WORD[command.entry], list(command.fields.items())
    if kind is TAKES:
        (value,) = steps.change(library, [command.key], lambda take: edited(take, changes))
    else:
        value = library.change(kind, command.key, lambda kept: edited(kept, changes))
    return Answer("done", step=f"{command.entry} {value.key}: {', '.join(command.fields)}")
