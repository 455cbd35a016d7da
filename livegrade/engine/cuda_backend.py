"""The GPU backend without the GPU: what is sent, launched and fetched, and in which order. The device itself is behind
a Protocol; `cuda` has the real one.

All work of a backend goes through one queue of its device, in order. A picture is sent once (`source`) and fetched once
(`finish`); everything between stays on the device. `source` returns before the bytes have gone: they must stay as they
are until `finish` or `measure` of something that came after has returned.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from livegrade.engine import cuda_arguments as values
from livegrade.engine import program as rules
from livegrade.engine.cuda_launch import (
    LookPlace,
    Placed,
    count_place,
    edges_launch,
    false_color_launch,
    look_launch,
    lower_launch,
    marks_launch,
    mix_launch,
    place_launches,
    repack420_launch,
    scope_launches,
    zebra_launch,
)
from livegrade.engine.kept import Kept
from livegrade.engine.lattices import KeptLattices
from livegrade.engine.repack420 import is_420_to_420
from livegrade.errors import EngineError, FormatError
from livegrade.scopes import falsecolor
from livegrade.scopes.classes import classes_of
from livegrade.scopes.peaking import edges_of
from livegrade.scopes.plot import Chromaticities, table_of
from livegrade.video.pool import aligned_buffer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.color.slots import SlotForm
    from livegrade.engine.compare import Mix, Piece
    from livegrade.engine.cuda_launch import Launch
    from livegrade.engine.marks import Marks
    from livegrade.engine.program import Floats, Operation
    from livegrade.engine.squeeze import Lowered
    from livegrade.scopes.bands import BandTable
    from livegrade.scopes.falsecolor import Zebra
    from livegrade.scopes.measure import ScopeCounts, ScopeRequest
    from livegrade.scopes.peaking import Peaking
    from livegrade.scopes.plot import Plot
    from livegrade.video.format import VideoFormat

_log = logging.getLogger(__name__)

TABLES_KEPT = 16
"""Tables of false colour and of plots kept: 6 to 390 KB each."""
MARKS_KEPT = 128
"""What lies over the pictures of 32 outputs: guides and legend, words, and for one picture the timecode, which takes a
place too; the rest must not go for it."""


class Memory(Protocol):
    """Bytes on a device; freed when nothing holds it any more and the work queued before that is done."""

    @property
    def address(self) -> int: ...

    @property
    def size(self) -> int: ...


class Device(Protocol):
    """One queue of work. Only `fetch` waits."""

    @property
    def description(self) -> str: ...

    def host_buffer(self, size: int) -> NDArray[np.uint8]:
        """Host memory that the device reads and writes at full speed, zeroed."""
        ...

    def memory(self, size: int) -> Memory: ...

    def send(self, data: NDArray[np.uint8], into: Memory) -> None:
        """`data`: 1-D, contiguous; see the module's words on how long it must stay."""
        ...

    def fetch(self, memory: Memory, into: NDArray[np.uint8]) -> None:
        """The first `into.size` bytes; returns when they are there, which is after all work queued before."""
        ...

    def copy(self, source: Memory, into: Memory) -> None: ...

    def clear(self, memory: Memory, size: int) -> None:
        """Zeros into the first `size` bytes."""
        ...

    def launch(self, launch: Launch) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class CudaPicture:
    """`pixels`: the host's bytes, sent from or to be fetched into."""

    pixels: NDArray[np.uint8]
    format: VideoFormat
    memory: Memory

    @property
    def placed(self) -> Placed:
        return Placed(self.format, self.memory.address)


@dataclass(frozen=True, slots=True, eq=False)
class CudaProgram:
    """`place` None: bytes are copied, or 4:2:0 repacked row for row. `holds`: the memory that `place` points into."""

    source: VideoFormat
    target: VideoFormat
    path: str
    place: LookPlace | None
    holds: tuple[Memory, ...]


