"""The addresses that a surface may send, and the command that each asks for. A table; nothing is carried out here.

`ROUTES` is what docs/osc.md lists. A word in braces stands for one of those that a session has; fixed words go first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from livegrade.control.commands import DeskCommand
from livegrade.control.looks import place_of
from livegrade.control.parameters import CHANNELS, settings
from livegrade.engine.view import ViewKind
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.control.desk import Desk
    from livegrade.control.history import Step
    from livegrade.control.surface.message import Argument, Message
    from livegrade.session.output import OutputRunner

ROOT = "livegrade"
UNSAFE = " #*,/?[]{}"
"""What no part of an OSC address may hold; in the names of nodes a `-` stands for each."""
MOST_JSON = 8192
"""Characters of a command in `/livegrade/do`."""

Said: TypeAlias = dict[str, Any]
"""A command as JSON says it."""
Build: TypeAlias = "Callable[[Desk, Mapping[str, str], tuple[Argument, ...]], Said | None]"
"""From the desk, the words in the braces and the arguments; None where a button was let go."""


@dataclass(frozen=True, slots=True)
class Route:
    """`pattern`: the parts behind the root; `takes`: its arguments, and `does`: what it is for, in words."""

    pattern: str
    takes: str
    does: str
    build: Build


def command_of(message: Message, desk: Desk) -> DeskCommand | None:
    """What `message` asks for, None where it is a button that was let go. Raises UsageError, in words for whoever holds
    the surface."""
    parts = message.address.split("/")[1:]
    if parts[0] != ROOT:
        raise UsageError(f"addresses begin with /{ROOT}, not /{parts[0][:40]}")
    for route in ROUTES:
        words = _matched(route.pattern.split("/"), parts[1:])
        if words is not None:
            break
    else:
        raise UsageError("there is no such address; docs/osc.md lists them")
    said = route.build(desk, words, message.arguments)
    if said is None:
        return None
    try:
        return msgspec.convert(said, DeskCommand)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise UsageError(f"it takes {route.takes or 'nothing'}: {error}") from None


def address_name(text: str) -> str:
    """A name as a part of an address."""
    return "".join("-" if char in UNSAFE or not char.isprintable() else char for char in text)


def _matched(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    """What stands in the braces, None where the pattern is of other addresses."""
    if len(pattern) != len(parts):
        return None
    words: dict[str, str] = {}
    for want, have in zip(pattern, parts, strict=True):
        if want.startswith("{"):
            if not _fits(want[1:-1], have):
                return None
            words[want[1:-1]] = have
        elif want != have:
            return None
    return words


def _fits(what: str, word: str) -> bool:
    match what:
        case "slot":
            return len(word) == 1 and "A" <= word <= "Z"
        case "channel":
            return word in CHANNELS and len(word) == 1
        case "kind":
            return word in set(ViewKind)
        case _:
            return bool(word)


# ---- what stands behind the addresses


def _now(desk: Desk, slot: str) -> Step:
    """The look of `slot` as it is. Raises UsageError for one that is not there."""
    return desk.grade.histories[desk.session.slot(slot).name].now


def _node(desk: Desk, words: Mapping[str, str]) -> str:
    """The id of the node that `words` name, by its id or else by its name. Raises UsageError."""
    now, word = _now(desk, words["slot"]), words["node"]
    for placed in now.nodes:
        if placed.id == word:
            return word
    for placed in now.nodes:
        if placed.node.name and address_name(placed.node.name).casefold() == word.casefold():
            return placed.id
    there = ", ".join(f"{one.id} {one.node.name}".strip() for one in now.nodes) or "none"
    raise UsageError(f"slot {words['slot']} has no node {word[:40]}; it has {there[:200]}")


def _one(arguments: tuple[Argument, ...], what: str) -> Argument:
    if len(arguments) != 1:
        raise UsageError(f"it takes {what}, and {len(arguments)} arguments came")
    return arguments[0]


def _number(argument: Argument) -> float:
    if isinstance(argument, str) or argument is None:
        raise UsageError(f"it takes a number, not {'text' if isinstance(argument, str) else 'nothing'}")
    if not abs(argument) <= 1e12:
        raise UsageError(f"{argument} is no number for a look")
    return float(argument)


def _switch(argument: Argument) -> bool:
    if isinstance(argument, str) or argument not in (0, 1):
        raise UsageError("it takes 1 or 0")
    return bool(argument)


def _text(argument: Argument) -> str:
    if not isinstance(argument, str):
        raise UsageError("it takes text")
    return argument


def _is_pressed(arguments: tuple[Argument, ...]) -> bool:
    """A button that is pressed sends nothing, or something else than 0; let go, it sends 0."""
    return not arguments or bool(_switch(_one(arguments, "1, 0 or nothing")))


def _turned(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...], *, relative: bool) -> Said:
    """`look.set` of one name: one number, three, or a switch."""
    setting, channel = words["setting"], words.get("channel", "")
    now = _now(desk, words["slot"])
    if "node" in words:
        node: str | None = _node(desk, words)
        place: int | None = now.place(str(node))
    else:
        place = place_of(now, None, lambda one: setting in settings(one))
        node = None if place is None else now.nodes[place].id
    old = settings(now.nodes[place].node).get(setting) if place is not None else None
    value: Any
    if isinstance(old, bool):
        value = _switch(_one(arguments, "1 or 0"))
    elif len(arguments) == 3 and not channel:
        value = [_number(one) for one in arguments]
    else:
        value = _number(_one(arguments, "one number" if channel else "one number, or three for red, green and blue"))
    name = f"{setting}.{channel}" if channel else setting
    said = {"command": "look.set", "slot": words["slot"], "values": {name: value}, "relative": relative}
    return said if node is None else {**said, "node": node}


def _set(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return _turned(desk, words, arguments, relative=False)


def _add(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return _turned(desk, words, arguments, relative=True)


def _button(command: str) -> Build:
    """A command that a button asks for, of a slot and, where the address has one, its node."""

    def build(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
        if not _is_pressed(arguments):
            return None
        said = {"command": command, "slot": desk.session.slot(words["slot"]).name}
        return {**said, "node": _node(desk, words)} if "node" in words else said

    return build


def _enable(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    enabled = _switch(_one(arguments, "1 or 0"))
    return {"command": "look.switch", "slot": words["slot"], "node": _node(desk, words), "enabled": enabled}


def _bypass(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "look.bypass", "slot": words["slot"], "bypassed": _switch(_one(arguments, "1 or 0"))}


def _load(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "look.load", "slot": words["slot"], "path": _text(_one(arguments, "the path of a file"))}


def _still(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "still.grab", "slot": words["slot"], "folder": _text(_one(arguments, "the path of a folder"))}


def _sink(desk: Desk, word: str) -> OutputRunner:
    """Raises UsageError for an output that is not there."""
    if not (word.isascii() and word.isdigit() and len(word) < 6):
        raise UsageError(f"there is no output {word[:10]}; they are known by their numbers")
    return desk.session.output(int(word))


def _view(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    """The view in words, with what is drawn over it as it is."""
    return _shown(desk, words["sink"], _text(_one(arguments, "a view, such as graded or false-color:stops")))


def _view_kind(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
    """A button of one view: pressed it is shown, pressed again or let go as a switch the graded picture is."""
    pressed = _is_pressed(arguments)
    if not pressed and _sink(desk, words["sink"]).view.kind.value != words["kind"]:
        return None
    return _shown(desk, words["sink"], words["kind"] if pressed else ViewKind.GRADED.value)


def _preset(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    name = _text(_one(arguments, "the name of a preset"))
    return _shown(desk, words["sink"], f"{ViewKind.FALSE_COLOR.value}:{name}")


def _compare(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    share = _number(_one(arguments, "a percentage of the width"))
    return _shown(desk, words["sink"], f"{ViewKind.COMPARE.value}:{share:.3f}")


def _shown(desk: Desk, sink: str, view: str) -> Said:
    """`view.set` that leaves alone what is read and what is drawn over it."""
    place = _sink(desk, sink).place
    return {
        "command": "view.set",
        "sink": sink,
        "view": view,
        "tap": place.option("tap"),
        "zebra": place.option("zebra"),
    }


def _lock(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    _sink(desk, words["sink"])
    return {"command": "view.lock", "sink": words["sink"], "locked": _switch(_one(arguments, "1 or 0"))}


def _do(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    text = _text(_one(arguments, "a command of docs/api.md as JSON"))
    if len(text) > MOST_JSON or text.count("{") + text.count("[") > 64:
        raise UsageError(f"a command has at most {MOST_JSON} characters and 64 brackets")
    try:
        said = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise UsageError(f"it takes a command of docs/api.md as JSON: {error}") from None
    if not isinstance(said, dict):
        raise UsageError('it takes a command of docs/api.md as JSON, such as {"command": "look.undo", "slot": "A"}')
    return said


NUMBERS = "one number, or three for red, green and blue; 1 or 0 for a switch"

ROUTES: tuple[Route, ...] = (
    Route("{slot}/undo", "1 or nothing", "the look before its last change", _button("look.undo")),
    Route("{slot}/redo", "1 or nothing", "the change that was undone last, again", _button("look.redo")),
    Route("{slot}/reset", "1 or nothing", "the look with which the session began", _button("look.reset")),
    Route("{slot}/bypass", "1 or 0", "the creative nodes off, on all outputs of the slot", _bypass),
    Route("{slot}/load", "text", "the look of a file on the session's machine", _load),
    Route("{slot}/still", "text", "a still of the newest picture into a folder of the session's machine", _still),
    Route("{slot}/node/{node}/enabled", "1 or 0", "the node on or off", _enable),
    Route("{slot}/node/{node}/reset", "1 or nothing", "the node back to what does nothing", _button("look.reset")),
    Route("{slot}/node/{node}/remove", "1 or nothing", "takes the node out of the look", _button("look.remove")),
    Route("{slot}/node/{node}/{setting}/add", "numbers", "turns numbers of the node by so much", _add),
    Route("{slot}/node/{node}/{setting}/{channel}", "one number", "one channel of the node", _set),
    Route("{slot}/node/{node}/{setting}/{channel}/add", "one number", "turns one channel by so much", _add),
    Route("{slot}/node/{node}/{setting}", NUMBERS, "numbers of the node", _set),
    Route("{slot}/{setting}/add", "numbers", "turns numbers of the first creative node that has them", _add),
    Route("{slot}/{setting}/{channel}", "one number", "one channel of the first creative node that has it", _set),
    Route("{slot}/{setting}/{channel}/add", "one number", "turns it by so much", _add),
    Route("{slot}/{setting}", NUMBERS, "numbers of the first creative node that has them", _set),
    Route("sink/{sink}/view", "text", "what the output shows, in the words of the command line", _view),
    Route(
        "sink/{sink}/view/{kind}", "1, 0 or nothing", "shows source, bypass, graded, false-color, compare", _view_kind
    ),
    Route("sink/{sink}/false-color", "text", "false colour with that preset", _preset),
    Route("sink/{sink}/compare", "one number", "source and graded, parted at that percentage of the width", _compare),
    Route("sink/{sink}/lock", "1 or 0", "keeps the view, whoever asks for another", _lock),
    Route("do", "text", "any command of the API, as JSON", _do),
)
