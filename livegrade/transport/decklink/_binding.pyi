"""Types of the native module: our client of the frozen 14-generation interfaces of the DeckLink driver.

Numbers are the driver's own (four-character codes as int). No driver thread ever takes the interpreter lock: call-backs
fill queues of the extension, and Python waits in `Capture.take` and `Playout.wait_tick` with the lock released. Host
times are nanoseconds of the machine's performance counter (`time.perf_counter_ns`). A method that the driver refuses
raises DriverError.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

class DriverError(Exception):
    """What the driver answered. `call`: interface and method, "IDeckLinkInput::EnableVideoInput"; `code`: its result as
    unsigned 32 bit. Who catches it turns it into one plain sentence of livegrade.errors."""

    call: str
    code: int

def driver_version() -> tuple[int, str] | None:
    """(0xMMmmss00, "14.2.1") of the driver; the library is loaded on first use. None: no driver here."""

def load_error() -> str | None:
    """Why the library could not be loaded, in the system's own words; None when it is loaded."""

def slots() -> list[tuple[str, int]]:
    """Where the compiler put the methods of our declarations in the tables; empty but on x86-64 with the Itanium ABI.
    For the test of the declarations."""

class Mode:
    """A display mode. Frames per second = scale / duration."""

    code: int
    name: str
    width: int
    height: int
    duration: int
    scale: int
    dominance: int
    flags: int

class CardFacts:
    """What a card says of itself; `None`: the driver has no such value."""

    index: int
    model: str
    name: str
    persistent_id: int | None
    handle: str | None
    subdevice: int
    subdevices: int
    captures: bool
    plays: bool
    detects_format: bool
    hdr: bool
    colorspace: bool
    has_reference: bool
    input_connections: int
    output_connections: int
    input_connection: int | None
    duplex: int | None
    profile: int | None
    minimum_preroll: int
    max_audio_channels: int
    hfr_timecode: bool
    anc_needs_v210: bool
    busy: int
    """Bit field: 1 capture, 2 playback, by any program."""
    input_locked: bool | None
    detected_mode: int | None
    detected_flags: int | None
    reference_locked: bool | None
    reference_mode: int | None
    temperature_c: float | None
    pcie_width: int | None
    pcie_speed: int | None

def cards() -> list[CardFacts]:
    """Every card in the driver's order, its status of this moment; empty without a driver."""

def modes(card: int, output: bool) -> list[Mode]:
    """Raises IndexError when there is no such card, DriverError when it has no such direction."""

def supports(card: int, output: bool, connection: int, mode: int, pixel_format: int) -> tuple[bool, int]:
    """(supported, actual mode). `connection` 0: any. Raises as `modes`."""

class Timecode14:
    """One timecode of a picture. `format`: four-character code. `flags`: 1 drop frame, 2 field mark (second picture of
    a pair), 4 colour frame, 8 trigger embedded, 16 record triggered. `frames` counts to 49 or 59 in format `rphr`, to
    24 or 29 in the others."""

    format: int
    hours: int
    minutes: int
    seconds: int
    frames: int
    flags: int
    user_bits: int | None
    def __init__(
        self,
        format: int,
        hours: int,
        minutes: int,
        seconds: int,
        frames: int,
        flags: int = 0,
        user_bits: int | None = None,
    ) -> None: ...

class Packet:
    """An ancillary packet. `data`: user data words, 8 bits each, at most 255; `line` 0: the driver chooses."""

    did: int
    sdid: int
    line: int
    stream: int
    data: bytes
    def __init__(self, did: int, sdid: int, data: bytes, line: int = 0, stream: int = 0) -> None: ...

class Picture:
    """One captured picture. The driver's frame is kept until this object and every array made from `data` are gone."""

    data: NDArray[np.uint8]
    """1-D, read-only, `stride` x `height` bytes in the driver's memory or the allocator's."""
    width: int
    height: int
    stride: int
    pixel_format: int
    flags: int
    """1 << 31: no input source; 1 << 30: captured as PsF; 2: carries metadata."""
    mode: Mode
    """In force when it was captured."""
    arrived_ns: int
    """Host time at which the driver's call-back began."""
    stream_time: int
    stream_duration: int
    """In units of 1 / mode.scale seconds, from the start of the streams in this mode."""
    hardware_ns: int
    """The card's clock."""
    timecodes: list[Timecode14]
    """Those that the picture carries, in the order rphr, rpv1, rp12, rplt."""
    packets: list[Packet]
    audio: NDArray[np.int32] | None
    """(samples, channels), 24 bits at the top of 32."""
    audio_time: int
    """Of the first sample, in samples of 48 kHz on the card's stream time."""
    metadata_ints: dict[int, int]
    metadata_floats: dict[int, float]
    number: int
    """Running count of pictures that the call-back saw since `start`, from 0."""
    missed: int
    """Pictures thrown away so far in our own queue, oldest first."""

