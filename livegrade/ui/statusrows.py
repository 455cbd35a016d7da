"""What the Status page says of the session's state: rows for each subject, and what of it somebody should look at.
Functions of the state; nothing is drawn here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeAlias

from livegrade.ui import theme, words
from livegrade.ui.facts import Cell

State: TypeAlias = Mapping[str, Any]
LONGEST, LONGEST_FAULT = 32, 130
FULL, NEARLY = 2e9, 20e9
"""Bytes that are left on a disk: red and amber from here on."""
BUSY = 80
"""Percent of the time between two pictures that the engine may take without being amber."""


class Do(Protocol):
    """Sends a command, and says at the foot of the window what became of it."""

    def __call__(self, command: str, **arguments: Any) -> None: ...


Rows: TypeAlias = dict[str, list[Cell]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands beside a subject, and its colour; nothing of both where all is well."""

    words: str = ""
    color: str = ""


FINE = Trouble()


@dataclass(frozen=True, slots=True)
class Subject:
    headings: tuple[str, ...]
    rows: Callable[[State, Do], Rows]
    trouble: Callable[[State], Trouble]


def _state_cell(state: Mapping[str, Any]) -> Cell:
    return Cell(state["link"], words.COLORS.get(state["link"], theme.DIM), state["reason"])


def _lost(value: int) -> Cell:
    return Cell(words.count(value), theme.AMBER if value else theme.DIM)


def _durations(figures: Mapping[str, Any] | None) -> Cell:
    return Cell(words.durations(figures), tip=words.worst(figures))


# ---- sources


def _sources(state: State, do: Do) -> Rows:
    return {name: _source(name, slot, do) for name, slot in sorted(state["slots"].items())}


def _source(name: str, slot: Mapping[str, Any], do: Do) -> list[Cell]:
    return [
        Cell(f"{name}  {slot['label']}".strip()),
        _state_cell(slot["state"]),
        Cell("Reconnect", press=lambda: do("source.reconnect", slot=name), tip="closes the source and opens it again"),
        Cell(words.count(slot["frames"])),
        _lost(slot["missing"]),
        _lost(slot["dropped"]),
        Cell((slot["format"] or "").removesuffix(f" {slot['range']}"), tip="\n".join(slot["notes"])),
        Cell(slot["range"] or "", tip=f"says {slot['range_source']}"),
        Cell(words.camera((slot["camera"] or "").partition(", ")[0], slot["ei"]), tip=slot["camera"] or ""),
        Cell(words.shortened(slot["source"], LONGEST), tip=slot["source"]),
    ]


def _source_trouble(state: State) -> Trouble:
    states = [slot["state"]["link"] for slot in state["slots"].values()]
    bad = sum(link != "running" for link in states)
    if bad:
        return Trouble(f"{len(states) - bad} of {len(states)}", theme.RED)
    lost = sum(slot["missing"] + slot["dropped"] for slot in state["slots"].values())
    return Trouble(f"{lost} lost", theme.AMBER) if lost else Trouble(str(len(states)))


# ---- cameras, side by side


def _cameras(state: State, do: Do) -> Rows:
    """A row for each setting that somebody knows, a column for each slot."""
    cameras = state["cameras"]
    names: Mapping[str, Any] = next(iter(cameras.values()), {})
    rows: Rows = {}
    for name in names:
        cells = [Cell(SETTINGS.get(name, name), theme.DIM)]
        for slot in sorted(cameras):
            setting = cameras[slot][name]
            if name == "curve":
                setting = {**setting, "value": words.curve(state["slots"][slot]["camera"]) or setting["value"]}
            cells.append(_setting(slot, setting))
        if any(cell.text for cell in cells[1:]):
            rows[name] = cells
    return {"": [Cell(" "), *_slots(state, sorted(cameras))], **rows} if rows else {}


SETTINGS = {
    "model": "Camera",
    "curve": "Curve",
    "ei": "EI",
    "white-balance": "White balance",
    "tint": "Tint",
    "shutter": "Shutter",
    "sensor-fps": "Sensor",
    "project-fps": "Project",
    "signal": "Signal",
    "range": "Range",
    "look": "Look in camera",
}


def _slots(state: State, slots: list[str]) -> list[Cell]:
    return [Cell(f"{slot}  {state['slots'][slot]['label']}".strip()) for slot in slots if slot in state["slots"]]


