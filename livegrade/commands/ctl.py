"""`livegrade ctl`: every command of the API from the command line, made from the commands' own types."""

from __future__ import annotations

import contextlib
import inspect
import json
import shlex
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import msgspec.inspect

from livegrade.commands.voice import say
from livegrade.control.client import Client
from livegrade.control.commands import NAMES, AnyCommand
from livegrade.errors import ControlError, UsageError
from livegrade.transport.address import Scheme, parse_sink, parse_source
from livegrade_devices.pushed import codes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from livegrade.control.messages import Answer
    from livegrade.transport.address import SinkAddress, SourceAddress

PLACES = ("path", "folder", "cal", "put")
"""Fields that name a place on this machine; relative ones are meant from here."""
ADDRESSES: Mapping[str, Callable[[str], SinkAddress | SourceAddress]] = {"address": parse_sink, "source": parse_source}
"""Fields that may."""
LISTED = ("slot", "sink", "device", "event")
"""What `ctl ... list` reads from the state."""
MOST_WORDS, MOST_LETTERS = 16, 200
"""Of what a command has found: longer lists and texts are for programs."""
PENDING = {
    "handoff.export": "it is being made; livegrade ctl state says how far it is",
    "source.list": "it is still looked for; ask again",
}
"""What is said of a command that is not done yet, where no picture brings it about."""
MADE = {
    "sink.add": "sink",
    "device.add": "device",
    "marker.add": "marker",
    "meter.add": "meter",
    "library.keep": "look",
}
"""What commands make, as it is called before the number by which others know it."""


def run_ctl(words: Sequence[str], port: int | None, as_json: bool) -> int:
    """Raises UsageError for words that are no command, ControlError where the session does not answer or refuses."""
    if words[0] in ("commands", "help") and len(words) <= 3:
        say(commands_text(words[1:]))
        return 0
    if list(words) == ["state"]:
        say(json.dumps(Client.find(port).state().state, indent=2))
        return 0
    if len(words) == 2 and words[0] in LISTED and words[1] == "list":
        return _list(words[0], Client.find(port).state().state, as_json)
    command = command_of(words)
    return _tell(Client.find(port).send(command), as_json, ".".join(words[:2]))


def command_of(words: Sequence[str]) -> AnyCommand:
    """The command that `words` say: two names, `--key value` for its fields, `name=value` for its values and what else
    has names, bare words for its query. Raises UsageError."""
    kind = NAMES.get(".".join(words[:2]))
    if kind is None:
        raise UsageError(f"'{' '.join(words[:2])}' is no command; `livegrade ctl commands` lists them")
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    said: dict[str, Any] = {}
    rest = list(words[2:])
    while rest:
        word = rest.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--"):
            _take_bare(kind, fields, said, word)
            continue
        if name not in fields:
            raise UsageError(f"there is no --{name}; {usage(kind)}")
        if _is_flag(fields[name]) and not equals:
            value = "true"
        elif not equals:
            if not rest:
                raise UsageError(f"--{name} needs a value")
            value = rest.pop(0)
        said[name] = _read(fields[name], value)
    try:
        # The fields of a command are words, numbers and switches; convert takes those from text.
        return msgspec.convert(said, kind, strict=False)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise UsageError(f"{usage(kind)}: {error}") from None


def commands_text(words: Sequence[str] = ()) -> str:
    """All commands with what they do, or those of a subject (`look`), or one (`look set`). Raises UsageError."""
    named = ".".join(words)
    kinds = [kind for name, kind in NAMES.items() if f"{name}.".startswith(f"{named}." if named else "")]
    if not kinds:
        subjects = dict.fromkeys(name.partition(".")[0] for name in NAMES)
        raise UsageError(f"there are no commands on '{' '.join(words)}'; there are some on {', '.join(subjects)}")
    return "\n\n".join(
        f"livegrade ctl {usage(kind)}\n{textwrap.indent(inspect.getdoc(kind) or '', '    ')}" for kind in kinds
    )


def usage(kind: type[Any]) -> str:
    """The words of a command behind `livegrade ctl`."""
    words = [str(kind.__struct_config__.tag).replace(".", " ")]
    for field in msgspec.structs.fields(kind):
        if field.name in BARE:
            word = BARE[field.name]
            words.append(word if field.required else f"[{word}]")
            continue
        value = "true|false" if field.type is bool else field.encode_name.upper()
        behind = ("=false" if field.default is True else "") if _is_flag(field) else f" {value}"
        word = f"--{field.encode_name}{behind}"
        words.append(word if field.required else f"[{word}]")
    return " ".join(words)


