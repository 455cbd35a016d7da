"""Files for a display, read by FFmpeg: its colour tags, and codes made with its matrix according to colour-science."""

from __future__ import annotations

import warnings
from pathlib import Path

import av
import numpy as np
import pytest

from livegrade.cli import run_command_line

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it misses the optional SciPy
    import colour

BARS = "pattern:bars@384x216p25"
TAGS = {  # ITU-T H.273: primaries, transfer, matrix
    "rec709": (1, 1, 1),
    "srgb": (1, 13, 1),
    "p3-d65": (12, 2, 1),
    "rec2100-pq": (9, 16, 9),
    "rec2100-hlg": (9, 18, 9),
}
WEIGHTS = {1: "ITU-R BT.709", 9: "ITU-R BT.2020"}


def rendered(name: str, *words: str) -> str:
    command = ["render", BARS, name, "--frames", "1", "--camera", "arri-logc4", *words]
    assert run_command_line(command) == 0
    return name.partition(",")[0]


def first_picture(path: str) -> av.VideoFrame:
    with av.open(path) as container:
        container.streams.video[
            0
        ].thread_count = 1  # slices of FFmpeg's v210 decoder write over each other's first words
        return next(container.decode(video=0))


def tags(picture: av.VideoFrame) -> tuple[int, int, int]:
    return int(picture.color_primaries), int(picture.color_trc), int(picture.colorspace)


@pytest.mark.parametrize("to", TAGS)
def test_files_say_what_display_they_are_for_and_have_its_matrix(to, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    movie = first_picture(rendered("graded.mov,codec=v210", "--to", to))
    assert tags(movie) == TAGS[to]
    rendered("graded.%06d.tif", "--to", to)
    (still,) = tmp_path.glob("graded.*.tif")
    rgb = first_picture(str(still)).to_ndarray() / 65535
    luma, cb, cr = (
        np.frombuffer(plane, "<u2").reshape(plane.height, -1)[:, : plane.width].astype(int) for plane in movie.planes
    )
    weights = colour.WEIGHTS_YCBCR[WEIGHTS[TAGS[to][2]]]
    expected = colour.RGB_to_YCbCr(rgb, K=weights, out_bits=10, out_legal=True, out_int=True)
    flat = np.ptp(np.stack([rgb[:, shift : 380 + shift : 2] for shift in range(5)]), axis=0).max(axis=-1) == 0
    flat &= ((rgb > 0) & (rgb < 1)).all(axis=-1)[:, 2:382:2]  # a TIFF holds nothing outside
    sites = expected[:, 2:382:2]
    saturated = np.abs(sites[..., 1:] - 512).max(axis=-1)[flat]
    assert flat.sum() > 1000
    assert saturated.max() > 30
    assert np.abs(luma[:, 2:382:2] - sites[..., 0])[flat].max() <= 1
    for chroma, channel in ((cb, 1), (cr, 2)):
        assert np.abs(chroma[:, 1:191] - sites[..., channel])[flat].max() <= 1


def test_a_sinks_own_output_transform_tags_its_file(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    plain, own = rendered("sdr.mov", "--to", "rec709"), rendered("hdr.mov,to=rec2100-pq", "--to", "rec709")
    assert tags(first_picture(plain)) == TAGS["rec709"]
    assert tags(first_picture(own)) == TAGS["rec2100-pq"]
    coded = rendered("hdr.mp4,to=rec2100-hlg,codec=h265")
    assert tags(first_picture(coded)) == TAGS["rec2100-hlg"]


def test_a_still_says_what_display_it_is_for(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["still", BARS, "-o", "s.png", "--camera", "arri-logc4", "--to", "rec2100-pq"]
    assert run_command_line(command) == 0
    content = Path("s.png").read_bytes()
    place = content.index(b"cICP") + 4
    assert content[place : place + 4] == bytes((9, 16, 0, 1))
