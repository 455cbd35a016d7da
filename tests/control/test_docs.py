"""docs/api.md says what the types of the API say."""

from __future__ import annotations

import inspect
import re
from typing import get_args

import msgspec

from livegrade.commands.ctl import usage
from livegrade.control.api import BURST, PAIR, RATE, Api
from livegrade.control.commands import NAMES, StreamCommand
from livegrade.control.openapi import document
from livegrade.control.tree import (
    AlarmsTree,
    AlarmTree,
    DeviceLookTree,
    DeviceProofTree,
    DeviceTree,
    DiskTree,
    DurationTree,
    FacesTree,
    MidiControlTree,
    MidiTree,
    OscTree,
    SessionTree,
    SettingTree,
    SinkFiguresTree,
    SinkTree,
    SlotFiguresTree,
    SlotTree,
)


def test_every_command_has_its_words_and_no_other_has(repository) -> None:
    text = (repository / "docs/api.md").read_text(encoding="utf-8").partition("## Commands")[2].partition("\n## ")[0]
    sections = dict(re.findall(r"^### (\S+)\n\n(.*?)(?=^### |\Z)", text, re.S | re.M))
    assert sections.keys() == NAMES.keys()
    for name, kind in NAMES.items():
        fields = {field.encode_name for field in msgspec.structs.fields(kind)}
        assert {field for field in fields if f"`{field}`" not in sections[name]} == set(), name


def test_the_state_is_described_field_by_field(repository) -> None:
    text = (repository / "docs/api.md").read_text(encoding="utf-8").partition("## The state")[2]
    figures = (SlotFiguresTree, SinkFiguresTree, DurationTree, DiskTree, AlarmsTree, AlarmTree, SettingTree)
    faces = (FacesTree, OscTree, MidiTree, MidiControlTree)
    for kind in (SessionTree, SlotTree, SinkTree, DeviceTree, DeviceLookTree, DeviceProofTree, *figures, *faces):
        assert {field for field in kind.__struct_fields__ if f"`{field}`" not in text} == set()


def test_the_openapi_document_has_every_command_and_no_loose_end() -> None:
    made = document()
    mapping = made["paths"]["/v1/command"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert mapping["discriminator"]["mapping"].keys() == NAMES.keys()
    text = msgspec.json.encode(made).decode()
    referred = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert referred == made["components"]["schemas"].keys()
    assert document() == made


def test_every_path_is_in_the_openapi_document(repository) -> None:
    routes = {PAIR} | set(re.findall(r'add_(?:get|post)\("([^"]+)"', inspect.getsource(Api.application)))
    assert routes - {"/v1/socket"} == document()["paths"].keys()


def test_the_limits_are_those_of_the_server(repository) -> None:
    text = (repository / "docs/api.md").read_text(encoding="utf-8")
    assert f"At most {RATE} commands a second, {BURST} at once." in text


def test_the_table_of_commands_is_that_of_the_code(repository) -> None:
    """The words of `ctl` are made from the types; addresses of OSC are those that its own page lists."""
    text = (repository / "docs/api.md").read_text(encoding="utf-8").partition("## Commands")[2]
    rows = re.findall(r"^\| `(\S+)` \| (?:`(.*?)`)? ?\| (?:`(.*?)`)? ?\|$", text.partition("\n###")[0], re.M)
    assert [name for name, _, _ in rows] == list(NAMES)
    streams = {kind for kind in get_args(StreamCommand)}
    for name, words, _ in rows:
        expected = "" if NAMES[name] in streams else usage(NAMES[name])
        assert words.replace("\\|", "|") == expected, name
    heard = (repository / "docs/osc.md").read_text(encoding="utf-8").partition("<!-- heard -->")[2]
    addresses = set(re.findall(r"^\| `(\S+)` \|", heard.partition("\n## ")[0], re.M))
    assert {address for _, _, address in rows if address} <= addresses
