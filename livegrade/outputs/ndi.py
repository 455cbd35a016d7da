"""NDI output: pictures, sound, timecode and what is known of the frame, to whoever watches on the network.

The session paces (`clocked` is False; NDI's own clocking is off). Pictures are handed to the runtime without a copy: it
reads them while the next one is being made, so the frame is held until the next call has said that it is done with the
last. NDI compresses, so this output is lossy and no proof path.

Each picture carries XML beside it, one `ndi_metadata_group` with two elements: `ndi_color_info` (NDI SDK 6, colour
tags) and `livegrade` with the attributes `timecode` (the label as text, drop frame shown by the semicolon), `reel`,
`clip`, `recording`, `look` and `frame` (our index), each only where it is known.
"""

from __future__ import annotations

import ctypes
import logging
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np

import livegrade
from livegrade.errors import FormatError, SinkError, UsageError
from livegrade.transport import ndi_abi as abi
from livegrade.transport.ndi import AUDIO_FULL_SCALE, library, timecode_to_ndi
from livegrade.video.format import Matrix, Primaries, Range, Scan, Transfer
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from livegrade.outputs.sink import StreamStart
    from livegrade.transport.address import SinkAddress
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)

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
_XML_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)}


class NdiSink:
    """One NDI source as others see it. `name`: its full name on the network once open, such as "CART (Village)", which
    has a number added by the runtime when the name was taken. `connections`: receivers now."""

    lossy = True
    clocked = False

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
        self._library = library()
        self._sender: int | None = None
        self._video = abi.VideoFrame()
        self._format: VideoFormat | None = None
        self._color = ""
        self._held: tuple[Frame, bytes] | None = None

    def accept(self, source: VideoFormat) -> VideoFormat:
        """P216 for sources of more than 8 bits, else UYVY; legal range. Raises UsageError for an odd width."""
        if source.width % 2:
            raise UsageError(f"{self.address}: NDI needs an even width, and this picture is {source.width} wide")
        name = self._layout or ("p216" if source.layout.bits > 8 else "uyvy")
        return replace(source, layout=layout(name), range=Range.LEGAL)

    @property
    def connections(self) -> int:
        """Receivers connected now; 0 also while closed."""
        return 0 if self._sender is None else int(self._library.send_get_no_connections(self._sender, 0))

    def open(self, format: VideoFormat, start: StreamStart) -> None:
        if self._sender is not None:
            raise SinkError(f"{self.address} is open already")
        if format.layout.name not in _FOURCC:
            raise FormatError(f"{self.address} takes {' or '.join(_FOURCC)}, not {format.layout.name}")
        settings = abi.SendCreate(self._wanted_name.encode(), None, False, False)
        sender = self._library.send_create(ctypes.byref(settings))
        if not sender:
            raise SinkError(
                f"{self.address}: NDI cannot make an output called '{self._wanted_name}'; is the name taken?"
            )
        self._sender = sender
        self._format = format
        self._color = _color_info(format)
        self._video = _video_frame(format)
        self._name_and_introduce(sender)

    def _name_and_introduce(self, sender: int) -> None:
        source = self._library.send_get_source_name(sender)
        self.name = source.contents.name.decode("utf-8", "replace") if source else self._wanted_name
        if not self.name.endswith(f"({self._wanted_name})"):
            _log.warning("NDI name was taken wanted=%s got=%s", self._wanted_name, self.name)
        product = (
            '<ndi_product long_name="livegrade" short_name="livegrade" manufacturer="livegrade" '
            f'version="{livegrade.__version__}" session="default" model_name="" serial=""/>'
        )
        greeting = abi.MetadataFrame(0, abi.TIMECODE_SYNTHESIZE, product.encode())
        self._library.send_add_connection_metadata(sender, ctypes.byref(greeting))

    def write(self, frame: Frame) -> None:
        sender = self._sender
        if sender is None:
            raise SinkError(f"{self.address} is not open")
        if frame.format != self._format:
            raise FormatError(f"{self.address} was opened for {self._format} and got {frame.format}")
        ticks = abi.TIMECODE_SYNTHESIZE if frame.timecode is None else timecode_to_ndi(frame.timecode)
        if self._with_sound and frame.audio is not None and frame.audio.length:
            self._send_sound(sender, frame, ticks)
        text = _frame_xml(frame, self._color)
        self._video.timecode = ticks
        self._video.data = frame.data.ctypes.data
        self._video.metadata = text
        self._library.send_send_video_async_v2(sender, ctypes.byref(self._video))
        self._held = (frame, text)
        self.frames_written += 1

    def _send_sound(self, sender: int, frame: Frame, ticks: int) -> None:
        block = frame.audio
        if block is None:
            return
        samples = np.ascontiguousarray(block.samples * np.float32(AUDIO_FULL_SCALE))
        sound = abi.AudioFrame(
            sample_rate=block.rate,
            channels=block.channels,
            samples=block.length,
            timecode=ticks,
            fourcc=abi.AUDIO_FLTP,
            data=samples.ctypes.data,
            channel_stride=samples.strides[0],
        )
        self._library.send_send_audio_v3(sender, ctypes.byref(sound))  # has copied the samples when it returns

    def close(self) -> None:
        sender, self._sender = self._sender, None
        if sender is None:
            return
        self._library.send_send_video_async_v2(sender, None)
        self._library.send_destroy(sender)
        self._held = None
        self._format = None

    def abort(self) -> None:
        self.close()


def _video_frame(format: VideoFormat) -> abi.VideoFrame:
    fps = format.rate.fps
    return abi.VideoFrame(
        xres=format.width,
        yres=format.height,
        fourcc=_FOURCC[format.layout.name],
        frame_rate_n=fps.numerator,
        frame_rate_d=fps.denominator,
        picture_aspect_ratio=0.0,  # square pixels
        frame_format=_SCANS[format.scan],
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