class FormatChange:
    """Comes in the queue in order, before the first picture of the new mode; several that nobody took are one. The
    input is already enabled again where it had to be."""

    mode: Mode
    events: int
    flags: int
    pixel_format: int
    restarted: bool
    """The streams began anew, and their time with them; False where the depth of the signal alone changed."""
    failed: DriverError | None
    """Why the input could not be enabled for what comes."""

class CaptureCounters:
    pictures: int
    missed: int
    no_source: int
    changes: int
    errors: int
    """Call-backs that failed, and changes of format that the driver refused."""
    own_memory: int
    """How often the driver wanted memory and none of the given `buffers` served."""
    calls: dict[str, int]
    """Calls to the driver by interface and method."""

class Capture:
    """One input. On a format change it pauses, enables the new mode with the right pixel format (`pixel_format` if that
    is Y'CbCr, else v210, for Y'CbCr signals; for RGB `rgb12_format` where it has 12 bits and the card can, else
    `rgb_format`), keeps its allocator, flushes and starts again, all
    on the driver's thread."""

    def __init__(
        self,
        card: int,
        *,
        mode: int,
        pixel_format: int,
        rgb_format: int = ...,
        rgb12_format: int = ...,
        detect: bool = True,
        connection: int | None = None,
        audio_channels: int = 16,
        packets: bool = True,
        queue: int = 3,
        buffers: Sequence[NDArray[np.uint8]] = (),
    ) -> None:
        """`buffers`: memory for the driver to capture into (pinned for a GPU), each large enough for `mode` or not
        used; empty: the driver's own. Raises DriverError, IndexError."""

    def start(self) -> None:
        """Also after `stop`. Raises DriverError."""

    def take(self, timeout_ns: int) -> Picture | FormatChange | None:
        """The oldest in the queue; waits with the lock released. None: timeout, or stopped. Raises DriverError
        when the driver refuses the memory of a picture."""

    def status(self) -> tuple[bool | None, int | None]:
        """(locked, detected mode)."""

    def counters(self) -> CaptureCounters: ...
    def stop(self, limit_ns: int = ...) -> bool:
        """Waits until no call-back runs, at most so long, with the lock released; afterwards pictures still held stay
        valid. False: the driver did not come to rest, and is left alone."""

class PlayoutCounters:
    scheduled: int
    completed: int
    late: int
    dropped: int
    flushed: int
    underruns: int
    """Pictures' times that had passed before one was written for them."""
    refused: int
    """Timecodes and packets that the driver did not take; their pictures were shown without them."""
    sound_lost: int
    """Samples that the driver did not take, or that had no place on the time line."""
    calls: dict[str, int]

class Playout:
    """One output with scheduled playback. Frames are made once (preroll + 2), filled by copy and scheduled at
    n * duration on the card's time line; never in the past: after a stall the next is scheduled at the playhead's next
    free frame and the jump is counted as underruns."""

    stride: int
    """Bytes of a row."""
    preroll: int
    """Pictures scheduled before playback starts: what was asked for, or what the card needs at least."""
    def __init__(
        self,
        card: int,
        *,
        mode: int,
        pixel_format: int,
        preroll: int = 2,
        audio_channels: int = 0,
        timecode: bool = True,
        packets: bool = True,
        colorspace: int | None = None,
        eotf: int | None = None,
        hdr_floats: Mapping[int, float] = ...,
    ) -> None:
        """Enables the output. Pictures are marked as HDR where `eotf` is given. Raises DriverError, IndexError, and
        ValueError for a pixel format that is not played."""

    def write(
        self,
        data: NDArray[np.uint8],
        *,
        audio: NDArray[np.int32] | None = None,
        timecode: Timecode14 | None = None,
        hfr_timecode: bool = False,
        packets: Sequence[Packet] = (),
    ) -> int | None:
        """Copies and schedules one picture (lock released); playback starts by itself when `preroll` are scheduled.
        Returns the frame number on the card's time line; None: no free frame (the card did not complete one), or
        stopped.

        `data`: `stride` bytes for each row. `audio`: (samples, channels) that begin with this picture; samples run on
        while pictures follow one another and begin anew with a picture after a jump; None: silence. `timecode`: in
        format `rphr` its frames count every picture, in any other they are the label's and flag 2 marks the second
        picture of a pair. It is sent as SMPTE ST 12-2 wants it for the mode, and with `hfr_timecode` besides as `rphr`.
        Raises DriverError, ValueError."""

    def wait_tick(self, timeout_ns: int) -> tuple[int, int] | None:
        """Waits until a frame completed (the card wants the next one): (host ns of that completion, count of ticks so
        far). Each completion is handed over once. None: timeout, or stopped."""

    def reference(self) -> tuple[bool | None, int | None]:
        """(locked, mode) of the reference input."""

    def counters(self) -> PlayoutCounters:
        """Our own, without asking the driver."""

    def stop(self, limit_ns: int = ...) -> bool:
        """Stops at once and disables the output; waits until no call-back runs, at most so long, with the lock
        released. False: the driver did not come to rest, and is left alone."""
