"""Opening what FFmpeg opens, with our words for what can go wrong, and what a container says about its streams."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.errors import MediaError, SourceError, UsageError
from livegrade.machine import usable_cores
from livegrade.timing.rate import Rate
from livegrade.timing.timecode import Timecode, TimecodeRate

if TYPE_CHECKING:
    from typing import Any

    import av

OPEN_TIMEOUT_S = 10.0
"""How long a stream may take to answer and to describe itself."""
READ_TIMEOUT_S = 2.0
"""How long a stream may be silent before its connection is given up and made anew."""
MAX_THREADS = 8


@dataclass(frozen=True, slots=True)
class Labels:
    """What the container says about the take: first timecode and reel, and the sentence where they cannot be read."""

    timecode: Timecode | None
    reel: str | None
    note: str | None = None


def open_input(path: str, format: str | None, realtime: bool) -> av.container.InputContainer:
    """Open `path` (file, device or URL). Raises MediaError, or SourceError for what this FFmpeg does not know."""
    import av

    if format is not None:
        _require_demuxer(format, path)
    if format is None and "://" not in path and os.path.isdir(path):
        raise MediaError(path, "is a folder; name a file in it")
    try:
        opened: av.container.InputContainer = av.open(
            path,
            format=format,
            timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S) if realtime else None,
            **_escape_metadata(av.__version__),
        )
    except av.error.FileNotFoundError:
        raise MediaError(path, "there is no such file") from None
    except av.error.PermissionError:
        raise MediaError(path, "may not be read by this user; change its permissions") from None
    except (av.error.InvalidDataError, av.error.EOFError):
        raise MediaError(path, "is not a video file that FFmpeg can read, or it is cut off at its end") from None
    except av.error.ProtocolNotFoundError:
        protocol = path.partition(":")[0]
        raise SourceError(f"'{path}': this build of FFmpeg cannot read {protocol}:") from None
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError(path, f"cannot be opened: {reason(error)}") from None
    return opened


def _require_demuxer(name: str, path: str) -> None:
    from av.format import ContainerFormat

    try:
        ContainerFormat(name, "r")
    except ValueError:
        if name == "decklink":
            hint = "the wheels of PyAV never do; write decklink:INDEX, or put PyAV on an FFmpeg built with decklink"
        else:
            hint = "leave it empty, as in ffmpeg::URL, to let FFmpeg find out"
        raise SourceError(f"ffmpeg:{name}:{path}: FFmpeg here reads no '{name}'; {hint}") from None


def reason(error: Exception) -> str:
    """What FFmpeg says went wrong, as the end of a sentence."""
    import av

    if isinstance(error, av.error.ExitError):
        # What PyAV's time limits end a call with.
        return "nothing came in time"
    text = getattr(error, "strerror", None) or str(error)
    return str(text).strip().rstrip(".").lower()


def video_stream(path: str, container: av.container.InputContainer) -> av.VideoStream:
    """The first moving picture of the container; cover art does not count. Raises MediaError."""
    from av.stream import Disposition

    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    raise MediaError(path, "has no video stream")


def thread_count(realtime: bool) -> int:
    """Decoder threads: half of the cores while the engine works beside, all of them else."""
    cores = usable_cores()
    return max(1, min(MAX_THREADS, cores // 2 if realtime else cores))


def stream_rate(path: str, stream: av.VideoStream) -> tuple[Rate, bool]:
    """The rate of the stream, and whether its pictures come at varying times. Raises MediaError."""
    rates = (stream.average_rate, stream.base_rate, stream.guessed_rate)
    measured, base, guessed = (Fraction(rate) if rate else None for rate in rates)  # PyAV 19 has a type of its own
    fps = measured or guessed or base
    if not fps or not 0 < fps <= 1000:
        raise MediaError(path, "does not say how many pictures a second it has")
    varying = bool(measured and base and abs(measured - base) > measured / 50)
    return Rate.snapped(fps), varying


def labels(container: av.container.InputContainer, stream: av.VideoStream, rate: Rate) -> Labels:
    """Timecode and reel from the video stream, the timecode track or the container, in this order of trust."""
    tracks = [stream.metadata, *(other.metadata for other in container.streams if other.type == "data")]
    tables = [
        {key: value.encode("utf-8", "replace").decode() for key, value in table.items()}
        for table in (*tracks, container.metadata)
    ]
    text = next((table["timecode"] for table in tables if table.get("timecode")), None)
    keys = ("reel_name", "com.apple.proapps.reel", "reel")
    reel = next((table[key] for table in tables for key in keys if table.get(key)), None)
    if text is None:
        return Labels(None, reel)
    try:
        return Labels(Timecode.parse(text, TimecodeRate(rate)), reel)
    except UsageError as error:
        return Labels(None, reel, f"the timecode of the file cannot be used: {error}")


def _escape_metadata(version: str) -> dict[str, Any]:
    """What makes PyAV hand out metadata that is no UTF-8 (as lone surrogates): 19 always does and has no option."""
    return {"metadata_errors": "surrogateescape"} if int(version.split(".")[0]) < 19 else {}
