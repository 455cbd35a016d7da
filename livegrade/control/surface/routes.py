"""The addresses that a surface may send, each with the command that it makes. A table; nothing is carried out here.

`ROUTES` is what docs/osc.md lists. A word in braces stands for one of those that a session has; fixed words go first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

import msgspec

from livegrade.control.commands import WindowNumber
from livegrade.control.looks import place_of
from livegrade.control.parameters import settings
from livegrade.control.surface.message import address_name
from livegrade.engine.view import ViewKind
from livegrade.engine.viewwords import OVER, VIEW_WORDS
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from livegrade.control.desk import Desk
    from livegrade.control.history import Step
    from livegrade.control.surface.message import Argument
    from livegrade.session.output import OutputRunner

WINDOW_NUMBERS = frozenset(get_args(WindowNumber))
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


def _whole(argument: Argument) -> int:
    number = _number(argument)
    if number != int(number):
        raise UsageError("it takes a whole number")
    return int(number)


def _label(argument: Argument) -> str:
    """Text, or the number that a surface made of it: scene 12."""
    return str(_whole(argument)) if isinstance(argument, int | float) else _text(argument)


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


def _takes(command: str) -> Build:
    """A command on takes that a button asks for."""

    def build(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
        return {"command": command} if _is_pressed(arguments) else None

    return build


def _enable(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    enabled = _switch(_one(arguments, "1 or 0"))
    return {"command": "look.switch", "slot": words["slot"], "node": _node(desk, words), "enabled": enabled}


def _moved(by: int) -> Build:
    """A button that moves a node; at the end of the look it does nothing."""

    def build(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
        if not _is_pressed(arguments):
            return None
        now, node = _now(desk, words["slot"]), _node(desk, words)
        place = now.place(node) + by
        if not 0 <= place < len(now.nodes):
            return None
        return {"command": "look.move", "slot": words["slot"], "node": node, "place": place}

    return build


def _bypass(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "look.bypass", "slot": words["slot"], "bypassed": _switch(_one(arguments, "1 or 0"))}


def _load(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "look.load", "slot": words["slot"], "path": _text(_one(arguments, "the path of a file"))}


def _match(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    reference = _text(_one(arguments, "a reference, such as slot:B or still:12"))
    return {"command": "match.apply", "slot": words["slot"], "with": reference}


def _still(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
    said = {"command": "still.grab", "slot": words["slot"]}
    if len(arguments) == 1 and isinstance(arguments[0], str):
        return {**said, "folder": arguments[0]}
    return said if _is_pressed(arguments) else None


def _recall(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    look = _text(_one(arguments[:1], "the name of a look"))
    version = _whole(_one(arguments[1:], "a name and a version")) if len(arguments) > 1 else None
    return {"command": "library.recall", "slot": words["slot"], "look": look, "version": version}


def _keep(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "library.keep", "slot": words["slot"], "name": _text(_one(arguments, "a name"))}


def _take(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    """A switch: on begins a take, of one slot or of all, and off ends it."""
    begins = _switch(_one(arguments, "1 or 0"))
    return {"command": "take.start" if begins else "take.end", **words}


def _next(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
    return {"command": "take.next", **words} if _is_pressed(arguments) else None


def _slate(field: str) -> Build:
    """A word or, of the take, a number of the slate."""

    def build(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
        argument = _one(arguments, "a number" if field == "take" else "text")
        return {"command": "take.slate", field: _whole(argument) if field == "take" else _label(argument)}

    return build


def _shelved(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    place = _whole(_one(arguments, "the number of a place of the shelf"))
    return {"command": "shelf.recall", "slot": words["slot"], "place": place}


def _stepped(step: str) -> Build:
    """A button that goes along the shelf."""

    def build(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
        if not _is_pressed(arguments):
            return None
        return {"command": "shelf.recall", "slot": words["slot"], "step": step}

    return build


def _hand_off(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
    return {"command": "handoff.export"} if _is_pressed(arguments) else None


def _circle(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "take.circle", "circled": _switch(_one(arguments, "1 or 0"))}


def _comment(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "take.comment", "comment": _text(_one(arguments, "text"))}


def _mark(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
    said = {"command": "marker.add", "slot": words["slot"], "kind": words["marker"]}
    if len(arguments) == 1 and isinstance(arguments[0], str):
        return {**said, "text": arguments[0]}
    return said if _is_pressed(arguments) else None


def _focus(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "focus.set" if _switch(_one(arguments, "1 or 0")) else "focus.remove", **words}


def _meter(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    """Where a spot meter is, known by its id or else by its name."""
    if len(arguments) != 2:
        raise UsageError(f"it takes two numbers, 0 to 1 from the left and top, and {len(arguments)} arguments came")
    x, y = (_number(one) for one in arguments)
    spots, word = desk.session.slot(words["slot"]).meters.spots, words["meter"]
    named = (id for id, one in spots if one.name and address_name(one.name).casefold() == word.casefold())
    id = next((id for id, _ in spots if id == word), None) or next(named, word)
    return {"command": "meter.set", "slot": words["slot"], "meter": id, "x": x, "y": y}


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


def _over(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    """What lies over the view of an output; the rest of it stays. Empty text or 0: nothing of that."""
    word = words["over"]
    if word not in OVER:
        raise UsageError(f"an output has no {word[:40]}; over a view lie {', '.join(OVER)}")
    argument = _one(arguments, "text, 0 or nothing of it")
    text = "" if argument in (0, 0.0, False, None) else _text(argument)
    view = _sink(desk, words["sink"]).place.option("view") or ViewKind.GRADED.value
    return {**_shown(desk, words["sink"], view), word: text or None}


def _shown(desk: Desk, sink: str, view: str) -> Said:
    """`view.set` that leaves alone what is read and what is drawn over it."""
    place = _sink(desk, sink).place
    return {
        "command": "view.set",
        "sink": sink,
        "view": view,
        **{word: place.option(word) for word in VIEW_WORDS},
    }


def _lock(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    _sink(desk, words["sink"])
    return {"command": "view.lock", "sink": words["sink"], "locked": _switch(_one(arguments, "1 or 0"))}


def _window(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said | None:
    """A number of windows is set, anything else is an action that a button asks for."""
    if words["action"] in WINDOW_NUMBERS:
        value = _number(_one(arguments, "one number"))
        return {"command": "window.turn", "number": words["action"], "value": value}
    return {"command": "window.do", **words} if _is_pressed(arguments) else None


def _window_turned(desk: Desk, words: Mapping[str, str], arguments: tuple[Argument, ...]) -> Said:
    return {"command": "window.turn", **words, "value": _number(_one(arguments, "one number")), "relative": True}


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
    Route(
        "{slot}/recall", "text, or text and a number", "a look of the library: its name or id, and its version", _recall
    ),
    Route("{slot}/shelf", "one number", "the look in that place of the look shelf", _shelved),
    Route("{slot}/shelf/next", "1 or nothing", "the next look of the shelf", _stepped("next")),
    Route("{slot}/shelf/previous", "1 or nothing", "the one before", _stepped("previous")),
    Route("{slot}/keep", "text", "keeps the look in the library under that name", _keep),
    Route("{slot}/match", "text", "a CDL that brings the picture to that of slot:B, still:12...", _match),
    Route("{slot}/still", "1, text or nothing", "a still into the library, or into that folder", _still),
    Route("{slot}/take", "1 or 0", "a take of the slot begins, or ends", _take),
    Route("{slot}/marker/{marker}", "1, text or nothing", "marks the newest picture", _mark),
    Route("{slot}/meter/{meter}/at", "two numbers", "moves a spot meter: 0 to 1 from the left and top", _meter),
    Route("{slot}/focus", "1 or 0", "the focus meter on or off", _focus),
    Route("{slot}/focus/reset", "1 or nothing", "its peak begins anew", _button("focus.reset")),
    Route("take", "1 or 0", "a take of every slot begins, or ends", _take),
    Route("take/next/{step}", "1 or nothing", "the next take is of the next take, shot or scene", _next),
    Route("take/scene", "text", "the scene of the next take", _slate("scene")),
    Route("take/shot", "text", "its shot", _slate("shot")),
    Route("take/number", "one number", "its number, 0 for the one after the highest", _slate("take")),
    Route("take/circle", "1 or 0", "the newest take is circled, or not, for all its cameras", _circle),
    Route("take/undo", "1 or nothing", "what was changed last of takes is as it was before", _takes("take.undo")),
    Route("take/redo", "1 or nothing", "the change of takes that was undone last, again", _takes("take.redo")),
    Route("handoff", "1 or nothing", "hands the session's day off to post, into the library", _hand_off),
    Route("take/comment", "text", "a comment on the newest take, for all its cameras", _comment),
    Route("{slot}/node/{node}/enabled", "1 or 0", "the node on or off", _enable),
    Route("{slot}/node/{node}/earlier", "1 or nothing", "the node before the one in front of it", _moved(-1)),
    Route("{slot}/node/{node}/later", "1 or nothing", "the node behind the next", _moved(1)),
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
    Route("sink/{sink}/compare", "one number", "compares, with the border at that percentage", _compare),
    Route("sink/{sink}/lock", "1 or 0", "keeps the view, whoever asks for another", _lock),
    Route("sink/{sink}/{over}", "text, or 0 for nothing", f"over the view: {', '.join(OVER)}", _over),
    Route(
        "window/{action}",
        "1 or nothing; a number for those that windows have",
        "what the window has that action for: zebra, page-takes...; or its number: compare-at, zebra-from...",
        _window,
    ),
    Route("window/{number}/add", "one number", "turns that number of the window by so much", _window_turned),
    Route("do", "text", "any command of the API, as JSON", _do),
)
