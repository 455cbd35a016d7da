"""FFmpeg doing the same jobs, in process through PyAV's filter graphs, each on its best path.

Of the ways through the lattice, gbrpf32 with bilinear chroma is the fastest one that interpolates; gbrp10 and gbrp12
take several times as long. The scope filters get their pictures in the format they are fastest in, converted before the
clock starts, so FFmpeg is spared a conversion that ours includes.
"""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.filter
import numpy as np

from livegrade.bench.material import cube_text

if TYPE_CHECKING:
    from types import TracebackType

    from livegrade.bench.material import Planes
    from livegrade.color.slots import Lattice

Chain = tuple[tuple[str, str], ...]

TO_RGB = ("scale", "flags=bilinear:in_color_matrix=bt709:in_range=limited")
FROM_RGB = ("scale", "flags=bilinear:out_color_matrix=bt709:out_range=limited")
LOOK_LEAVES_OUT = "v210; it runs yuv422p10 through gbrpf32 (its fastest way), tetrahedral"
SCOPES_LEAVE_OUT = "v210 and the conversion to R'G'B' (done before the clock starts)"


def version() -> str:
    """PyAV and the FFmpeg libraries inside it."""
    filters = ".".join(str(part) for part in av.library_versions["libavfilter"])
    return f"FFmpeg libavfilter {filters} (PyAV {av.__version__})"


class FilterChain:
    """One configured filter graph over one prepared picture. Owns the graph; not safe to share between threads."""

    def __init__(self, picture: av.VideoFrame, chain: Chain, threads: int) -> None:
        self._picture = picture
        self._count = 0
        self._graph = av.filter.Graph()
        self._graph.threads = threads
        last = self._graph.add_buffer(
            width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1, 25)
        )
        for name, arguments in chain:
            node = self._graph.add(name, arguments)
            last.link_to(node)
            last = node
        last.link_to(self._graph.add("buffersink"))
        self._graph.configure()

    def run(self) -> av.VideoFrame:
        self._picture.pts = self._count
        self._count += 1
        self._graph.vpush(self._picture)
        return self._graph.vpull()


class FfmpegLook:
    """4:2:2 -> gbrpf32 -> lut3d tetrahedral -> 4:2:2. A context manager: the .cube it reads is a temporary file."""

    def __init__(self, planes: Planes, lattice: Lattice, threads: int) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="livegrade-bench-")
        cube = Path(self._folder.name) / "look.cube"
        cube.write_text(cube_text(lattice), encoding="ascii")
        chain = (
            TO_RGB,
            ("format", "gbrpf32le"),
            ("lut3d", f"file={_escaped(cube)}:interp=tetrahedral"),
            FROM_RGB,
            ("format", "yuv422p10le"),
        )
        self._chain = FilterChain(to_frame(planes), chain, threads)

    def __enter__(self) -> FfmpegLook:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._folder.cleanup()

    def run(self) -> av.VideoFrame:
        return self._chain.run()


class FfmpegScopes:
    """Luma waveform, R'G'B' parade, vectorscope, histograms of Y' and of R', G', B', one after the other.

    Vectorscope and histogram use one thread whatever they are given; overlay is the histogram's cheapest drawing.
    """

    def __init__(self, planes: Planes, threads: int) -> None:
        wire = to_frame(planes)
        rgb = FilterChain(wire, (TO_RGB, ("format", "gbrp10le")), threads).run()
        self._chains = (
            FilterChain(wire, (("waveform", "mode=column:components=1"),), threads),
            FilterChain(rgb, (("waveform", "mode=column:display=parade:components=7"),), threads),
            FilterChain(wire, (("vectorscope", "mode=gray"),), threads),
            FilterChain(wire, (("histogram", "components=1"),), threads),
            FilterChain(rgb, (("histogram", "display_mode=overlay"),), threads),
        )

    def run(self) -> None:
        for chain in self._chains:
            chain.run()


def to_frame(planes: Planes) -> av.VideoFrame:
    """The planes as a yuv422p10le frame tagged legal BT.709."""
    width, height = planes.size
    frame = av.VideoFrame(width, height, "yuv422p10le")
    for plane, words in zip(frame.planes, (planes.y, planes.cb, planes.cr), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, -1)
        rows[:, : words.shape[1]] = words
    frame.color_range = 1
    frame.colorspace = 1
    return frame


def _escaped(path: Path) -> str:
    """A path as a filter argument: colons and backslashes (Windows) are escaped. Source: FFmpeg, Filtering Guide."""
    return path.as_posix().replace(":", "\\\\:")
