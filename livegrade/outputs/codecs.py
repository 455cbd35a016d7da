"""The table of file codecs: what `codec=` may say, which encoder that is, and which pixel layout it takes. Values and
look-ups only; PyAV is not loaded here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from livegrade.errors import UsageError
from livegrade.video.format import Range
from livegrade.video.layouts import Chroma, layout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from livegrade.video.format import VideoFormat
    from livegrade.video.layouts import PixelLayout


@dataclass(frozen=True, slots=True)
class FileCodec:
    """One row: `name` on the command line, FFmpeg's `encoder` and its `options`.

    `layouts`: what the encoder takes, the default first. `quality`: the encoder option that `quality=` sets, with its
    largest value, or None. `carries_range`: readers learn from the file whether the codes are legal or full range; the
    others are legal by convention. `raw`: pictures are written as they are, no encoder runs. `intra`: each picture is
    coded by itself, so a coded one may stand again for a repeated picture. `tag`: its code in MOV and MP4.
    """

    name: str
    encoder: str
    layouts: tuple[str, ...]
    options: Mapping[str, str]
    containers: tuple[str, ...] = ("mov",)
    quality: tuple[str, int] | None = None
    carries_range: bool = False
    raw: bool = False
    intra: bool = True
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file or stream: FFmpeg's `muxer`, the codec used when none is named, the `audio` encoder and muxer
    `options`.

    `channels_per_track`: None puts all channels of sound in one track. `tracks`: how many tracks of sound at most.
    `fragmented`: it is a row of whole fragments while it is being written (see `fragments`). `headed`: encoders put
    what every reader needs into its head, which FFmpeg knows by itself where it is not `queued`.
    """

    muxer: str
    codec: str
    audio: str
    options: Mapping[str, str]
    channels_per_track: int | None = None
    tracks: int | None = None
    fragmented: bool = False
    headed: bool = False


def _prores(name: str, profile: int, layouts: tuple[str, ...] = ("yuv422p10",)) -> FileCodec:
    return FileCodec(name, "prores_ks", layouts, {"profile": str(profile), "vendor": "apl0"})


def _dnxhr(name: str, profile: str, *layouts: str) -> FileCodec:
    return FileCodec(name, "dnxhd", layouts, {"profile": profile}, carries_range=True)


def _mpeg(name: str, encoder: str, layouts: tuple[str, ...], options: Mapping[str, str], tag: str) -> FileCodec:
    return FileCodec(
        name, encoder, layouts, options, ("mov", "mp4"), quality=("crf", 51), carries_range=True, intra=False, tag=tag
    )


# No B-frames: a file that was cut off would lack some of its last pictures, and with them libx265 takes the times of
# clips of one or two pictures from memory that it never wrote.
_X265 = {"preset": "veryfast", "crf": "20", "x265-params": "log-level=none:bframes=0"}
_TABLE = (
    _prores("prores-proxy", 0),
    _prores("prores-lt", 1),
    _prores("prores-422", 2),
    _prores("prores-hq", 3),
    _prores("prores-4444", 4, ("yuv444p10",)),
    # About twice as fast as prores_ks, and a third above Apple's data rate: for recording live on a small machine.
    FileCodec("prores-fast", "prores_aw", ("yuv422p10",), {"profile": "3", "vendor": "apl0"}),
    _dnxhr("dnxhr-lb", "dnxhr_lb", "yuv422p"),
    _dnxhr("dnxhr-sq", "dnxhr_sq", "yuv422p"),
    _dnxhr("dnxhr-hq", "dnxhr_hq", "yuv422p"),
    _dnxhr("dnxhr-hqx", "dnxhr_hqx", "yuv422p10"),
    _dnxhr("dnxhr-444", "dnxhr_444", "yuv444p10", "gbrp10"),
    FileCodec("v210", "v210", ("v210",), {}, raw=True),
    _mpeg(
        "h264",
        "libx264",
        ("yuv420p", "yuv422p", "yuv444p", "yuv420p10", "yuv422p10", "yuv444p10"),
        {"preset": "veryfast", "crf": "18", "bf": "0"},
        "avc1",
    ),
    _mpeg(
        "h265",
        "libx265",
        ("yuv420p10", "yuv420p", "yuv422p10", "yuv444p10", "yuv422p12", "yuv444p12"),
        _X265,
        "hvc1",
    ),
)

CODECS: Mapping[str, FileCodec] = MappingProxyType(
    {codec.name: codec for codec in _TABLE}
    | {
        alias: next(codec for codec in _TABLE if codec.name == name)
        for alias, name in (("prores", "prores-hq"), ("dnxhr", "dnxhr-hqx"), ("hevc", "h265"))
    }
)
"""Every value of `codec=`, aliases included."""

