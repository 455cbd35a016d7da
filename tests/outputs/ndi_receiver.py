"""A foreign NDI receiver for the tests: the NDI library itself, in a process of its own. Run as NAME FRAMES OUTPUT.npz.

Not cyndilib's Receiver: version 0.1 opens a FrameSync on every receiver, which takes pictures away from plain reads.
Writes what came: `indices` read from the blocks burned into the picture, `ticks` of 100 ns, the `first` picture's
bytes, the `sound` (channels, n), `sound_ticks`, and one line of facts on stdout.
"""

from __future__ import annotations

import ctypes
import sys
import time

import numpy as np

from livegrade.transport import ndi_abi as abi
from livegrade.transport import ndi_runtime
from livegrade.transport.ndi_names import match_name

BITS = 16
BLOCK = 32
GIVE_UP_S = 30.0


def main(name: str, frames: int, output: str) -> None:
    library = ndi_runtime.library()
    finder = ndi_runtime.Finder()
    deadline = time.monotonic() + GIVE_UP_S
    full = None
    while full is None and time.monotonic() < deadline:
        finder.wait(200)
        full = match_name(name, finder.names())
    source = abi.SourceName(full.encode(), None)
    create = abi.RecvCreate(source, abi.COLOR_BEST, abi.BANDWIDTH_HIGHEST, True, b"test")
    receiver = library.recv_create_v3(ctypes.byref(create))
    video, audio = abi.VideoFrame(), abi.AudioFrame()
    indices, ticks, sound, sound_ticks, first, facts = [], [], [], [], None, ""
    while len(indices) < frames and time.monotonic() < deadline:
        kind = library.recv_capture_v3(receiver, ctypes.byref(video), ctypes.byref(audio), None, 200)
        if kind == abi.FRAME_AUDIO:
            size = audio.channels * audio.channel_stride
            block = np.frombuffer((ctypes.c_uint8 * size).from_address(audio.data), np.float32)
            sound.append(block.reshape(audio.channels, -1)[:, : audio.samples].copy())
            sound_ticks.append(audio.timecode)
            library.recv_free_audio_v3(receiver, ctypes.byref(audio))
        if kind == abi.FRAME_VIDEO:
            size = video.line_stride * video.yres * (2 if video.fourcc == abi.fourcc("P216") else 1)
            picture = np.frombuffer((ctypes.c_uint8 * size).from_address(video.data), np.uint8)
            indices.append(_index(picture, video))
            ticks.append(video.timecode)
            first = picture.copy() if first is None else first
            code = video.fourcc.to_bytes(4, "little").decode()
            facts = f"{code} {video.xres} {video.yres} {video.frame_rate_n}/{video.frame_rate_d} {video.frame_format}"
            library.recv_free_video_v2(receiver, ctypes.byref(video))
    print(facts, flush=True)
    joined = np.concatenate(sound, axis=1) if sound else np.zeros((0, 0), np.float32)
    np.savez(output, indices=indices, ticks=ticks, first=first, sound=joined, sound_ticks=sound_ticks)
    library.recv_destroy(receiver)
    finder.close()


def _index(picture: np.ndarray, video: abi.VideoFrame) -> int:
    row = picture[video.line_stride * (BLOCK // 2) :][: video.line_stride]
    luma = row.view("<u2") >> 8 if video.fourcc == abi.fourcc("P216") else row[1::2]
    return sum(1 << bit for bit in range(BITS) if luma[BLOCK * bit + BLOCK // 2] > 128)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
