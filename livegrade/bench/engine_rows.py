"""The rows that time the engine: the look against FFmpeg and OpenColorIO, the scopes against FFmpeg."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from livegrade.bench import ffmpeg_peer, material, ocio_peer
from livegrade.bench.pairs import Pair, time_pair
from livegrade.bench.rows import BenchRow, at_least
from livegrade.scopes.measure import ScopeCounts, ScopeRequest
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import VideoFormat
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.bench.material import Planes
    from livegrade.color.slots import SlotForm
    from livegrade.engine.backend import AnyBackend

LUT_FLOOR, CDL_FLOOR, SCOPES_FLOOR = 4.0, 4.5, 5.0


def lut_row(backend: AnyBackend, planes: Planes, threads: int, rounds: int) -> BenchRow:
    """The lattice alone, v210 to v210, against FFmpeg's lut3d on its best path."""
    ours = look_job(backend, material.lut_only(), planes)
    with ffmpeg_peer.FfmpegLook(planes, material.lattice(), threads) as peer:
        pair = time_pair(ours, peer.run, rounds)
    figure = "LUT only, 1080 v210, against FFmpeg lut3d"
    return _row(figure, pair, LUT_FLOOR, ffmpeg_peer.LOOK_LEAVES_OUT)


def cdl_row(backend: AnyBackend, planes: Planes, threads: int, rounds: int) -> BenchRow:
    """CDL with power and the lattice, v210 to v210, against OpenColorIO doing only that on float32 RGBA."""
    ours = look_job(backend, material.cdl_and_lut(), planes)
    with ocio_peer.OcioLook(material.decode(planes), material.CDL, material.lattice(), threads) as peer:
        pair = time_pair(ours, peer.run, rounds)
    figure = "CDL with power + LUT33, 1080 v210, against OpenColorIO"
    return _row(figure, pair, CDL_FLOOR, ocio_peer.LEAVES_OUT)


def scopes_row(backend: AnyBackend, planes: Planes, threads: int, rounds: int) -> BenchRow:
    """Luma waveform, R'G'B' parade, vectorscope and 4 histograms of every pixel against FFmpeg's filters in a row."""
    pair = time_pair(scopes_job(backend, planes), ffmpeg_peer.FfmpegScopes(planes, threads).run, rounds)
    figure = "all scopes, 1080 v210, against the sum of FFmpeg's"
    return _row(figure, pair, SCOPES_FLOOR, ffmpeg_peer.SCOPES_LEAVE_OUT)


def look_job(backend: AnyBackend, slots: SlotForm, planes: Planes) -> Callable[[], None]:
    """One call grades the picture into another buffer, host to host."""
    form, pixels = v210(planes)
    program = backend.compile(slots, form, form)
    target = backend.target(np.zeros_like(pixels), form)

    def run() -> None:
        backend.grade(backend.source(pixels, form), program, target)
        backend.finish(target)

    return run


def scopes_job(backend: AnyBackend, planes: Planes) -> Callable[[], None]:
    """One call measures the picture from host memory into reused counts."""
    form, pixels = v210(planes)
    request = ScopeRequest()
    counts = ScopeCounts.empty(request, form)

    def run() -> None:
        backend.measure(backend.source(pixels, form), request, counts)

    return run


def v210(planes: Planes) -> tuple[VideoFormat, NDArray[np.uint8]]:
    """The picture as v210 in memory, with its format."""
    width, height = planes.size
    form = VideoFormat(width, height, Rate.of(25), layout("v210"))
    return form, pack(Codes((planes.y, planes.cb, planes.cr), bits=10, is_ycbcr=True), form)


def _row(figure: str, pair: Pair, floor: float, leaves_out: str) -> BenchRow:
    disturbed = " (disturbed: measure again on a quiet machine)" if pair.was_disturbed else ""
    detail = (
        f"ours {pair.ours_ms:.2f} ms, peer {pair.peer_ms:.2f} ms, fastest of {pair.rounds}, {pair.fastest_ratio:.1f} x;"
        f" median of pairs {pair.median_ratio:.1f} x{disturbed}; the peer leaves out {leaves_out}"
    )
    values = (
        ("fastest_ratio", pair.fastest_ratio),
        ("median_ratio", pair.median_ratio),
        ("ours_ms", pair.ours_ms),
        ("peer_ms", pair.peer_ms),
    )
    return BenchRow(figure, f"{pair.ratio:.1f} x", f"{floor:g} x", at_least(pair.ratio, floor), detail, values)
