"""A foreign NDI sender for the tests, in a process of its own: NAME on the command line, JSON objects line by line on
stdin.

    {"frames": 50, "fourcc": "P216", "width": 1280, "height": 720, "rate": [25, 1], ...}      send that many pictures
    {"close": 1.5}      take the source off the network, and wait that many seconds

Each picture has the index burned in by the table of livegrade.capture.indexcode; indices go on from line to line. Sound
is a ramp: sample n of the stream is (n mod 4800) / 4800 at NDI's level for full scale, so that its place can be read.
With "by": "cyndilib" the high-level classes of that package send; else the NDI library is called directly.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from fractions import Fraction

import numpy as np

from livegrade.capture.indexcode import COLUMNS, ROWS, block_unit, index_blocks
from livegrade.transport import ndi_abi as abi
from livegrade.transport import ndi_runtime


def luma(index: int, width: int, height: int) -> np.ndarray:
    """8-bit legal luma, (height, width)."""
    plane = np.tile(np.linspace(40, 200, width).astype(np.uint8), (height, 1))
    unit = block_unit(height)
    grid = np.array(index_blocks(index)).reshape(COLUMNS, ROWS).T
    plane[: ROWS * unit, : COLUMNS * unit] = np.kron(grid, np.ones((unit, unit))) * 219 + 16
    return plane


def picture(index: int, width: int, height: int, fourcc: str) -> np.ndarray:
    plane = luma(index, width, height)
    if fourcc in ("P216", "PA16"):
        planes = [plane.astype(np.uint16) << 8, np.full((height, width), 128 << 8, np.uint16)]
        if fourcc == "PA16":
            planes.append(np.full((height, width), 65535, np.uint16))
        return np.concatenate(planes).reshape(-1).view(np.uint8)
    packed = np.full((height, width, 2), 128, np.uint8)
    packed[..., 1] = plane
    if fourcc == "UYVA":
        return np.concatenate([packed.reshape(-1), np.full(width * height, 255, np.uint8)])
    return packed.reshape(-1)


def sound(start: int, count: int) -> np.ndarray:
    line = ((start + np.arange(count)) % 4800 / 4800).astype(np.float32) * np.float32(10)
    return np.stack([line, -line])


class Direct:
    """The NDI library itself."""

    def __init__(self, name: str) -> None:
        self.library = ndi_runtime.library()
        self.sender = self.library.send_create(ctypes.byref(abi.SendCreate(name.encode(), None, False, False)))

    def send(self, index: int, start: int, count: int, order: dict) -> None:
        width, height = order["width"], order["height"]
        pixels = picture(index, width, height, order["fourcc"])
        ticks = order["ticks"] + index * 10_000_000 * order["rate"][1] // order["rate"][0]
        ticks = abi.TIMECODE_SYNTHESIZE if order.get("synthesize") else ticks
        samples = np.ascontiguousarray(sound(start, count))
        audio = abi.AudioFrame(
            sample_rate=48_000, channels=2, samples=count, timecode=ticks, fourcc=abi.AUDIO_FLTP,
            data=samples.ctypes.data, channel_stride=samples.strides[0],
        )  # fmt: skip
        text = order.get("xml")
        video = abi.VideoFrame(
            xres=width, yres=height, fourcc=abi.fourcc(order["fourcc"]), frame_rate_n=order["rate"][0],
            frame_rate_d=order["rate"][1], frame_format=order.get("fields", abi.PROGRESSIVE), timecode=ticks,
            data=pixels.ctypes.data, line_stride=width * (1 if order["fourcc"] in ("NV12", "I420") else 2),
            metadata=text.encode() if text else None,
        )  # fmt: skip
        if order.get("sound", True):
            self.library.send_send_audio_v3(self.sender, ctypes.byref(audio))
        self.library.send_send_video_v2(self.sender, ctypes.byref(video))

    def close(self) -> None:
        self.library.send_destroy(self.sender)


class Cyndilib:
    def __init__(self, name: str, order: dict) -> None:
        from cyndilib import AudioSendFrame, Sender, VideoSendFrame
        from cyndilib.wrapper.ndi_structs import FourCC

        self.sender = Sender(name, clock_video=False, clock_audio=False)
        video = VideoSendFrame()
        video.set_resolution(order["width"], order["height"])
        video.set_frame_rate(Fraction(*order["rate"]))
        video.set_fourcc(getattr(FourCC, order["fourcc"]))
        audio = AudioSendFrame(max_num_samples=4096)
        audio.sample_rate, audio.num_channels = 48_000, 2
        self.sender.set_video_frame(video)
        self.sender.set_audio_frame(audio)
        self.sender.open()

    def send(self, index: int, start: int, count: int, order: dict) -> None:
        pixels = picture(index, order["width"], order["height"], order["fourcc"])
        self.sender.write_audio(sound(start, count))
        self.sender.write_video(pixels)

    def close(self) -> None:
        self.sender.close()


def main(name: str) -> None:
    sender: Direct | Cyndilib | None = None
    index, start = 0, 0
    for line in sys.stdin:
        order = json.loads(line)
        if "close" in order:
            if sender is not None:
                sender.close()
            sender = None
            time.sleep(order["close"])
            continue
        if sender is None:
            sender = Cyndilib(name, order) if order.get("by") == "cyndilib" else Direct(name)
        period = order["rate"][1] / order["rate"][0]
        due = time.perf_counter()
        for _ in range(order["frames"]):
            count = round((index + 1) * period * 48_000) - round(index * period * 48_000)
            sender.send(index, start, count, order)
            index, start = index + 1, start + count
            due += period
            time.sleep(max(0.0, due - time.perf_counter()))
        print("sent", index, flush=True)
    if sender is not None:
        sender.close()


if __name__ == "__main__":
    main(sys.argv[1])
