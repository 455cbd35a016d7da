"""What surrounds the NDI processes, without NDI: memory that two processes see, messages, ends, what they load."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import numpy as np
import pytest

from livegrade.transport import picture_memory
from livegrade.transport.channel import MAX_MESSAGE, Channel
from livegrade.transport.child import Child
from livegrade.transport.memory import Block, Mapped
from livegrade.transport.ndi_wire import Kind
from livegrade.video.pool import BufferPool

posix = pytest.mark.skipif(sys.platform == "win32", reason="descriptors travel over the socket on POSIX only")


@pytest.fixture
def ends():
    pair = [Channel(end) for end in socket.socketpair()]
    yield pair
    for end in pair:
        end.close()


@posix
def test_a_block_is_the_same_memory_on_the_other_side(ends) -> None:
    ours, theirs = ends
    block = Block(10_000)
    ours.post(2, b"block", block.descriptor)
    (message,) = theirs.receive(None)
    assert (message.kind, message.payload) == (2, b"block")
    mapped = Mapped(block.size, theirs.take_descriptor(), block.tag, writable=True)
    np.asarray(block)[:] = 7
    data = (np.ctypeslib.ctypes.c_uint8 * 10_000).from_address(mapped.address)
    assert set(data) == {7}
    data[9_999] = 8
    assert np.asarray(block)[9_999] == 8
    mapped.close()
    assert theirs.take_descriptor() == -1


def test_an_array_keeps_its_block_and_gives_its_descriptor_back() -> None:
    data = picture_memory.allocate(4096)
    block = picture_memory.block_of(data)
    assert block is not None
    descriptor = block.descriptor
    del block
    data[:] = 3
    assert picture_memory.block_of(data[:100]) is not None
    assert picture_memory.block_of(data[1:]) is None
    assert picture_memory.block_of(np.zeros(4096, np.uint8)) is None
    if descriptor >= 0:
        os.fstat(descriptor)
        del data
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(descriptor)


def test_a_picture_outlives_its_pool() -> None:
    pool = BufferPool(4096, limit=2, allocate=picture_memory.allocate)
    held = pool.lease()
    held.data[:] = 5
    del pool
    assert held.data.min() == held.data.max() == 5


def test_messages_arrive_whole_and_in_order_however_they_are_cut(ends) -> None:
    ours, theirs = ends
    payloads = [b"", b"x" * 100_000, b"y", b"z" * 300_000]
    for kind, payload in enumerate(payloads):
        ours.post(kind, payload)
    got = []
    while len(got) < len(payloads):
        got += theirs.receive(None)
        ours.flush()
    assert [tuple(message) for message in got] == list(enumerate(payloads))


def test_posting_never_waits_for_a_reader(ends) -> None:
    ours, _ = ends
    for _ in range(20):
        ours.post(1, b"x" * 1_000_000)
    assert not ours.flush()


def test_a_length_that_nobody_means_ends_the_talk() -> None:
    raw, end = socket.socketpair()
    channel = Channel(end)
    raw.sendall((1).to_bytes(4, "little") + (MAX_MESSAGE + 1).to_bytes(4, "little"))
    with pytest.raises(EOFError, match="too long"):
        channel.receive(None)
    raw.close()
    channel.close()


def test_a_child_that_ends_says_how() -> None:
    child = Child("livegrade.transport.nowhere")
    while not child.ended:
        child.receive(50_000_000)
    assert child.ended == "exit code 1"
    child.post(1, b"nobody hears this")
    assert not child.reads()
    child.close()


def test_what_the_ndi_process_cannot_read_is_told() -> None:
    child = Child("livegrade.transport.ndi_host", "receive")
    child.post(Kind.BLOCK, b"no block")
    told = [message for _ in range(100) if not child.ended for message in child.receive(100_000_000)]
    child.close()
    refusal = next(message.payload.decode() for message in told if message.kind == Kind.REFUSED)
    assert refusal.startswith("its process failed: ")


def test_the_ndi_process_loads_only_what_it_needs() -> None:
    probe = "import sys, livegrade.transport.ndi_host; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True).stdout.split()
    ours = {name for name in loaded if name.startswith("livegrade")}
    foreign = {name.split(".")[0] for name in loaded} - set(sys.stdlib_module_names) - {"livegrade"}
    assert not {name for name in foreign if not name.startswith("_")}
    assert all(
        name.startswith(("livegrade.transport", "livegrade.timing", "livegrade.errors", "livegrade.redaction"))
        for name in ours - {"livegrade"}
    )
