"""Clips made by FFmpeg itself, for tests that read them back: the writing side shares no code with ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest


@dataclass
class ClipSpec:
    """One clip. `pictures`: arrays in the layout of `pix_fmt` as VideoFrame.from_ndarray takes them. `times`: one time
    stamp a picture in units of 1/1000 s, for variable rates; `tracks`: (rate, layout, samples) of each audio stream."""

    pictures: Sequence[np.ndarray]
    pix_fmt: str = "yuv420p"
    codec: str = "ffv1"
    rate: Fraction = Fraction(25)
    metadata: dict[str, str] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    tracks: Sequence[tuple[int, str, np.ndarray]] = ()
    times: Sequence[int] | None = None
    options: dict[str, str] = field(default_factory=dict)


def write_clip(path: Path, spec: ClipSpec) -> Path:
    with av.open(str(path), "w") as container:
        first = av.VideoFrame.from_ndarray(spec.pictures[0], format=spec.pix_fmt)
        video: Any = container.add_stream(spec.codec, rate=spec.rate, options=spec.options)
        video.width, video.height, video.pix_fmt = first.width, first.height, spec.pix_fmt
        video.metadata.update(spec.metadata)
        if spec.times is not None:
            video.codec_context.time_base = Fraction(1, 1000)
        for name, value in spec.tags.items():
            setattr(video.codec_context, name, value)
        audio = [container.add_stream("pcm_s24le", rate=rate, layout=layout) for rate, layout, _ in spec.tracks]
        for stream, (rate, layout, samples) in zip(audio, spec.tracks, strict=True):
            _write_sound(container, stream, rate, layout, samples)
        for number, picture in enumerate(spec.pictures):
            frame = av.VideoFrame.from_ndarray(picture, format=spec.pix_fmt)
            frame.pts = number if spec.times is None else spec.times[number]
            frame.time_base = 1 / spec.rate if spec.times is None else Fraction(1, 1000)
            for packet in video.encode(frame):
                container.mux(packet)
        container.mux(video.encode(None))
        for stream in audio:
            container.mux(stream.encode(None))
    return path


def _write_sound(container: Any, stream: Any, rate: int, layout: str, samples: np.ndarray) -> None:
    for start in range(0, samples.shape[1], 1024):
        block = np.ascontiguousarray(samples[:, start : start + 1024])
        packed = block.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed, np.float32), format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        for converted in av.AudioResampler(format="s32", layout=layout, rate=rate).resample(frame):
            container.mux(stream.encode(converted))


@pytest.fixture
def clip(tmp_path: Path) -> Callable[..., Path]:
    """Writes a clip: clip("a.mov", pictures, pix_fmt=..., codec=...) -> path."""

    def make(name: str, pictures: Sequence[np.ndarray], **fields: Any) -> Path:
        return write_clip(tmp_path / name, ClipSpec(pictures, **fields))

    return make
