"""Stills: one R'G'B' picture as 16 or 8-bit PNG or TIFF, with colour tags and a few words about where it is from.

Written here and not by a library because none of those we depend on writes 16-bit colour together with its tags and
text. PNG carries the colour in `cICP` (exact code points, no guess of a gamma); TIFF only says it in its description.
Sources: PNG Specification, third edition (W3C, 2025); TIFF revision 6.0 (Adobe, 1992) with its Deflate supplement.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import livegrade
from livegrade.errors import FormatError, UsageError
from livegrade.outputs.h273 import PRIMARIES, TRANSFERS, UNSPECIFIED
from livegrade.outputs.staging import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from livegrade.video.frame import Frame

    Rgb = NDArray[np.uint8] | NDArray[np.uint16]
    Notes = tuple[tuple[str, str], ...]

_LEVEL = 3
"""Of zlib: 16-bit pictures gain little above it and take twice as long."""
_STRIP_ROWS = 64
_RGB_MATRIX, _FULL_RANGE = 0, 1
_SHORT, _LONG, _ASCII, _RATIONAL = 3, 4, 2, 5


def write_still(path: Path, rgb: Rgb, frame: Frame | None = None, *, notes: Notes = (), overwrite: bool = True) -> None:
    """Writes `rgb`, uint16 or uint8 (H, W, 3), full range, display-encoded as `frame.format` says, to a .png or .tif.

    `frame`: where timecode, reel, clip, look and colour tags are taken from; `notes`: further names and texts. The file
    appears under its name only when it is whole. Raises UsageError (extension), FormatError (array), SinkError (disk).
    """
    encode = still_encoder(path)
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype not in (np.uint8, np.uint16) or rgb.size == 0:
        raise FormatError(f"a still is uint8 or uint16 (height, width, 3), not {rgb.dtype} {rgb.shape}")
    write_whole(path, encode(rgb, frame, (*describe(frame), *notes)), overwrite=overwrite)


def still_encoder(path: Path) -> Callable[[Rgb, Frame | None, Notes], bytes]:
    """What makes the bytes of a file with that extension. Raises UsageError for one that is not written."""
    encoders = {".png": encode_png, ".tif": encode_tiff, ".tiff": encode_tiff}
    try:
        return encoders[path.suffix.lower()]
    except KeyError:
        raise UsageError(f"{path}: stills are written as .png or .tif, not '{path.suffix}'") from None


def describe(frame: Frame | None) -> Notes:
    """What is known of the frame, as names and texts."""
    if frame is None:
        return ()
    known = frame.metadata
    timecode = None if frame.timecode is None else str(frame.timecode)
    notes = (
        ("Frame", str(frame.index)),
        ("Timecode", timecode),
        ("Reel", known.reel),
        ("Clip", known.clip),
        ("Look", frame.look_id),
        ("Format", str(frame.format)),
        ("Transfer", frame.format.transfer.value),
        ("Primaries", frame.format.primaries.value),
    )
    return tuple((name, text) for name, text in notes if text)


def encode_png(rgb: Rgb, frame: Frame | None, notes: Notes) -> bytes:
    """A PNG file. Rows are filtered by Sub: each sample less the one to its left."""
    height, width, _ = rgb.shape
    depth = 8 * rgb.dtype.itemsize
    samples = rgb.astype(rgb.dtype.newbyteorder(">"), order="C").view(np.uint8).reshape(height, -1)
    pixel = 3 * rgb.dtype.itemsize
    rows = np.empty((height, 1 + samples.shape[1]), np.uint8)
    rows[:, 0] = 1  # filter type Sub
    rows[:, 1 : 1 + pixel] = samples[:, :pixel]
    np.subtract(samples[:, pixel:], samples[:, :-pixel], out=rows[:, 1 + pixel :])
    chunks = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0))]
    chunks += _cicp(frame)
    chunks += [_text(name, text) for name, text in (("Software", _software()), *notes)]
    chunks += [_chunk(b"IDAT", zlib.compress(rows.tobytes(), _LEVEL)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def encode_tiff(rgb: Rgb, frame: Frame | None, notes: Notes) -> bytes:
    """A little-endian TIFF file in strips, Deflate with horizontal differences. The notes are lines of its description.

    `frame` adds nothing: TIFF has no tag for its colour.
    """
    del frame
    height, width, _ = rgb.shape
    differences = rgb.astype(rgb.dtype.newbyteorder("<"), order="C")
    np.subtract(rgb[:, 1:], rgb[:, :-1], out=differences[:, 1:])
    strips = [
        zlib.compress(differences[top : top + _STRIP_ROWS].tobytes(), _LEVEL) for top in range(0, height, _STRIP_ROWS)
    ]
    ends = np.cumsum([8, *(len(strip) for strip in strips)]).tolist()
    description = "\n".join(f"{name}: {text}" for name, text in notes)
    entries = [
        (256, _LONG, [width]),
        (257, _LONG, [height]),
        (258, _SHORT, [8 * rgb.dtype.itemsize] * 3),
        (259, _SHORT, [8]),  # Deflate
        (262, _SHORT, [2]),  # RGB
        (270, _ASCII, description),
        (273, _LONG, ends[:-1]),
        (277, _SHORT, [3]),
        (278, _LONG, [_STRIP_ROWS]),
        (279, _LONG, [len(strip) for strip in strips]),
        (282, _RATIONAL, [72, 1]),
        (283, _RATIONAL, [72, 1]),
        (284, _SHORT, [1]),  # samples interleaved
        (296, _SHORT, [2]),  # inches
        (305, _ASCII, _software()),
        (317, _SHORT, [2]),  # horizontal differences
    ]
    directory = -(-ends[-1] // 2) * 2
    head = struct.pack("<2sHI", b"II", 42, directory)
    body = b"".join(strips).ljust(directory - 8, b"\0")
    return head + body + _directory(entries, directory)


def _directory(entries: list[tuple[int, int, list[int] | str]], offset: int) -> bytes:
    """The image file directory that begins at `offset`, and after it the values that do not fit into four bytes."""
    outside = offset + 2 + 12 * len(entries) + 4
    table, values = struct.pack("<H", len(entries)), b""
    for tag, kind, value in entries:
        if isinstance(value, str):
            packed = value.encode(errors="replace") + b"\0"
            count = len(packed)
        else:
            packed = struct.pack(f"<{len(value)}{'H' if kind == _SHORT else 'I'}", *value)
            count = len(value) // (2 if kind == _RATIONAL else 1)
        if len(packed) > 4:
            place = struct.pack("<I", outside + len(values))
            values += packed + b"\0" * (len(packed) % 2)
        else:
            place = packed.ljust(4, b"\0")
        table += struct.pack("<HHI", tag, kind, count) + place
    return table + struct.pack("<I", 0) + values


def _cicp(frame: Frame | None) -> list[bytes]:
    """The colour tag of the frame, where all of it is known: readers have no word for "unknown" in it."""
    if frame is None:
        return []
    primaries, transfer = PRIMARIES[frame.format.primaries], TRANSFERS[frame.format.transfer]
    if UNSPECIFIED in (primaries, transfer):
        return []
    return [_chunk(b"cICP", bytes((primaries, transfer, _RGB_MATRIX, _FULL_RANGE)))]


def _text(name: str, text: str) -> bytes:
    return _chunk(b"iTXt", name.encode("latin-1", "replace")[:79] + b"\0\0\0\0\0" + text.encode(errors="replace"))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _software() -> str:
    return f"livegrade {livegrade.__version__}"
