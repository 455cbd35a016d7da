"""NDI output: pictures, sound, timecode and what is known of the frame, to whoever watches on the network.

The session paces (NDI's own clocking is off). The runtime works in a process of its own and reads
pictures where they are, in memory shared with it; a frame is held until that process has said that it is done with it.
NDI compresses, so this output is lossy and no proof path.

Each picture carries XML beside it, one `ndi_metadata_group` with two elements: `ndi_color_info` (NDI SDK 6, colour
tags) and `livegrade` with the attributes `timecode` (the label as text, drop frame shown by the semicolon), `reel`,
`clip`, `recording`, `look` and `frame` (our index), each only where it is known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np

import livegrade
from livegrade.errors import FormatError, SinkError, UsageError
from livegrade.transport import ndi_abi as abi
from livegrade.transport import picture_memory
from livegrade.transport.ndi import AUDIO_FULL_SCALE, timecode_to_ndi
from livegrade.transport.ndi_abi import find_library
from livegrade.transport.ndi_sender import NdiSender
from livegrade.transport.ndi_wire import MAX_SOUND_CHANNELS
from livegrade.video.format import Matrix, Primaries, Range, Scan, Transfer
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.outputs.sink import StreamStart
    from livegrade.transport.address import SinkAddress
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import AudioBlock, Frame

_FOURCC = {"p216": abi.fourcc("P216"), "uyvy": abi.fourcc("UYVY")}
_SCANS = {
    Scan.PROGRESSIVE: abi.PROGRESSIVE,
    Scan.PSF: abi.PROGRESSIVE,
    Scan.INTERLACED_TFF: abi.FIELDS_INTERLEAVED,
    Scan.INTERLACED_BFF: abi.FIELDS_INTERLEAVED,
}
# Values of ndi_color_info, NDI documentation, "Metadata elements"; what has no name there is left out.
_MATRICES = {Matrix.BT601: "bt_601", Matrix.BT709: "bt_709", Matrix.BT2020: "bt_2020"}
_PRIMARIES = {
    Primaries.BT709: "bt_709",
    Primaries.BT2020: "bt_2020",
    Primaries.BT601_525: "bt_601",
    Primaries.BT601_625: "bt_601",
}
_TRANSFERS = {Transfer.BT709: "bt_709", Transfer.PQ: "bt_2100_pq", Transfer.HLG: "bt_2100_hlg"}
_MAX_NAME = 128
_PRODUCT = (
    '<ndi_product long_name="livegrade" short_name="livegrade" manufacturer="livegrade" '
    f'version="{livegrade.__version__}" session="default" model_name="" serial=""/>'
)
_XML_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)}


class NdiSink:
    """One NDI source as others see it. `name`: its full name on the network once open, such as "CART (Village)".

    NDI that ends, hangs or falls behind never fails or holds up a `write`, which answers that a frame was not sent."""

    lossy = True

    def __init__(self, address: SinkAddress) -> None:
        self.address = str(address)
        self.frames_written = 0
        self.name: str | None = None
        self._wanted_name = address.target
        self._with_sound = address.option("audio") != "off"
        self._layout = address.option("layout")
        if len(self._wanted_name.encode()) > _MAX_NAME:
            raise UsageError(f"{self.address}: an NDI name has at most {_MAX_NAME} bytes")
        if self._layout is not None and self._layout not in _FOURCC:
            raise UsageError(f"{self.address}: NDI is sent as {' or '.join(_FOURCC)}, not layout={self._layout}")
        find_library()
        self._sender: NdiSender | None = None
        self._format: VideoFormat | None = None
        self._color = ""

    def accept(self, source: VideoFormat) -> VideoFormat:
        """P216 for sources of more than 8 bits, else UYVY; legal range. Raises UsageError for an odd width."""
        if source.width % 2:
            raise UsageError(f"{self.address}: NDI needs an even width, and this picture is {source.width} wide")
        name = self._layout or ("p216" if source.layout.bits > 8 else "uyvy")
        return replace(source, layout=layout(name), range=Range.LEGAL)

    def allocate(self, size: int) -> NDArray[np.uint8]:
        """Memory that the sending process reads in place."""
        return picture_memory.allocate(size)

    @property
    def connections(self) -> int:
        """Receivers connected now; 0 also while closed."""
        sender = self._sender
        return 0 if sender is None else sender.connections

    def prepare(self) -> None:
        """The name is on the network from here to `close`. Raises SinkError where it is taken."""
        if self._sender is not None:
            return
        try:
            self._sender = NdiSender(self._wanted_name, _PRODUCT)
        except SinkError as error:
            raise SinkError(f"{self.address}: {error}") from None
        self.name = self._sender.full_name

    def open(self, format: VideoFormat, start: StreamStart) -> None:
        if format.layout.name not in _FOURCC:
            raise FormatError(f"{self.address} takes {' or '.join(_FOURCC)}, not {format.layout.name}")
        self.prepare()
        self._format = format
        self._color = _color_info(format)

    def write(self, frame: Frame) -> str | None:
        sender = self._sender
        if sender is None or self._format is None:
            raise SinkError(f"{self.address} is not open")
        if frame.format != self._format:
            raise FormatError(f"{self.address} was opened for {self._format} and got {frame.format}")
        ticks = abi.TIMECODE_SYNTHESIZE if frame.timecode is None else timecode_to_ndi(frame.timecode)
        header = _video_frame(frame.format, ticks)
        sound = _sound(frame.audio, ticks) if self._with_sound and frame.audio is not None else None
        away = sender.send(header, _frame_xml(frame, self._color), frame.pixels, sound)
        self.frames_written += away is None
        return away

    def close(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()
            self._format = None

    def abort(self) -> None:
        self.close()


def _sound(block: AudioBlock, ticks: int) -> tuple[abi.AudioFrame, bytes] | None:
    """At NDI's level; None where there is nothing to send. More channels than NDI's process takes are left out."""
    samples = np.ascontiguousarray(block.samples[:MAX_SOUND_CHANNELS] * np.float32(AUDIO_FULL_SCALE))
    if not samples.size:
        return None
    header = abi.AudioFrame(
        sample_rate=block.rate,
        channels=samples.shape[0],
        samples=samples.shape[1],
        timecode=ticks,
        fourcc=abi.AUDIO_FLTP,
        channel_stride=samples.strides[0],
    )
    return header, samples.tobytes()


def _video_frame(format: VideoFormat, ticks: int) -> abi.VideoFrame:
    fps = format.rate.fps
    return abi.VideoFrame(
        xres=format.width,
        yres=format.height,
        fourcc=_FOURCC[format.layout.name],
        frame_rate_n=fps.numerator,
        frame_rate_d=fps.denominator,
        picture_aspect_ratio=0.0,  # square pixels
        frame_format=_SCANS[format.scan],
        timecode=ticks,
        line_stride=format.geometry.planes[0].stride,
    )


def _color_info(format: VideoFormat) -> str:
    tags = (
        ("transfer", _TRANSFERS.get(format.transfer)),
        ("matrix", _MATRICES[format.matrix]),
        ("primaries", _PRIMARIES.get(format.primaries)),
    )
    return _element("ndi_color_info", tags)


def _frame_xml(frame: Frame, color: str) -> bytes:
    known = frame.metadata
    recording = None if known.recording is None else str(known.recording).lower()
    attributes = (
        ("timecode", None if frame.timecode is None else str(frame.timecode)),
        ("reel", known.reel),
        ("clip", known.clip),
        ("recording", recording),
        ("look", frame.look_id),
        ("frame", str(frame.index)),
    )
    return f"<ndi_metadata_group>{color}{_element('livegrade', attributes)}</ndi_metadata_group>".encode(
        errors="replace"
    )


def _element(name: str, attributes: tuple[tuple[str, str | None], ...]) -> str:
    written = "".join(f" {key}={quoteattr(text.translate(_XML_CONTROLS))}" for key, text in attributes if text)
    return f"<{name}{written}/>"
