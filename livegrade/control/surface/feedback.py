"""What a surface shows: the state of the session as values under the addresses that set them. A function of the tree.

`SHOWN` is what docs/osc.md lists beside the addresses that may be sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from livegrade.color.nodes import Role
from livegrade.control.parameters import CHANNELS
from livegrade.control.surface.message import ROOT, address_name
from livegrade.engine.view import ViewKind
from livegrade.engine.viewwords import OVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livegrade.control.messages import Change
    from livegrade.control.surface.message import Argument

Values: TypeAlias = "dict[str, tuple[Argument, ...]]"
Part: TypeAlias = tuple[str, str]
"""("slots", "A"), ("meters", "A"), ("sinks", "1") or LIBRARY: what changes by itself."""
LIBRARY: Part = ("library", "")

SHOWN: tuple[tuple[str, str, str], ...] = (
    ("{slot}/{setting}", "numbers", "of the first creative node that has them"),
    ("{slot}/{setting}/{channel}", "number", "of red, green or blue"),
    ("{slot}/node/{node}/{setting}", "numbers", "of each node, under its id and under its name"),
    ("{slot}/node/{node}/{setting}/{channel}", "number", "of red, green or blue"),
    ("{slot}/node/{node}/enabled", "1 or 0", "whether it is on"),
    ("{slot}/node/{node}/name", "text", "its name, or what it is"),
    ("{slot}/look", "text", "the name of the look"),
    ("{slot}/undo/step", "text", "what undo would take back, empty for nothing"),
    ("{slot}/redo/step", "text", "what redo would do again, empty for nothing"),
    ("{slot}/bypass", "1 or 0", "whether its creative nodes are off"),
    ("{slot}/refused", "text", "why the engine shows another look than this, else empty"),
    ("{slot}/state", "text", "running, lost and so on"),
    ("{slot}/reason", "text", "why, in a sentence, or empty"),
    ("{slot}/recording", "1 or 0", "the camera's record flag"),
    ("{slot}/take", "1 or 0", "whether a take of it goes on"),
    ("{slot}/take/name", "text", "what its slate says, empty for none"),
    ("{slot}/meter/{meter}/stops", "number", "of each spot meter, under its id and under its name: over 18 % grey"),
    ("{slot}/meter/{meter}/percent", "two numbers", "Y' of the source and of the graded picture"),
    ("{slot}/meter/{meter}/code", "two numbers", "the first code of both, as the signals have them"),
    ("{slot}/focus", "1 or 0", "whether the focus meter is on"),
    ("{slot}/focus/score", "number", "0 to 100"),
    ("{slot}/focus/peak", "number", "the highest since it was reset"),
    ("{slot}/clip", "four numbers", "percent of the pixels that are clipped: R, G, B, and any of them"),
    ("{slot}/no-light", "four numbers", "the same without light"),
    ("take", "1 or 0", "whether any take goes on"),
    ("take/scene", "text", "of the next take"),
    ("take/shot", "text", "of the next take"),
    ("take/number", "number", "of the next take, 0 for the one after the highest"),
    ("library/state", "text", "running, faulted and so on"),
    ("sink/{sink}/view", "text", "what it shows, in words"),
    ("sink/{sink}/view/{kind}", "1 or 0", "whether it shows that"),
    ("sink/{sink}/false-color", "text", "the preset, while it shows one that was named"),
    ("sink/{sink}/compare", "number", "where the border is, in percent, while it compares at a place that was said"),
    ("sink/{sink}/{over}", "text", "what lies over its view: zebra, peaking and the others; empty for nothing"),
    ("sink/{sink}/lock", "1 or 0", "whether its view is locked"),
    ("sink/{sink}/state", "text", "running, faulted and so on"),
)
"""Pattern behind the root, arguments, and what they say."""

_QUIET = {
    "slots": ("frames", "missing", "dropped", "scopes", "takes", "timecode", "figures"),
    "sinks": ("frames", "dropped", "repeated", "held"),
}
"""What of a part changes with every picture and is not shown."""


_METERS = ("meters", "focus", "clips")
"""Of a slot, what is read from its pictures: many times a second, and apart from all else."""


def parts_of(tree: Any) -> list[Part]:
    meters = (("meters", name) for name in tree["slots"])
    return [*((kind, name) for kind in ("slots", "sinks") for name in tree[kind]), *meters, LIBRARY]


def parts_changed(changes: list[Change]) -> set[Part]:
    """The parts of which a surface shows something else now."""
    found: set[Part] = set()
    for change in changes:
        match change.path:
            case ["library", "strips", *_] | ["library", "open", _, "length"]:
                pass
            case ["library", *_]:
                found.add(LIBRARY)
            case ["slots", name]:
                found |= {("slots", name), ("meters", name)}
            case ["sinks", name]:
                found.add(("sinks", name))
            case ["slots", name, what, *_] if what in _METERS:
                found.add(("meters", name))
            case ["slots" | "sinks" as kind, name, what, *_] if what not in _QUIET[kind]:
                found.add((kind, name))
    return found


def values_of(tree: Any, part: Part) -> Values:
    """What is shown of a part; nothing where it is not there any more."""
    if part == LIBRARY:
        return dict(_library(tree["library"], tree["slots"])) if tree["library"] is not None else {}
    kind, name = part
    one = tree["slots" if kind == "meters" else kind].get(name)
    if one is None:
        return {}
    if kind == "meters":
        return dict(_meters(f"/{ROOT}/{name}", one))
    if kind == "sinks":
        return dict(_sink(f"/{ROOT}/sink/{name}", one))
    return dict(_slot(f"/{ROOT}/{name}", one))


def _slot(root: str, slot: Any) -> Iterator[tuple[str, tuple[Argument, ...]]]:
    look = slot["look"]
    yield f"{root}/state", (slot["state"]["link"],)
    yield f"{root}/reason", (slot["state"]["reason"],)
    yield f"{root}/recording", (bool(slot["recording"]),)
    yield f"{root}/look", (look["name"],)
    yield f"{root}/bypass", (look["bypassed"],)
    yield f"{root}/refused", (look["refused"],)
    for way in ("undo", "redo"):
        yield f"{root}/{way}/step", (look[way][-1] if look[way] else "",)
    nodes = sorted(look["nodes"].items(), key=lambda item: item[1]["place"])
    short: set[str] = set()
    named: set[str] = set()
    for id, node in nodes:
        words = [id]
        name = address_name(node["name"])
        if name and name.casefold() not in named and name not in look["nodes"]:
            named.add(name.casefold())
            words.append(name)
        for word in words:
            yield f"{root}/node/{word}/enabled", (node["enabled"],)
            yield f"{root}/node/{word}/name", (node["name"] or node["kind"],)
            for setting, value in node["settings"].items():
                yield from _setting(f"{root}/node/{word}/{setting}", value)
        if node["role"] == Role.CREATIVE:
            for setting, value in node["settings"].items():
                if setting not in short:
                    short.add(setting)
                    yield from _setting(f"{root}/{setting}", value)


def _meters(root: str, slot: Any) -> Iterator[tuple[str, tuple[Argument, ...]]]:
    """What is not known is nil."""
    named: set[str] = set()
    for id, meter in slot["meters"].items():
        words, name = [id], address_name(meter["name"])
        if name and name.casefold() not in named and name not in slot["meters"]:
            named.add(name.casefold())
            words.append(name)
        taps = [None if meter["reading"] is None else meter["reading"][tap] for tap in ("source", "graded")]
        for word in words:
            yield f"{root}/meter/{word}/stops", (None if taps[0] is None else taps[0]["stops"],)
            yield f"{root}/meter/{word}/percent", tuple(None if tap is None else tap["luma"] for tap in taps)
            yield f"{root}/meter/{word}/code", tuple(None if tap is None else tap["codes"][0] for tap in taps)
    focus, clips = slot["focus"], slot["clips"]
    yield f"{root}/focus", (focus is not None,)
    for figure in ("score", "peak"):
        yield f"{root}/focus/{figure}", (None if focus is None else focus[figure],)
    for word, kind in (("clip", "over"), ("no-light", "under")):
        shares = (None,) * 4 if clips is None else tuple(clips[kind][one] for one in ("r", "g", "b", "any"))
        yield f"{root}/{word}", shares


def _library(library: Any, slots: Any) -> Iterator[tuple[str, tuple[Argument, ...]]]:
    slate, open_takes = library["slate"], library["open"]
    yield f"/{ROOT}/take", (bool(open_takes),)
    yield f"/{ROOT}/take/scene", (slate["scene"],)
    yield f"/{ROOT}/take/shot", (slate["shot"],)
    yield f"/{ROOT}/take/number", (slate["take"],)
    yield f"/{ROOT}/library/state", (library["state"]["link"],)
    for slot in slots:
        yield f"/{ROOT}/{slot}/take", (slot in open_takes,)
        yield f"/{ROOT}/{slot}/take/name", (open_takes[slot]["name"] if slot in open_takes else "",)


def _setting(address: str, value: Any) -> Iterator[tuple[str, tuple[Argument, ...]]]:
    if isinstance(value, list | tuple):
        yield address, tuple(float(one) for one in value)
        for channel, one in zip(CHANNELS, value, strict=False):
            yield f"{address}/{channel}", (float(one),)
    else:
        yield address, (value if isinstance(value, bool) else float(value),)


def _sink(root: str, sink: Any) -> Iterator[tuple[str, tuple[Argument, ...]]]:
    yield f"{root}/view", (sink["view"],)
    shown = sink["view"].partition(" ")[0].rstrip(",")
    for kind in ViewKind:
        yield f"{root}/view/{kind.value}", (shown == kind.value,)
    _, _, detail = sink["options"].get("view", "").partition(":")
    if detail and shown == ViewKind.FALSE_COLOR:
        yield f"{root}/false-color", (detail,)
    at = detail or sink["options"].get("at", "")
    if at and shown == ViewKind.COMPARE:
        yield f"{root}/compare", (float(at),)
    for word in OVER:
        yield f"{root}/{word}", (sink["options"].get(word, ""),)
    yield f"{root}/lock", (sink["locked"],)
    yield f"{root}/state", (sink["state"]["link"],)
