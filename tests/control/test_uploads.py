"""Looks that clients send as they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from livegrade.color.files import look_of_bytes
from livegrade.color.files.saved import write_saved_look
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import uploads
from livegrade.control.desk import Desk
from livegrade.control.looks import PutLook
from livegrade.control.uploads import Uploads
from livegrade.errors import LivegradeError, LookFileError, UsageError

WARM = Look((Cdl(slope=(1.2, 1.0, 0.8)),), "warm")
SAVED = write_saved_look(WARM)
SOP = "<SOPNode><Slope>{0} {0} {0}</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode>"
ONE = '<ColorCorrection id="{}">{}</ColorCorrection>'
CCC = (
    '<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.2">'
    f"{ONE.format('a', SOP.format(2))}{ONE.format('b', SOP.format(3))}</ColorCorrectionCollection>"
).encode()


class Sent:
    """A request that sends so many chunks, as `aiohttp` has them."""

    def __init__(self, *chunks: bytes, length: int | None = None, **query: str) -> None:
        self.content_length = length
        self.query = query
        self.match_info = {"slot": "A"}
        self.content = self
        self._chunks = chunks

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk


def received(*chunks: bytes, length: int | None = None, **query: str) -> PutLook:
    made = Uploads()
    try:
        return asyncio.run(made.received(Sent(*chunks, length=length, **query)))  # type: ignore[arg-type]
    finally:
        made.close()


def test_a_saved_look_and_one_of_a_collection_are_received() -> None:
    put = received(SAVED[:50], SAVED[50:], name="warm.json", add="1")
    assert (put.slot, put.look.id, put.words, put.add) == ("A", WARM.id, "warm.json added", True)
    assert received(CCC, name="day.ccc#b").look.nodes[0].slope == (3.0, 3.0, 3.0)


@pytest.mark.parametrize(
    ("name", "chunks", "fault"),
    [
        ("", (b"x",), "has no name"),
        ("a" * 201, (b"x",), "has no name"),
        ("look.exe", (b"MZ",), "not a look file livegrade reads"),
        ("../../etc/passwd", (b"x",), "not a look file livegrade reads"),
        ("a.cube", (), "has 0 bytes"),
        ("a.cube", (b"LUT_3D_SIZE 2",), "a.cube"),
        ("a.json", (b"{",), "ends in the middle"),
        ("a.json", (b"\xff\xfe",), "a.json"),
        ("day.ccc#z", (CCC,), "z"),
    ],
)
def test_what_is_no_look_is_refused_with_a_sentence(name: str, chunks: tuple[bytes, ...], fault: str) -> None:
    with pytest.raises(LivegradeError, match=fault):
        received(*chunks, name=name)


def test_nothing_beside_a_look_is_read(tmp_path, monkeypatch) -> None:
    """Neither a saved look that refers to a file, nor one whose table lies in one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.json").write_bytes(SAVED)
    (tmp_path / "numbers.bin").write_bytes(b"0" * 96)
    for refers in (
        b'{"livegrade_look": 1, "nodes": [{"type": "file", "path": "other.json"}]}',
        b'{"livegrade_look": 1, "nodes": [{"type": "lut-3d", "table": "t"}], "tables": {"t": {"shape": [2, 2, 2, 3], '
        b'"type": "float32", "file": "numbers.bin", "blake2b": "' + b"0" * 64 + b'"}}}',
    ):
        with pytest.raises(LookFileError, match="only what is in the look itself is read here"):
            look_of_bytes("a.json", refers)


def test_what_is_too_large_is_not_read_to_its_end(monkeypatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    with pytest.raises(UsageError, match="a look of 101 bytes is too large"):
        received(b"", length=101, name="a.cube")
    with pytest.raises(UsageError, match="too large"):
        received(*[b"x" * 60] * 1000, name="a.cube")


def test_a_second_look_waits_for_nobody() -> None:
    class Slow(Sent):
        async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
            await asyncio.sleep(3600)
            yield b""

    async def both() -> None:
        made = Uploads()
        first = asyncio.create_task(made.received(Slow(name="a.cube")))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        with pytest.raises(UsageError, match="another look is being sent"):
            await made.received(Sent(SAVED, name="a.json"))  # type: ignore[arg-type]
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert (await made.received(Sent(SAVED, name="a.json"))).look.id == WARM.id  # type: ignore[arg-type]
        made.close()

    asyncio.run(both())


def test_a_look_that_was_sent_is_a_step_of_its_slot(bench) -> None:
    made = bench(Look())
    desk = Desk(made.session)
    effect = desk.carry_out(PutLook("A", WARM, "warm.json loaded"))
    picture = made.draw()
    assert (effect.answer().frame, effect.answer().step) == (picture.index, "warm.json loaded")
    assert picture.look_id == WARM.id
    with pytest.raises(UsageError, match="there is no slot B"):
        desk.carry_out(PutLook("B", WARM, "warm.json loaded"))
    desk.close()
    made.close()