def _setting(slot: str, setting: Mapping[str, Any]) -> Cell:
    rig = setting["rig"]
    if setting["value"] is None:
        return Cell(f"{rig} (rig)" if rig else "", theme.DIM, "the camera does not say; the rig does" if rig else "")
    differs = setting["differs"]
    if not differs:
        return Cell(setting["value"])
    said = f"the rig says {rig}" if "rig" in differs else ""
    other = "other cameras are set otherwise" if "others" in differs else ""
    behind = f"  (rig: {rig})" if "rig" in differs else ""
    return Cell(f"{setting['value']}{behind}", theme.AMBER, "; ".join(filter(None, (said, other))))


def _camera_trouble(state: State) -> Trouble:
    names: set[str] = {
        name for settings in state["cameras"].values() for name, one in settings.items() if one["differs"]
    }
    if not names:
        return FINE
    return Trouble("1 differs" if len(names) == 1 else f"{len(names)} differ", theme.AMBER)


# ---- engine


def _engine(state: State, do: Do) -> Rows:
    rows: Rows = {}
    for name, slot in sorted(state["slots"].items()):
        figures = slot["figures"]
        scopes, load = figures["scopes"], figures["load"]
        rows[name] = [
            Cell(name),
            _durations(figures["engine_ms"]),
            Cell("" if load is None else f"{load} %", theme.AMBER if (load or 0) > BUSY else theme.TEXT),
            _lost(slot["dropped"]),
            _durations(scopes and scopes["took_ms"]),
            Cell(_measured(scopes)),
            _look_cell(slot["look"]),
        ]
    said = ": ".join(filter(None, (f"engine {state['engine']}", state["engine_reason"])))
    return rows | {"": [*[Cell(" ")] * len(SUBJECTS["Engine"].headings), Cell(said, theme.DIM)]}


def _measured(scopes: Mapping[str, Any] | None) -> str:
    measured = 0 if scopes is None else scopes["measured"] + scopes["shed"]
    return f"{words.count(scopes['measured'])}, {words.count(scopes['shed'])} shed" if scopes and measured else ""


def _look_cell(look: Mapping[str, Any]) -> Cell:
    """Why it is refused, else its name, or as files have it the beginning of its id."""
    if look["refused"]:
        return Cell(look["refused"], theme.RED)
    return Cell(look["name"] or (look["id"][:8] if look["nodes"] else "no look"), tip=look["id"])


def _engine_trouble(state: State) -> Trouble:
    loads = [slot["figures"]["load"] for slot in state["slots"].values() if slot["figures"]["load"] is not None]
    if any(slot["look"]["refused"] for slot in state["slots"].values()):
        return Trouble("a look is refused", theme.RED)
    if not loads:
        return Trouble(state["engine"])
    return Trouble(f"{max(loads)} %", theme.AMBER if max(loads) > BUSY else "")


# ---- devices


def _devices(state: State, do: Do) -> Rows:
    return {name: _device(name, device, do) for name, device in state["devices"].items()}


def _device(name: str, device: Mapping[str, Any], do: Do) -> list[Cell]:
    look = device["look"]
    shows = look is not None
    fault = device["alarm"] or device["reason"]
    return [
        Cell(name, tip=device["address"]),
        Cell(device["link"], words.COLORS.get(device["link"], theme.DIM), device["reason"]),
        Cell("Reconnect", press=lambda: do("device.reconnect", device=name), tip="lets go of it and connects it now"),
        Cell(device["model"], tip=" ".join(filter(None, (device["firmware"], device["serial"])))),
        Cell(device["slot"] or ""),
        _look(look, device["says"]),
        Cell(words.age(look["confirmed_at"] or look["sent_at"]) if shows else ""),
        Cell(_codes(look) if shows else "", tip=_codes_tip(look) if shows else ""),
        *(_buttons(name, device, do) if shows else [Cell(" ")] * 4),
        Cell(words.shortened(fault, LONGEST_FAULT), theme.RED, fault),
    ]