BARE = {"values": "NAME=VALUE...", "fields": "NAME=WORD...", "query": "WORDS..."}
"""Fields that are said without a name."""


def _take_bare(kind: type[Any], fields: Mapping[str, Any], said: dict[str, Any], word: str) -> None:
    """A word that stands by itself, into the field that such words are for. Raises UsageError."""
    name, equals, value = word.partition("=")
    if "query" in fields:
        said["query"] = shlex.join([*shlex.split(said.get("query", "")), word])
    elif equals and "values" in fields:
        said.setdefault("values", {})[name] = _value(value)
    elif equals and "fields" in fields:
        said.setdefault("fields", {})[name] = value
    else:
        raise UsageError(f"'{word}' is not understood; {usage(kind)}")


def _read(field: msgspec.structs.FieldInfo, value: str) -> Any:
    """What stands behind `--name`; several with commas between. Raises UsageError."""
    name = field.encode_name
    if name == "clips":
        return [str(Path(one).absolute()) for one in value.split(",") if one]
    if name in PLACES:
        return str(Path(value).absolute()) if value else value
    if name in ADDRESSES and ADDRESSES[name](value).scheme is Scheme.PATH:
        return str(Path.cwd() / value)
    if name == "points":
        return [_value(pair) for pair in value.replace(";", " ").split()]
    if name == "value" and _takes_number(field):
        with contextlib.suppress(ValueError):
            return float(value)
    if _is_list(field):
        return [one for one in value.split(",") if one]
    return value


def _value(text: str) -> Any:
    """A number, several of them by commas, or a switch; the API refuses what is none of them."""
    if text in ("true", "false"):
        return text == "true"
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(f"'{text}' is no number; write for example slope.r=1.05 or offset=0.01,0,-0.01") from None
    return numbers[0] if len(numbers) == 1 else numbers


def _takes_number(field: msgspec.structs.FieldInfo) -> bool:
    """Whether a number is one there, and not its letters."""
    known = msgspec.inspect.type_info(field.type)
    kinds = known.types if isinstance(known, msgspec.inspect.UnionType) else (known,)
    return any(isinstance(one, msgspec.inspect.FloatType) for one in kinds)


def _is_list(field: msgspec.structs.FieldInfo) -> bool:
    """Whether it holds several."""
    known = msgspec.inspect.type_info(field.type)
    kinds = known.types if isinstance(known, msgspec.inspect.UnionType) else (known,)
    kinds = tuple(one.type if isinstance(one, msgspec.inspect.Metadata) else one for one in kinds)
    return any(isinstance(one, msgspec.inspect.VarTupleType | msgspec.inspect.TupleType) for one in kinds)


def _is_flag(field: msgspec.structs.FieldInfo) -> bool:
    """Whether the option needs no value behind it."""
    return field.type is bool and not field.required


def _tell(answer: Answer, as_json: bool, name: str) -> int:
    """Prints what became of the command of that name; 1 where it was refused. Raises ControlError then, so that it is
    one sentence."""
    if as_json:
        say(msgspec.json.encode(answer).decode())
        return 1 if answer.result == "refused" else 0
    if answer.result == "refused":
        raise ControlError(answer.error)
    if answer.found is not None:
        for entry in answer.found:
            for line in _lines_of(entry, name):
                say(line)
            if name == "library.show":
                from livegrade.commands.library import entry_lines  # with all that reads a library

                for key, content in entry_lines(entry):
                    say(f"  {key}: {content}")
        if not answer.found:
            say("nothing fits")
        elif answer.total is not None and answer.total > len(answer.found):
            say(f"{len(answer.found)} of {answer.total}; --limit and --skip have more")
        return 0
    step = f"{answer.step}: " if answer.step else ""
    when = f" from picture {answer.frame} on" if answer.frame is not None else ""
    pending = PENDING.get(name, "pending, with the next picture that comes")
    done = f"in effect{when}"
    if answer.files:
        done = "written" if answer.frame is None else f"picture {answer.frame}"
    say(f"{step}{pending if answer.result == 'pending' else done}")
    if answer.made:
        say(f"{MADE.get(name, 'number')} {answer.made}")
    for file in answer.files:
        say(file)
    return 0


