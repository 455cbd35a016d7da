"""`livegrade ctl`: every command of the API from the command line, made from the commands' own types."""

from __future__ import annotations

import inspect
import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from livegrade.commands.voice import say
from livegrade.control.client import Client
from livegrade.control.commands import NAMES, AnyCommand
from livegrade.errors import ControlError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livegrade.control.messages import Answer

PLACES = ("path", "folder")
"""Fields that name a place on this machine; relative ones are meant from here."""
LISTED = ("slot", "sink", "take", "event")
"""What `ctl ... list` reads from the state."""


def run_ctl(words: Sequence[str], port: int | None, as_json: bool) -> int:
    """Raises UsageError for words that are no command, ControlError where the session does not answer or refuses."""
    if list(words) == ["commands"]:
        say(commands_text())
        return 0
    if list(words) == ["state"]:
        say(json.dumps(Client.find(port).state().state, indent=2))
        return 0
    if len(words) == 2 and words[0] in LISTED and words[1] == "list":
        return _list(words[0], Client.find(port).state().state, as_json)
    command = command_of(words)
    return _tell(Client.find(port).send(command), as_json)


def command_of(words: Sequence[str]) -> AnyCommand:
    """The command that `words` say: two names, `--key value` for its fields, `name=value` for its values. Raises
    UsageError."""
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
            if not equals or "values" not in fields:
                raise UsageError(f"'{word}' is not understood; {_usage(kind)}")
            said.setdefault("values", {})[name] = _value(value)
            continue
        if name not in fields:
            raise UsageError(f"there is no --{name}; {_usage(kind)}")
        if _is_flag(fields[name]) and not equals:
            value = "true"
        elif not equals:
            if not rest:
                raise UsageError(f"--{name} needs a value")
            value = rest.pop(0)
        said[name] = str(Path(value).absolute()) if name in PLACES else value
    try:
        # The fields of a command are words, numbers and switches; convert takes those from text.
        return msgspec.convert(said, kind, strict=False)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise UsageError(f"{_usage(kind)}: {error}") from None


def commands_text() -> str:
    """All commands with what they do."""
    return "\n\n".join(
        f"{_usage(kind)}\n{textwrap.indent(inspect.getdoc(kind) or '', '    ')}" for kind in NAMES.values()
    )


def _value(text: str) -> Any:
    """A number, three of them by commas, or a switch; the API refuses what is none of them."""
    if text in ("true", "false"):
        return text == "true"
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(f"'{text}' is no number; write for example slope.r=1.05 or offset=0.01,0,-0.01") from None
    return numbers[0] if len(numbers) == 1 else numbers


def _usage(kind: type[Any]) -> str:
    words = [f"livegrade ctl {str(kind.__struct_config__.tag).replace('.', ' ')}"]
    for field in msgspec.structs.fields(kind):
        if field.name == "values":
            words.append("NAME=VALUE...")
        else:
            value = "true|false" if field.type is bool else field.encode_name.upper()
            word = f"--{field.encode_name}" + ("" if _is_flag(field) else f" {value}")
            words.append(word if field.required else f"[{word}]")
    return " ".join(words)


def _is_flag(field: msgspec.structs.FieldInfo) -> bool:
    """Whether the option needs no value behind it."""
    return field.type is bool and not field.required


def _tell(answer: Answer, as_json: bool) -> int:
    """Prints what became of a command; 1 where it was refused. Raises ControlError then, so that it is one sentence."""
    if as_json:
        say(msgspec.json.encode(answer).decode())
        return 1 if answer.result == "refused" else 0
    if answer.result == "refused":
        raise ControlError(answer.error)
    step = f"{answer.step}: " if answer.step else ""
    when = f" from picture {answer.frame} on" if answer.frame is not None else ""
    pending = "pending, with the next picture that comes"
    done = f"picture {answer.frame}" if answer.files and answer.frame is not None else f"in effect{when}"
    say(f"{step}{pending if answer.result == 'pending' else done}")
    if answer.made:
        say(answer.made)
    for file in answer.files:
        say(file)
    return 0


def _list(what: str, state: Any, as_json: bool) -> int:
    found: dict[str, Any] = {
        "slot": state["slots"],
        "sink": state["sinks"],
        "take": {name: slot["takes"] for name, slot in state["slots"].items()},
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
        return [f"{name}  {one['source']}  {one['state']['link']}  {one['format']}" for name, one in found.items()]
    if what == "sink":
        return [
            f"{name}  {one['address']}  slot {one['slot']}  {one['view']}  {one['state']['link']}"
            + (", locked" if one["locked"] else "")
            for name, one in found.items()
        ]
    if what == "take":
        return [
            f"{name}  {take['edge']}  {take['timecode'] or '-'}  picture {take['index']}  {take['rule']}"
            for name, takes in found.items()
            for take in takes
        ]
    return [f"{one['number']}  {one['subject']}: {one['text']}" for one in found]