# write_colr: FFmpeg would leave the colour tags out altogether where one of them is unknown (a camera log transfer).
# Fragments of a second or 64 MB: those that are whole play, whatever happens to the rest, and closing the file makes it
# one like any other. delay_moov: without it the pictures of H.264 and the sound of AAC begin late. flush_packets: a
# fragment goes to the file when it is whole.
_FRAGMENTS = {
    "movflags": "+write_colr+hybrid_fragmented+delay_moov",
    "frag_duration": "1000000",
    "frag_size": "64000000",
    "flush_packets": "1",
}
_MOV = Container("mov", "prores-hq", "pcm_s24le", _FRAGMENTS, fragmented=True)
_MP4 = Container("mp4", "h264", "aac", _FRAGMENTS, channels_per_track=2, fragmented=True)
CONTAINERS: Mapping[str, Container] = MappingProxyType({".mov": _MOV, ".mp4": _MP4, ".m4v": _MP4})
"""Kinds of file by extension."""

_MUXERS = {
    "mov": _MOV,
    "mp4": _MP4,
    "matroska": Container("matroska", "h264", "pcm_s24le", {}),
    "flv": Container("flv", "h264", "aac", {}, channels_per_track=2, tracks=1),
    # What FFmpeg's own DeckLink output takes; it is not in the wheels of PyAV.
    "decklink": Container("decklink", "v210", "pcm_s16le", {}, tracks=1),
}
_BY_PROTOCOL = {"rtmp": "flv", "rtmps": "flv", "rtp": "rtp_mpegts", "rtsp": "rtsp"}


def container_for(path: Path) -> Container:
    """Raises UsageError for an extension that is not written."""
    container = CONTAINERS.get(path.suffix.lower())
    if container is None:
        kinds = ", ".join(CONTAINERS)
        raise UsageError(f"{path}: files of the kind '{path.suffix}' are not written; use one of {kinds}")
    return container


def container_of(muxer: str) -> Container:
    """What goes with FFmpeg's muxer of that name: H.264 and AAC in stereo tracks where we know no better."""
    return _MUXERS.get(muxer) or Container(muxer, "h264", "aac", {}, channels_per_track=2)


def container_to(url: str) -> Container:
    """What is usually sent to a URL of that protocol: an MPEG transport stream where we know no better."""
    return container_of(_BY_PROTOCOL.get(url.partition(":")[0].lower(), "mpegts"))


def codec_for(container: Container, where: Path | str, name: str | None) -> FileCodec:
    """The codec called `name`, or the usual one of the container. `where`: for the sentence. Raises UsageError."""
    codec = CODECS.get(name or container.codec)
    if codec is None:
        raise UsageError(f"{where}: '{name}' is not a codec; codec= takes {', '.join(CODECS)}")
    if container.muxer in ("mov", "mp4"):
        if container.muxer not in codec.containers:
            kinds = " or ".join(f".{kind}" for kind in codec.containers)
            raise UsageError(f"{where}: {codec.name} cannot be put into .{container.muxer}; name the file {kinds}")
        return codec
    return replace(codec, tag=None)


def for_streaming(codec: FileCodec) -> FileCodec:
    """The codec for a receiver that joins at any time and wants the picture now: no picture waits in the encoder."""
    return replace(codec, options={**codec.options, "tune": "zerolatency"}) if not codec.intra else codec


def with_quality(codec: FileCodec, where: Path | str, quality: str | None) -> FileCodec:
    """The codec with `quality=` applied (h264, h265: the CRF, 0 best to 51). Raises UsageError."""
    if quality is None:
        return codec
    if codec.quality is None:
        raise UsageError(f"{where}: quality= is for h264 and h265; {codec.name} has its own fixed data rate")
    option, largest = codec.quality
    if int(quality) > largest:
        raise UsageError(f"{where}: quality={quality} is not between 0 (best) and {largest}")
    return replace(codec, options={**codec.options, option: quality})


def wanted_format(codec: FileCodec, where: Path | str, source: VideoFormat, layout_name: str | None) -> VideoFormat:
    """The format in which pictures of `source` are to be handed to the encoder.

    Range: the source's own where the file tells its readers, legal where readers assume that. Raises UsageError.
    """
    if layout_name is not None and layout_name not in codec.layouts:
        raise UsageError(f"{where}: {codec.name} takes {', '.join(codec.layouts)}, not layout={layout_name}")
    chosen = layout(layout_name or codec.layouts[0])
    _check_size(where, codec, source, chosen)
    return replace(source, layout=chosen, range=_range(codec, source, chosen))


def _range(codec: FileCodec, source: VideoFormat, chosen: PixelLayout) -> Range:
    if not chosen.is_ycbcr:
        return Range.FULL
    return source.range if source.layout.is_ycbcr and codec.carries_range else Range.LEGAL


def _check_size(where: Path | str, codec: FileCodec, source: VideoFormat, chosen: PixelLayout) -> None:
    wide = 1 if chosen.chroma is Chroma.C444 else 2
    high = 2 if chosen.chroma is Chroma.C420 else 1
    if source.width % wide or source.height % high:
        even = "an even width and height" if high == 2 else "an even width"
        raise UsageError(
            f"{where}: {codec.name} ({chosen.name}) needs {even}, and this picture is {source.width} x {source.height}"
        )
    if codec.encoder == "dnxhd" and (source.width < 256 or source.height < 120):
        raise UsageError(
            f"{where}: DNxHR needs at least 256 x 120 pixels, and this picture is {source.width} x {source.height}"
        )
