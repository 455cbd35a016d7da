"""What goes over the WebSocket of an AJA ColorBox: tables, matrices and lattices in binary, questions in JSON.

Source: AJA, ColorBox demos (github.com/aja-video/colorbox-demos): DynamicLutLoad, DynamicMatrixLoad, RGBTriplet,
FrameGrab. All numbers are little-endian. No wire and no state in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np

from livegrade_devices.lutboxes.stages import POINTS, SIDE, Stages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Codes = NDArray[np.uint16]

TABLES = (b"1DL1", b"1DL2", b"1DL3", b"1DL4")
LATTICE = b"3DL1"
MATRICES = (b"MTX2", b"MTX3")
PREFIX = 4
TABLE_BYTES = PREFIX + POINTS * 3 * 2
LATTICE_BYTES = PREFIX + SIDE**3 * 3 * 2
MATRIX_BYTES = PREFIX + 16 * 4
LARGEST = LATTICE_BYTES
SPARE_BITS = 4
"""A lattice and a pixel have codes of 16 bits, of which the box works with the upper 12."""
STAGES = {
    b"1DL1": "lut1d_1",
    b"MTX2": "m3x3_2",
    b"1DL2": "lut1d_2",
    b"3DL1": "lut3d_1",
    b"1DL3": "lut1d_3",
    b"MTX3": "m3x3_3",
    b"1DL4": "lut1d_4",
}
"""The stages in the order in which a picture passes them: by what they are sent, and as REST calls them."""


class TripletQuestion(msgspec.Struct, frozen=True, tag_field="type", tag="rgbtriplet"):
    """What becomes of a colour of 16 bits that is put at a pixel of the frame store."""

    x: int
    y: int
    r: int
    g: int
    b: int
    cookie: str


class TripletAnswer(msgspec.Struct, frozen=True):
    """`expected_`: by the box's own reckoning; `actual_`: read back behind the stages. 16 bits."""

    type: Literal["rgbtriplet"]
    cookie: str
    expected_r: int = msgspec.field(name="expectedR")
    expected_g: int = msgspec.field(name="expectedG")
    expected_b: int = msgspec.field(name="expectedB")
    actual_r: int = msgspec.field(name="actualR")
    actual_g: int = msgspec.field(name="actualG")
    actual_b: int = msgspec.field(name="actualB")

    @property
    def actual(self) -> tuple[int, int, int]:
        return self.actual_r, self.actual_g, self.actual_b

    @property
    def expected(self) -> tuple[int, int, int]:
        return self.expected_r, self.expected_g, self.expected_b


GRAB_INPUT, GRAB_OUTPUT = "FRAMEGRAB_INPUT", "FRAMEGRAB_OUTPUT"
RASTERS = ((1280, 720), (1920, 1080), (2048, 1080), (3840, 2160), (4096, 2160))
"""Width and height: a grabbed picture does not say its own."""
LARGEST_GRAB = 4096 * 2160 * 6 * 4 // 3 + 1024 * 1024


class Grabbed(msgspec.Struct, frozen=True):
    """`image`: R'G'B' of 16 bits, in rows."""

    image: bytes


class _Named(msgspec.Struct, frozen=True):
    image: msgspec.Raw = msgspec.Raw()


def grabbed(message: str | bytes) -> NDArray[np.uint16] | None:
    """(height, width, 3) of 16 bits; None for an answer to something else. Raises ValueError for what is no answer at
    all, and for a picture that cannot be read or is of no raster there is."""
    try:
        image = msgspec.json.decode(message, type=Grabbed).image
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            if not bytes(msgspec.json.decode(message, type=_Named).image):
                return None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ValueError("it answers with what is no picture; ask again") from None
        raise ValueError("its picture is damaged (it is no base64); ask again") from None
    for width, height in RASTERS:
        if len(image) == width * height * 6:
            return np.frombuffer(image, "<u2").reshape(height, width, 3)
    raise ValueError(f"a picture of {len(image):,} bytes is of no raster that the box has")


def messages(stages: Stages) -> Iterator[bytes]:
    """For every stage, in their order, what makes it so. Tables and matrices that are None are sent as ones that change
    nothing; for a lattice there are no such entries (a plane above 4095 would be needed), it is switched off."""
    for prefix in STAGES:
        if prefix in TABLES:
            yield table_message(prefix, stages.tables[TABLES.index(prefix)])
        elif prefix in MATRICES:
            yield matrix_message(prefix, stages.matrices[MATRICES.index(prefix)])
        elif stages.lattice is not None:
            yield lattice_message(stages.lattice)


def table_message(prefix: bytes, table: Codes | None) -> bytes:
    """`table`: (4096, 3) of codes."""
    made = np.repeat(np.arange(POINTS)[:, np.newaxis], 3, axis=1) if table is None else table
    return prefix + made.astype("<i2").tobytes()


def matrix_message(prefix: bytes, matrix: NDArray[np.float32] | None) -> bytes:
    """`matrix`: (3, 4), the last column in codes."""
    made = np.eye(4)
    if matrix is not None:
        made[:3] = matrix
    return prefix + made.astype("<f4").tobytes()


def lattice_message(lattice: Codes) -> bytes:
    """`lattice`: (33, 33, 33, 3) of codes, index r, g, b; on the wire red goes fastest."""
    return LATTICE + (lattice.transpose(2, 1, 0, 3).astype("<u2") << SPARE_BITS).tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A message taken apart. `stage`: as REST calls it; `values`: (4096, 3) int16, (33, 33, 33, 3) uint16 in the order
    of the wire, index b, g, r, of 16 bits, or (4, 4) float32."""

    stage: str
    values: NDArray[np.int16] | NDArray[np.uint16] | NDArray[np.float32]


def loaded(message: bytes) -> Loaded | None:
    """None for what is no message to a stage. Raises ValueError where one has not the length that it must have."""
    prefix, body = message[:PREFIX], message[PREFIX:]
    if prefix not in STAGES:
        return None
    sizes = {LATTICE: LATTICE_BYTES, **dict.fromkeys(TABLES, TABLE_BYTES), **dict.fromkeys(MATRICES, MATRIX_BYTES)}
    if len(message) != sizes[prefix]:
        raise ValueError(f"{prefix.decode()} has {sizes[prefix]:,} bytes, not {len(message):,}")
    if prefix == LATTICE:
        return Loaded(STAGES[prefix], np.frombuffer(body, "<u2").reshape(SIDE, SIDE, SIDE, 3))
    if prefix in MATRICES:
        return Loaded(STAGES[prefix], np.frombuffer(body, "<f4").reshape(4, 4))
    return Loaded(STAGES[prefix], np.frombuffer(body, "<i2").reshape(POINTS, 3))


def question(cookie: str, pixel: tuple[int, int], codes: tuple[int, int, int]) -> bytes:
    """`codes`: of 12 bits."""
    red, green, blue = (code << SPARE_BITS for code in codes)
    return msgspec.json.encode(TripletQuestion(*pixel, red, green, blue, cookie))


def asked(message: bytes) -> TripletQuestion | None:
    """None for what is no such question."""
    try:
        return msgspec.json.decode(message, type=TripletQuestion)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def answered(message: str | bytes) -> TripletAnswer | None:
    """None for what is no such answer."""
    try:
        return msgspec.json.decode(message, type=TripletAnswer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