def _look(look: Mapping[str, Any] | None, says: Mapping[str, Any]) -> Cell:
    """Whether the newest look is there: said by the device is green, sent is not."""
    if look is None:
        return Cell("")
    if says.get("instead") or says.get("bypassed"):
        return Cell(says.get("instead") or "bypassed", theme.AMBER, "it shows this and not the look of its slot")
    tip = f"wanted {look['wanted']}\nsent {look['sent']}\nconfirmed {look['confirmed']}\n{look['form']}"
    if look["fault"]:
        return Cell("refused", theme.RED, f"{look['fault']}\n{tip}")
    if look["wanted"] is not None and look["wanted"] == look["confirmed"]:
        return Cell("confirmed", theme.GREEN, tip)
    if look["wanted"] is not None and look["wanted"] == look["sent"]:
        return Cell("sent", theme.TEXT, tip)
    return Cell("waits" if look["wanted"] else "", theme.AMBER, tip)


def _codes(look: Mapping[str, Any]) -> str:
    if look["max_codes"] is None:
        return theme.DASH if look["approximate"] else ""
    return f"{look['max_codes']:.2f}"


def _codes_tip(look: Mapping[str, Any]) -> str:
    if look["max_codes"] is None:
        return "how far the form that the box takes is from the look is not known" if look["approximate"] else ""
    return (
        "how far the form that the box takes is from the look, at the worst colour there is, in codes of 10 bits: "
        f"mean {look['mean_codes']:.3f}, largest {look['max_codes']:.2f}, largest delta E {look['max_delta_e']:.2f}\n"
        "Whether the box shows what was sent is another question: Prove answers it."
    )


def _buttons(name: str, device: Mapping[str, Any], do: Do) -> list[Cell]:
    means = [by for what, by in PROOFS.items() if what in device["can"]]
    return [
        _proof(name, means, device, do),
        Cell("Push", press=lambda: do("device.push", device=name), tip="gives it its look once more"),
        Cell("Bypass", press=lambda: do("device.bypass", device=name, bypassed=True), tip="shows its input as it is"),
        Cell("Look", press=lambda: do("device.bypass", device=name, bypassed=False), tip="shows its look again"),
    ]


PROOFS = {
    "proof": ("By colours: it shows them for some seconds", "colours"),
    "pictures": ("By its picture: a still one is wanted, and nothing is seen", "grab"),
}
"""What a device can be proved by, by its capability: in words, and as the command has it."""


def _proof(name: str, means: Sequence[tuple[str, str]], device: Mapping[str, Any], do: Do) -> Cell:
    """By what there is to choose from: green where the look that is there was proved, red where another is shown, and
    neither while it shows its input."""
    if not means:
        return Cell(" ")
    last, look = device["proof"], device["look"]
    tip = f"asks it what becomes of colours, and compares that with the look{_proof_tip(last, look)}"
    is_of_now = last is not None and last["look"] == look["sent"] and not device["says"].get("bypassed")
    color = (theme.RED if last["fault"] else theme.GREEN) if is_of_now else theme.TEXT
    choices = tuple((words, partial(do, "device.prove", device=name, by=by)) for words, by in means)
    if len(choices) == 1:
        return Cell("Prove", color, tip, press=choices[0][1])
    return Cell("Prove ▾", color, tip, choices=choices)


def _proof_tip(proof: Mapping[str, Any] | None, look: Mapping[str, Any]) -> str:
    """What came of the newest one, behind what the button does."""
    if proof is None:
        return ""
    found = proof["fault"] or (
        f"{proof['colours']} colours, in codes of {proof['depth']} bits: mean {proof['mean_codes']:.3f}, "
        f"largest {proof['max_codes']:.0f}"
    )
    seen = "" if proof["max_delta_e"] is None else f", largest delta E {proof['max_delta_e']:.2f}"
    other = "" if look["sent"] == proof["look"] else ", with another look"
    word = "not proved" if proof["fault"] else "proved"
    return f"\n{word} {words.age(proof['at'])}{other}: {found}{seen}"


def _device_trouble(state: State) -> Trouble:
    devices = state["devices"].values()
    ready = sum(device["link"] == "ready" for device in devices)
    if any(device["alarm"] for device in devices) or ready < len(devices):
        return Trouble(f"{ready} of {len(devices)}", theme.RED)
    return Trouble(str(ready)) if devices else FINE


# ---- what drives the session, and where it writes


