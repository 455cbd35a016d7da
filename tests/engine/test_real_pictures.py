"""Backends against the reference on pictures from cameras and renderers."""

from __future__ import annotations

import av
import numpy as np
import pytest

from livegrade.color.camera import camera_curve
from livegrade.engine import program as rules
from livegrade.engine.reference import chroma_down
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Matrix

NAMES = ("lut", "cdl", "cdl lut", "steep lut", "strong cdl lut", "shaper")


def frame_of(path, number, pix_fmt):
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index == number:
                return frame.reformat(format=pix_fmt) if frame.format.name != pix_fmt else frame
    raise AssertionError(f"{path} has no frame {number}")


def test_a_decoded_frame(shared_data, looks, backend, reference, signal, graded, difference):
    frame = frame_of(shared_data / "footage" / "bigbuckbunny.mp4", 20, "yuv420p")
    planes = [
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    ]
    source = signal("yuv420p", frame.width, frame.height)
    pixels = np.zeros(source.geometry.size, np.uint8)
    for plane, rule in zip(planes, source.geometry.planes, strict=True):
        rows = pixels[rule.offset : rule.offset + rule.stride * rule.rows].reshape(rule.rows, rule.stride)
        rows[:, : plane.shape[1]] = plane
    for name, target in (*((name, "v210") for name in NAMES[2:5]), ("cdl lut", "yuv420p")):
        target = signal(target, frame.width, frame.height)
        ours, truth = (graded(each, looks[name], pixels, source, target) for each in (backend, reference))
        assert difference(ours, truth, target).within(target.layout.bits), (name, target)


@pytest.mark.parametrize("scene", ["StillLife.exr", "CandleGlass.exr"])
def test_a_scene_in_camera_log(scene, shared_data, looks, backend, reference, signal, graded, difference):
    frame = frame_of(shared_data / "scenes" / scene, 0, "gbrpf32le")
    light = np.stack([np.frombuffer(plane, np.float32).reshape(frame.height, -1) for plane in frame.planes], axis=-1)
    light = light[::3, ::3, (2, 0, 1)].astype(np.float64)
    log = camera_curve("arri-logc4").encode(np.maximum(light, 0.0))
    source = signal("v210", log.shape[1], log.shape[0], matrix=Matrix.BT709)
    encode = rules.encoding(source)
    codes = log @ encode[:, :3].T + encode[:, 3]
    planes = (codes[..., 0], chroma_down(codes[..., 1]), chroma_down(codes[..., 2]))
    luma, cb, cr = (np.clip(np.rint(plane), 4, 1019).astype(np.uint16) for plane in planes)
    pixels = pack(Codes((luma, cb, cr), 10, True), source)
    for name in NAMES:
        ours, truth = (graded(each, looks[name], pixels, source, source) for each in (backend, reference))
        assert difference(ours, truth, source).within(10), (name, difference(ours, truth, source))
