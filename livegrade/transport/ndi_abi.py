"""The C interface of the NDI runtime: structures, constants, prototypes, and finding the library. No behaviour.

The runtime that the package `cyndilib` brings is called directly through ctypes: each call gives up the interpreter
lock, where cyndilib 0.1 keeps it while it waits for a picture and while a clocked send sleeps, copies a received
picture twice, and does not hand out timecode or metadata. Source: Processing.NDI.*.h of the NDI SDK 6 (the headers are
under the MIT licence, (C) Vizrt NDI AB). NDI is a registered trademark of Vizrt NDI AB.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from ctypes import POINTER, c_bool, c_char_p, c_float, c_int, c_int32, c_int64, c_uint32, c_void_p
from pathlib import Path
from typing import Any

from livegrade.errors import MissingPackageError

TIMECODE_SYNTHESIZE = (1 << 63) - 1
TIMESTAMP_UNDEFINED = (1 << 63) - 1

FRAME_NONE, FRAME_VIDEO, FRAME_AUDIO, FRAME_METADATA, FRAME_ERROR = range(5)
FRAME_STATUS_CHANGE = 100

FIELDS_INTERLEAVED, PROGRESSIVE, FIELD_0, FIELD_1 = range(4)
"""NDIlib_frame_format_type_e. Field 0 is the upper one and comes first."""

COLOR_BEST = 101
BANDWIDTH_HIGHEST = 100
BANDWIDTH_METADATA_ONLY = -10


def fourcc(text: str) -> int:
    return int.from_bytes(text.encode("ascii"), "little")


AUDIO_FLTP = fourcc("FLTp")


class SourceName(ctypes.Structure):
    """NDIlib_source_t."""

    _fields_ = [("name", c_char_p), ("url", c_char_p)]


class FindCreate(ctypes.Structure):
    """NDIlib_find_create_t."""

    _fields_ = [("show_local_sources", c_bool), ("groups", c_char_p), ("extra_ips", c_char_p)]


class RecvCreate(ctypes.Structure):
    """NDIlib_recv_create_v3_t."""

    _fields_ = [
        ("source", SourceName),
        ("color_format", c_int32),
        ("bandwidth", c_int32),
        ("allow_video_fields", c_bool),
        ("name", c_char_p),
    ]


class SendCreate(ctypes.Structure):
    """NDIlib_send_create_t."""

    _fields_ = [("name", c_char_p), ("groups", c_char_p), ("clock_video", c_bool), ("clock_audio", c_bool)]


class VideoFrame(ctypes.Structure):
    """NDIlib_video_frame_v2_t. `timecode`, `timestamp`: 100 ns."""

    _fields_ = [
        ("xres", c_int),
        ("yres", c_int),
        ("fourcc", c_uint32),
        ("frame_rate_n", c_int),
        ("frame_rate_d", c_int),
        ("picture_aspect_ratio", c_float),
        ("frame_format", c_int32),
        ("timecode", c_int64),
        ("data", c_void_p),
        ("line_stride", c_int),
        ("metadata", c_char_p),
        ("timestamp", c_int64),
    ]


class AudioFrame(ctypes.Structure):
    """NDIlib_audio_frame_v3_t: float32, one channel after another, `channel_stride` bytes apart."""

    _fields_ = [
        ("sample_rate", c_int),
        ("channels", c_int),
        ("samples", c_int),
        ("timecode", c_int64),
        ("fourcc", c_uint32),
        ("data", c_void_p),
        ("channel_stride", c_int),
        ("metadata", c_char_p),
        ("timestamp", c_int64),
    ]


class MetadataFrame(ctypes.Structure):
    """NDIlib_metadata_frame_t. `length` counts the closing zero; 0: not counted."""

    _fields_ = [("length", c_int), ("timecode", c_int64), ("data", c_char_p)]


class Performance(ctypes.Structure):
    """NDIlib_recv_performance_t."""

    _fields_ = [("video", c_int64), ("audio", c_int64), ("metadata", c_int64)]


_PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "initialize": (c_bool, ()),
    "version": (c_char_p, ()),
    "find_create_v2": (c_void_p, (POINTER(FindCreate),)),
    "find_destroy": (None, (c_void_p,)),
    "find_get_current_sources": (POINTER(SourceName), (c_void_p, POINTER(c_uint32))),
    "find_wait_for_sources": (c_bool, (c_void_p, c_uint32)),
    "recv_create_v3": (c_void_p, (POINTER(RecvCreate),)),
    "recv_destroy": (None, (c_void_p,)),
    "recv_connect": (None, (c_void_p, POINTER(SourceName))),
    "recv_capture_v3": (
        c_int32,
        (c_void_p, POINTER(VideoFrame), POINTER(AudioFrame), POINTER(MetadataFrame), c_uint32),
    ),
    "recv_free_video_v2": (None, (c_void_p, POINTER(VideoFrame))),
    "recv_free_audio_v3": (None, (c_void_p, POINTER(AudioFrame))),
    "recv_free_metadata": (None, (c_void_p, POINTER(MetadataFrame))),
    "recv_get_performance": (None, (c_void_p, POINTER(Performance), POINTER(Performance))),
    "recv_get_no_connections": (c_int, (c_void_p,)),
    "send_create": (c_void_p, (POINTER(SendCreate),)),
    "send_destroy": (None, (c_void_p,)),
    "send_send_video_v2": (None, (c_void_p, POINTER(VideoFrame))),
    "send_send_video_async_v2": (None, (c_void_p, POINTER(VideoFrame))),
    "send_send_audio_v3": (None, (c_void_p, POINTER(AudioFrame))),
    "send_send_metadata": (None, (c_void_p, POINTER(MetadataFrame))),
    "send_add_connection_metadata": (None, (c_void_p, POINTER(MetadataFrame))),
    "send_clear_connection_metadata": (None, (c_void_p,)),
    "send_get_no_connections": (c_int, (c_void_p, c_uint32)),
    "send_get_source_name": (POINTER(SourceName), (c_void_p,)),
}

_LIBRARY_NAMES = {
    "win32": ("Processing.NDI.Lib.x64.dll", "Processing.NDI.Lib.x86.dll"),
    "darwin": ("libndi.dylib",),
}
_RUNTIME_VARIABLES = ("NDI_RUNTIME_DIR_V6", "NDI_RUNTIME_DIR_V5")
"""Where NDI's own installer leaves the path of its library."""


class Library:
    """The NDI library with typed functions: `library.recv_create_v3(...)` is NDIlib_recv_create_v3."""

    def __init__(self, path: Path) -> None:
        self.path = path
        loaded = ctypes.CDLL(str(path))
        for name, (result, arguments) in _PROTOTYPES.items():
            function = getattr(loaded, f"NDIlib_{name}")
            function.restype = result
            function.argtypes = arguments
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the NDI library has no function NDIlib_{name} known to livegrade")


def find_library() -> Path:
    """The NDI runtime of the package cyndilib, or one that is installed. Raises MissingPackageError."""
    names = _LIBRARY_NAMES.get(sys.platform, ("libndi.so", "libndi.so.6", "libndi.so.5"))
    spec = importlib.util.find_spec("cyndilib")
    folders = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    for folder in folders:
        found = next((path for name in names for path in sorted(folder.rglob(name))), None)
        if found is not None:
            return found
    for variable in _RUNTIME_VARIABLES:
        found = next((path for name in names if (path := Path(os.environ.get(variable, ""), name)).is_file()), None)
        if found is not None:
            return found
    raise MissingPackageError('NDI needs the package cyndilib, which is not installed: pip install "livegrade[ndi]"')
