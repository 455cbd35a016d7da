"""The burned-in index: read back exactly, through noise, codecs and looks, and never read where it is not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.capture.indexcode import COLUMNS, INDEX_LIMIT, ROWS, block_unit, index_blocks, read_index


def drawn(index: int, height: int = 1080, width: int = 1920, black: float = 64, white: float = 940) -> np.ndarray:
    """A luma plane drawn from the module's table, by other means than the burn-in's tiles."""
    unit = block_unit(height)
    grid = np.array(index_blocks(index)).reshape(COLUMNS, ROWS).T
    luma = np.full((height, width), (black + white) / 3, np.float64)
    luma[: ROWS * unit, : COLUMNS * unit] = np.kron(grid, np.ones((unit, unit))) * (white - black) + black
    return luma


@given(st.integers(0, INDEX_LIMIT - 1), st.sampled_from([(1080, 1920), (2160, 3840), (720, 1280)]))
def test_round_trip(index: int, size: tuple[int, int]) -> None:
    assert read_index(drawn(index, *size)) == index


def test_table_of_the_module() -> None:
    blocks = index_blocks(0b1011)
    assert blocks[:2] == (1, 0)
    assert blocks[2:30] == (0,) * 24 + (1, 0, 1, 1)
    assert blocks[30:34] == (0, 0, 0, 1)  # 1011 xor 1010
    assert blocks[34:] == (0, 1)
    assert index_blocks(INDEX_LIMIT + 5) == index_blocks(5)


@given(st.integers(0, INDEX_LIMIT - 1), st.integers(0, 35))
def test_one_wrong_block_is_found(index: int, block: int) -> None:
    luma = drawn(index)
    unit = block_unit(1080)
    column, row = divmod(block, ROWS)
    patch = luma[row * unit : (row + 1) * unit, column * unit : (column + 1) * unit]
    patch[...] = 64 + 940 - patch
    assert read_index(luma) is None


@pytest.mark.parametrize(("black", "white"), [(0, 255), (0.1, 0.4), (65535, 0), (300, 380)])
def test_any_scale_and_even_inverted(black: float, white: float) -> None:
    assert read_index(drawn(123456, black=black, white=white)) == 123456


def test_noise_does_not_hurt_and_is_not_an_index() -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(0, 120, (1080, 1920))
    assert read_index(drawn(98765) + noise) == 98765
    assert all(read_index(rng.integers(0, 1024, (100, 500))) is None for _ in range(50))
    assert read_index(np.full((1080, 1920), 512)) is None
    assert read_index(np.zeros((20, 20))) is None


def test_scaled_pictures_are_read_by_unit() -> None:
    half = drawn(4711)[::2, ::2]
    assert read_index(half, unit=12) == 4711


@pytest.mark.parametrize(("codec", "options"), [("libx264", {"crf": "40", "preset": "veryfast"}), ("mpeg2video", {})])
def test_survives_lossy_codecs(tmp_path: Path, codec: str, options: dict[str, str]) -> None:
    path = tmp_path / "a.mkv"
    rng = np.random.default_rng(3)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(25), options=options)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for index in range(0, 200, 20):
            picture = np.full((1080, 1280), 128, np.uint8)
            picture[:720] = rng.integers(16, 236, (720, 1280))
            picture[:48, :432] = drawn(index, 720, 1280, 16, 235)[:48, :432]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))
    with av.open(str(path)) as container:
        read = [read_index(frame.to_ndarray()[:720]) for frame in container.decode(video=0)]
    assert read == list(range(0, 200, 20))
