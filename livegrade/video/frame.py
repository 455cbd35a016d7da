"""A frame: one picture on its way through the program, with everything that came with it. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import FormatError

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from livegrade.timing.timecode import Timecode
    from livegrade.video.ancillary import AncillaryPacket, TimecodeFlag
    from livegrade.video.format import VideoFormat
    from livegrade.video.pool import Lease


@dataclass(frozen=True, slots=True, eq=False)
class AudioBlock:
    """The sound of one frame. `samples`: float32 (channels, n), full scale -1..1; n varies by one from frame to frame
    at rates like 29.97. `rate`: samples per second."""

    samples: NDArray[np.float32]
    rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32:
            raise FormatError(
                f"sound must be float32 (channels, samples), not {self.samples.dtype} {self.samples.shape}"
            )
        if self.rate < 1:
            raise FormatError(f"a sound of {self.rate} samples per second cannot be played")

    @property
    def channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def length(self) -> int:
        """Samples per channel."""
        return int(self.samples.shape[1])


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the signal says about the picture; None: it does not say. `recording`: the camera's record flag.
    `timecode_flags`, `user_bits`: what came with the timecode, the bits as 32 in the order that the carrier has them.
    `extra`: further keys and values as the carrier spelled them."""

    recording: bool | None = None
    reel: str | None = None
    clip: str | None = None
    exposure_index: int | None = None
    timecode_flags: TimecodeFlag | None = None
    user_bits: int | None = None
    extra: tuple[tuple[str, str], ...] = ()


NO_METADATA = Metadata()


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture. Holding the frame, its lease or an array made from `data` keeps the bytes.

    `index`: strictly increasing per source; a jump of more than one says that the source lost pictures.
    `captured_ns`: when the picture reached us, on the program's clock. `pts`: seconds from the start of the stream,
    exactly, where the source has such a time. `ancillary`: the packets that came with the picture, in the wire's order.
    `look_id`: the look that was applied, None before the engine and where no look was. `drawn`: the engine changed the
    picture, so that what the source says of its colours is not true of it.
    """

    pixels: Lease
    format: VideoFormat
    index: int
    captured_ns: int
    pts: Fraction | None = None
    timecode: Timecode | None = None
    audio: AudioBlock | None = None
    metadata: Metadata = NO_METADATA
    ancillary: tuple[AncillaryPacket, ...] = ()
    look_id: str | None = None
    drawn: bool = False

    @property
    def data(self) -> NDArray[np.uint8]:
        """The picture's bytes, 1-D, laid out as `format.geometry` says."""
        return self.pixels.data