class Cuda:
    """Kernels of shaders/livegrade_shaders/cuda on one device."""

    name = "cuda"

    def __init__(self, device: Device) -> None:
        self.device = device
        self._lattices = KeptLattices(self._send_lattice)
        self._tables: Kept[Memory] = Kept(TABLES_KEPT)
        self._marks: Kept[tuple[Marks, Memory]] = Kept(MARKS_KEPT)
        self._taps: Kept[tuple[Memory, Memory]] = Kept(TABLES_KEPT)
        self._counting = threading.Lock()
        self._counts = np.zeros(0, np.uint8)

    def allocate(self, size: int) -> NDArray[np.uint8]:
        """A buffer for a BufferPool, in pinned memory; where there is no more of that, in other memory, which is
        moved at half the speed or less."""
        try:
            return self.device.host_buffer(size)
        except EngineError as error:
            _log.warning("pictures are moved more slowly: %s", error)
            return aligned_buffer(size)

    def source(self, pixels: NDArray[np.uint8], format: VideoFormat) -> CudaPicture:
        _require_size(pixels, format)
        memory = self.device.memory(pixels.size)
        self.device.send(pixels, memory)
        return CudaPicture(pixels, format, memory)

    def target(self, pixels: NDArray[np.uint8], format: VideoFormat) -> CudaPicture:
        _require_size(pixels, format)
        memory = self.device.memory(pixels.size)
        if _has_gaps(format):
            self.device.clear(memory, memory.size)
        return CudaPicture(pixels, format, memory)

    def compile(self, slots: SlotForm, source: VideoFormat, target: VideoFormat) -> CudaProgram:
        rules.check_sizes(source, target)
        if rules.is_copy(slots, source, target):
            return CudaProgram(source, target, "copy", None, ())
        if rules.is_repack(slots, source, target):
            if is_420_to_420(source, target):
                return CudaProgram(source, target, "repack", None, ())
            limits = (0, 2**target.layout.bits - 1)
            return self._program("repack", values.recoding_operations(source, target), source, target, limits)
        operations = rules.operations(slots, source, target)
        return self._program("float", operations, source, target, target.layout.code_limits)

    def grade(self, picture: CudaPicture, program: CudaProgram, into: CudaPicture) -> None:
        rules.check_picture(picture.format, program.source)
        rules.check_picture(into.format, program.target)
        if program.place is not None:
            self.device.launch(look_launch(picture.placed, program.place, into.placed))
        elif program.path == "copy":
            self.device.copy(picture.memory, into.memory)
        else:
            self.device.launch(repack420_launch(picture.placed, into.placed))

    def place(self, picture: CudaPicture, piece: Piece, into: CudaPicture) -> None:
        rules.check_same(picture.format, into.format)
        for launch in place_launches(picture.placed, piece, into.placed):
            self.device.launch(launch)

    def mix(self, one: CudaPicture, other: CudaPicture, by: Mix, into: CudaPicture) -> None:
        rules.check_same(one.format, other.format, into.format)
        self.device.launch(mix_launch(one.placed, other.placed, by, into.placed))

    def false_color(self, picture: CudaPicture, bands: BandTable, into: CudaPicture) -> None:
        falsecolor.require_size(picture.format, into.format)
        table = self._color_table(bands, picture.format, into.format)
        rule = classes_of(bands, picture.format, into.format).rule
        self.device.launch(false_color_launch(picture.placed, rule, table.address, into.placed))

    def zebra(self, picture: CudaPicture, zebra: Zebra, phase: int) -> None:
        self.device.launch(zebra_launch(picture.placed, falsecolor.stripes(zebra, picture.format, phase)))

    def edges(self, clean: CudaPicture, peaking: Peaking, rows: tuple[int, int], into: CudaPicture) -> None:
        rules.check_same(clean.format, clean.format, into.format)
        self.device.launch(edges_launch(clean.placed, into.placed, edges_of(peaking, into.format, rows)))

    def marks(self, picture: CudaPicture, marks: Marks) -> None:
        if marks.spans.size:
            sent = self._marks.get(id(marks), lambda: (marks, self._sent(marks.bytes)))[1]
            self.device.launch(marks_launch(picture.placed, marks, sent.address))

    def lower(self, picture: CudaPicture, lowered: Lowered, into: CudaPicture) -> None:
        rules.check_same(picture.format, picture.format, into.format)
        taps, chroma = self._taps.get(lowered, lambda: (self._sent(lowered.bytes[0]), self._sent(lowered.bytes[1])))
        launch = lower_launch(picture.placed, taps.address, chroma.address, lowered.black(into.format), into.placed)
        self.device.launch(launch)

    def measure(self, picture: CudaPicture, request: ScopeRequest, out: ScopeCounts) -> None:
        """All counts come down in one piece, into pinned memory, and are copied from there."""
        out.require(request, picture.format)
        place = count_place(request, picture.format)
        if place.size == 0:
            return
        counts = self.device.memory(place.size)
        self.device.clear(counts, place.waveform)
        for launch in scope_launches(picture.placed, request, counts.address, self._plot_values(request.plot)):
            self.device.launch(launch)
        with self._counting:
            if self._counts.size < place.size:
                self._counts = self.allocate(place.size)
            self.device.fetch(counts, self._counts[: place.size])
            for array, start in (
                (out.vectorscope, place.vectorscope),
                (out.plot, place.plot),
                (out.histogram, place.histogram),
                (out.waveform, place.waveform),
            ):
                fetched = self._counts[start : start + array.nbytes].view(array.dtype)
                np.copyto(array, fetched.reshape(array.shape))

    def finish(self, picture: CudaPicture) -> None:
        self.device.fetch(picture.memory, picture.pixels)

    def _program(
        self,
        path: str,
        operations: tuple[Operation, ...],
        source: VideoFormat,
        target: VideoFormat,
        limits: tuple[int, int],
    ) -> CudaProgram:
        steps = self._sent(values.operation_bytes(operations))
        cubes = [self._lattices.get(cube.lattice, cube.tail) for cube in operations if isinstance(cube, rules.Cube)]
        lattice = cubes[0].address if cubes else 0
        place = LookPlace(steps.address, len(operations), lattice, *limits)
        return CudaProgram(source, target, path, place, (steps, *cubes))

    def _plot_values(self, plot: Plot | None) -> int:
        """The address of a plot's table, 0 where it has none."""
        if not isinstance(plot, Chromaticities):
            return 0
        table = table_of(plot).values.reshape(-1).view(np.uint8)
        return self._tables.get(plot, lambda: self._sent(table)).address

    def _color_table(self, bands: BandTable, source: VideoFormat, target: VideoFormat) -> Memory:
        return self._tables.get((bands, source, target), lambda: self._sent(_table(bands, source, target)))

    def _send_lattice(self, lattice: Floats, tail: Floats) -> Memory:
        return self._sent(values.lattice_points(lattice, tail).reshape(-1).view(np.uint8))

    def _sent(self, data: NDArray[np.uint8]) -> Memory:
        """On the device, and no longer needed here."""
        memory = self.device.memory(data.size)
        self.device.send(data, memory)
        self.device.fetch(memory, np.empty(1, np.uint8))
        return memory


def _table(bands: BandTable, source: VideoFormat, target: VideoFormat) -> NDArray[np.uint8]:
    codes = falsecolor.target_codes(bands, source, target).reshape(-1).view(np.uint8)
    return np.concatenate([codes, classes_of(bands, source, target).bytes])


def _require_size(pixels: NDArray[np.uint8], format: VideoFormat) -> None:
    size = format.geometry.size
    if pixels.dtype != np.uint8 or pixels.shape != (size,) or not pixels.flags.c_contiguous:
        raise FormatError(f"a picture in {format} is one row of {size} bytes")


def _has_gaps(format: VideoFormat) -> bool:
    """Whether there are bytes between planes, which no kernel writes."""
    used = sum(plane.stride * plane.rows for plane in format.geometry.planes)
    return used != format.geometry.size