def _lines_of(found: dict[str, Any], name: str) -> Iterable[str]:
    if name == "device.library":
        from livegrade.commands.devices_library import library_lines  # with all that talks to devices

        return library_lines(found)
    return [_entry_line(found)] if "entry" in found else _found_lines(found)


def _found_lines(found: Mapping[str, Any], indent: str = "") -> list[str]:
    """What was read, measured or worked out, a line for each."""
    lines = []
    for name, value in found.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}:", *_found_lines(value, indent + "  ")]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{indent}{name}:")
            lines += [f"{indent}  {', '.join(_word(part) for part in one.values())}" for one in value]
        else:
            lines.append(f"{indent}{name}: {_word(value)}")
    return lines


def _word(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.6g}"
        case list():
            long = len(value) > MOST_WORDS
            return f"({len(value)} values; --json has them)" if long else ", ".join(map(_word, value)) or "-"
        case _:
            text = str(value)
            return f"({len(text)} letters; --json has them)" if len(text) > MOST_LETTERS else text


def _list(what: str, state: Any, as_json: bool) -> int:
    found: dict[str, Any] = {
        "slot": state["slots"],
        "sink": state["sinks"],
        "device": state["devices"],
        "event": state["events"],
    }
    if as_json:
        say(json.dumps(found[what], indent=2))
        return 0
    for line in _lines(what, found[what]):
        say(line)
    return 0


def _lines(what: str, found: Any) -> list[str]:
    if what == "slot":
        return [
            f"{name}  {one['source']}  {one['state']['link']}  {one['format']}"
            + (f"  {one['label']}" if one["label"] else "")
            for name, one in found.items()
        ]
    if what == "sink":
        return [
            f"{name}  {one['address']}  slot {one['slot']}  {one['view']}  {one['state']['link']}"
            + (", locked" if one["locked"] else "")
            for name, one in found.items()
        ]
    if what == "device":
        return [_device_line(name, one) for name, one in found.items()]
    return [f"{one['number']}  {_event_text(one)}" for one in found]


def _event_text(event: Mapping[str, Any]) -> str:
    """What takes and alarms say names their slot already."""
    text, subject = event["text"], event["subject"]
    return text if text.startswith(subject) else f"{subject}: {text}"


def _device_line(name: str, one: dict[str, Any]) -> str:
    """One device: where it is, how it stands, and what is wrong with its look."""
    words = [
        one["address"],
        f"slot {one['slot']}" if one["slot"] else "",
        one["link"],
        one["reason"],
        one["model"],
        proof_words(one),
        one["alarm"],
    ]
    return "  ".join([name, *filter(None, words)])


def proof_words(one: Mapping[str, Any]) -> str:
    """What came of the newest proof of a device, how long ago, and whether its look is another by now; "" where there
    was none, or its session is of a version that says nothing of it."""
    proof, look = one.get("proof"), one.get("look")
    if proof is None:
        return ""
    minutes = max(0, round((time.time() - proof["at"] / 1000) / 60))
    seen = "" if proof["max_delta_e"] is None else f", delta E {proof['max_delta_e']:.1f}"
    off = f"at most {codes_of(proof['max_codes'], proof['depth'])} off, mean {proof['mean_codes']:.2f}{seen}"
    other = "" if look is not None and look["sent"] == proof["look"] else ", with the look before"
    return f"{'not proved' if proof['fault'] else 'proved'} {minutes} min ago{other}: {off}"


def _entry_line(entry: dict[str, Any]) -> str:
    """One entry of the library: its number first, by which other commands know it."""
    match entry["entry"]:
        case "takes":
            slate = entry["slate"]
            words = [
                f"{slate['scene']}{slate['shot']} take {slate['take']}".strip(),
                f"slot {entry['slot']}",
                f"{entry['start'] or '-'} to {entry['end'] or '-'}",
                entry["state"],
                "circled" if entry["circled"] else "",
                entry["comment"],
            ]
        case "looks":
            words = [f"{entry['name']} version {entry['version']}", entry["scene"], entry["look_id"], entry["notes"]]
        case "stills":
            words = [f"slot {entry['slot']}", entry["timecode"] or f"picture {entry['index']}", entry["graded"]]
        case _:
            words = [
                entry["kind"],
                f"slot {entry['slot']}",
                entry["timecode"] or f"picture {entry['index']}",
                entry["text"],
            ]
    return "  ".join([f"{entry['entry'][:-1]} {entry['key']}", *filter(None, words)])
