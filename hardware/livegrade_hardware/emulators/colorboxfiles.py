"""Files that an emulated ColorBox takes for its LUT libraries: the form they come in, and .cube by its own reader.

Source of the form: AJA, ColorBox REST API 1.0.0. Assumed, because no document says it: 0 and 1 of a file are codes 0
and 4095, it has as many points as a stage, and one that is no good is answered with 400.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

UPLOADED = {"lut_1d": "1d", "lut_3d": "3d"}
SIZES = {"1d": ("LUT_1D_SIZE", 4096), "3d": ("LUT_3D_SIZE", 33)}
LARGEST = 4095


@dataclass(frozen=True, slots=True)
class Uploaded:
    """`library`: 1d or 3d. `file`: its name; `data`: its bytes."""

    library: str
    entry: int
    file: str
    data: bytes


def uploaded(type: str, body: bytes, entries: int) -> Uploaded:
    """What came as `type`, multipart/form-data. Raises ValueError with the reason that the box gives."""
    message = email.message_from_bytes(f"Content-Type: {type}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
    if message.get_content_type() != "multipart/form-data" or not message.is_multipart():
        raise ValueError("no form")
    fields, name = {}, ""
    for part in message.iter_parts():
        field = str(part.get_param("name", "", "content-disposition"))
        payload = part.get_payload(decode=True)
        fields[field] = payload if isinstance(payload, bytes) else b""
        name = part.get_filename() or name
    if fields.keys() != {"file", "kind", "entry"} or not name:
        raise ValueError("file, kind and entry are wanted")
    kind, entry = fields["kind"].decode(), fields["entry"].decode()
    if kind not in UPLOADED:
        raise ValueError("no such kind")
    if not (entry.isdigit() and 1 <= int(entry) <= entries):
        raise ValueError("no such entry")
    return Uploaded(UPLOADED[kind], int(entry), name, fields["file"])


def table_of(file: Uploaded) -> NDArray[np.int16] | NDArray[np.uint16]:
    """As its stages hold it: (4096, 3) of 12 bits, or (33, 33, 33, 3), index b, g, r, of 16. Raises ValueError."""
    keyword, size = SIZES[file.library]
    lines = [line.split() for line in file.data.decode("latin-1").splitlines()]
    if [keyword, str(size)] not in lines:
        raise ValueError(f"{keyword} {size} is wanted")
    rows = [words for words in lines if words and (words[0][0].isdigit() or words[0][0] in "-+.")]
    if len(rows) != (size if file.library == "1d" else size**3) or any(len(row) != 3 for row in rows):
        raise ValueError("a damaged file")
    codes = np.floor(np.array(rows, dtype=np.float64).clip(0, 1) * LARGEST + 0.5)
    if file.library == "1d":
        return codes.astype(np.int16)
    return (codes.astype(np.uint16) << 4).reshape(size, size, size, 3)