def _control(state: State, do: Do) -> Rows:
    faces = state["faces"]
    if faces is None:
        return {}
    where = "this machine and others" if faces["is_open"] else "this machine alone"
    rows: Rows = {
        "API": [Cell("API"), Cell(f"port {faces['port']}"), Cell(f"{where}; {faces['clients']} follow")],
        "OSC": [Cell("OSC"), Cell(""), Cell("off; Ctrl+K: OSC on or off", theme.DIM)],
        "MIDI": [Cell("MIDI"), Cell(""), Cell("right-click a control and assign it", theme.DIM)],
    }
    osc, midi = faces["osc"], faces["midi"]
    if osc is not None:
        told = ", ".join(osc["surfaces"]) or "nobody"
        hears = Cell(f"told: {told}")
        if osc.get("waits"):
            hears = Cell(f"waits for port {osc['port']}: {osc['waits']}", theme.AMBER)
        rows["OSC"] = [Cell("OSC"), Cell(f"port {osc['port']}"), hears]
    if midi is not None:
        ports = ", ".join(midi["ports"]) or "no port is open"
        rows["MIDI"] = [Cell("MIDI"), Cell(f"{len(midi['controls'])} controls"), Cell(ports, tip=midi["map"])]
    if faces["opengradeio"] is not None:
        heard = ", ".join(["this machine", *faces["opengradeio_peers"]]) if faces["opengradeio_peers"] else ""
        port = f"port {faces['opengradeio']}"
        rows["OpenGradeIO"] = [Cell("OpenGradeIO"), Cell(port), Cell(heard or "this machine alone")]
    return rows


def _disks(state: State, do: Do) -> Rows:
    rows: Rows = {}
    for name, disk in state["disks"].items():
        free = disk["free"]
        color = theme.RED if (free or 0) < FULL else theme.AMBER if (free or 0) < NEARLY else theme.TEXT
        rows[name] = [
            Cell(name),
            Cell(words.size(free), color),
            Cell(words.size(disk["size"]), theme.DIM),
            Cell(disk["folder"]),
            Cell(disk["fault"], theme.RED) if disk["fault"] else Cell(_kept(state) if name == "library" else " "),
        ]
    return rows


def _kept(state: State) -> str:
    library = state["library"]
    if library is None:
        return ""
    return f"{library['unwritten']} not on disk yet, {library['lost']} lost, {library['state']['link']}"


def _disk_trouble(state: State) -> Trouble:
    disks = state["disks"].values()
    if any(disk["fault"] for disk in disks):
        return Trouble("no answer", theme.RED)
    least = min((disk["free"] for disk in disks if disk["free"] is not None), default=None)
    if least is None:
        return FINE
    color = theme.RED if least < FULL else theme.AMBER if least < NEARLY else ""
    return Trouble(f"{words.size(least)}", color)


def _session(state: State, do: Do) -> Rows:
    runs = words.lasting(state["began_at"], round(time.time() * 1000))
    stays = {
        "next": [
            Cell("Next start"),
            Cell("with the sources, outputs, views, looks, meters, scopes, devices and OSC of now"),
        ]
    }
    return {
        "rig": [Cell("Rig"), Cell(state["rig"] or "none: as the command line says")],
        "since": [Cell("Runs"), Cell(f"{runs}, since {words.clock(state['began_at'])}")],
        "version": [Cell("livegrade"), Cell(state["version"])],
        **(stays if state["rig"] else {}),
    }


SUBJECTS: dict[str, Subject] = {
    "Sources": Subject(
        ("", "State", "", ">In", ">Missing", ">Dropped", "Format", "Range", "Camera", "Source"),
        _sources,
        _source_trouble,
    ),
    "Cameras": Subject((), _cameras, _camera_trouble),
    "Engine": Subject(
        ("Slot", ">A picture takes", ">Load", ">Dropped", ">Scopes take", ">Scopes measured", "Look"),
        _engine,
        _engine_trouble,
    ),
    "Devices": Subject(
        ("", "Link", "", "Model", "Slot", "Look", ">Age", ">Form off", "", "", "", ""), _devices, _device_trouble
    ),
    "Control": Subject(("", "", ""), _control, lambda state: FINE),
    "Disks": Subject(("", ">Free", ">Of", "Folder", ""), _disks, _disk_trouble),
    "Session": Subject(("", ""), _session, lambda state: FINE),
}
"""In their order on the page."""
