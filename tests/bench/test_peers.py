"""The peers of the benchmark do the job they are timed at: their pictures are the look's, so the race is a fair one."""

from __future__ import annotations

import numpy as np
import pytest

from livegrade.bench import ffmpeg_peer, material, ocio_peer

CODES = 876.0
"""10-bit codes from legal black to legal white."""


@pytest.fixture(scope="module")
def planes() -> material.Planes:
    return material.picture(320, 180)


def test_material_is_the_same_everywhere_and_hard(planes: material.Planes) -> None:
    again = material.picture(320, 180)
    assert all(np.array_equal(a, b) for a, b in zip(_three(planes), _three(again), strict=True))
    rgb = material.decode(planes)
    assert rgb.min() < -0.05
    assert rgb.max() > 1.05
    assert all(plane.min() >= 4 and plane.max() <= 1019 for plane in _three(planes))
    cells = np.unique(np.clip(rgb * 32, 0, 31).astype(int).reshape(-1, 3) @ [1024, 32, 1])
    assert len(cells) > 2000


@pytest.mark.parametrize("threads", [1, 2])
def test_opencolorio_runs_the_same_look(planes: material.Planes, threads: int) -> None:
    rgb = material.decode(planes)
    expected = material.cdl_and_lut().apply(rgb)
    with ocio_peer.OcioLook(rgb, material.CDL, material.lattice(), threads) as peer:
        peer.run()
        assert np.abs(peer.result[..., :3] - expected).max() * CODES < 0.02


@pytest.mark.parametrize("threads", [1, 2])
def test_ffmpeg_runs_the_same_lut(planes: material.Planes, threads: int) -> None:
    """FFmpeg's chroma filters differ and it clips R'G'B' at 0 and 1, so only the mean is close."""
    expected = material.lut_only().apply(material.decode(planes)) @ material.LUMA_709
    with ffmpeg_peer.FfmpegLook(planes, material.lattice(), threads) as peer:
        frame = peer.run()
    rows = np.frombuffer(memoryview(frame.planes[0]), np.uint16).reshape(frame.height, -1)[:, : frame.width]
    error = np.abs((rows - 64.0) / CODES - expected) * CODES
    assert frame.format.name == "yuv422p10le"
    assert error.mean() < 2.0
    before = (planes.y - 64.0) / CODES
    assert error.mean() < np.abs(before - expected).mean() * CODES / 10


def test_ffmpeg_scopes_run(planes: material.Planes) -> None:
    scopes = ffmpeg_peer.FfmpegScopes(planes, threads=2)
    scopes.run()
    scopes.run()


def _three(planes: material.Planes) -> tuple[material.Words, material.Words, material.Words]:
    return planes.y, planes.cb, planes.cr
