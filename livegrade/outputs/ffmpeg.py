"""Picture and sound files, written through PyAV: ProRes, DNxHR, uncompressed v210, H.264 and H.265 in MOV and MP4, and
whatever else FFmpeg writes (`ffmpeg:FORMAT:PATH`), with timecode, reel, colour tags and sound in step.

While it runs the file is called NAME.partial.mov and is a row of fragments, so that a full disk, a crash or a power cut
leaves what can be played. `close` makes it a file like any other, syncs and renames it; `abort` does that without the
new name. Opened again, it goes on in NAME-2.mov.
"""

from __future__ import annotations

import itertools
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import av.error

from livegrade.errors import LivegradeError, MediaError, SinkError
from livegrade.outputs.codecs import codec_for, container_for, container_of, wanted_format, with_quality
from livegrade.outputs.fragments import cut_torn_end
from livegrade.outputs.muxer import Muxer, Target, check_muxer
from livegrade.outputs.sink import Partial
from livegrade.outputs.staging import StagedFile, check_destination, partial_name, write_fault
from livegrade.transport.address import Scheme, split_ffmpeg

if TYPE_CHECKING:
    from livegrade.outputs.codecs import Container
    from livegrade.outputs.sink import StreamStart
    from livegrade.transport.address import SinkAddress
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

_log = logging.getLogger(__name__)


class FileSink:
    """One file, and further ones beside it when it is opened again."""

    def __init__(self, address: SinkAddress, *, overwrite: bool = False, goes_on: bool = False) -> None:
        """`goes_on`: the file was begun by a session before, which may have left it under its staging name. Raises
        UsageError and SinkError (see `check_destination`)."""
        self.address = str(address)
        self.frames_written = 0
        self._path, self._container = _place(address)
        self._overwrite = overwrite
        self._began = goes_on and (self._path.exists() or partial_name(self._path).exists())
        self._numbers = itertools.count(2)
        codec = codec_for(self._container, self._path, address.option("codec"))
        self._codec = with_quality(codec, self._path, address.option("quality"))
        self._layout = address.option("layout")
        self._with_sound = address.option("audio") != "off"
        self.lossy = not self._codec.raw
        self._staged: StagedFile | None = None
        self._muxer: Muxer | None = None
        self._partial: Partial | None = None
        check_destination(self._path, overwrite=overwrite or self._began)

    def accept(self, source: VideoFormat) -> VideoFormat:
        """The encoder's layout; legal range where readers of the file would assume it (ProRes, v210)."""
        return wanted_format(self._codec, self._path, source, self._layout)

    def open(self, format: VideoFormat, start: StreamStart) -> Path:
        if self._muxer is not None:
            raise SinkError(f"{self.address} is open already")
        path = self._next_path()
        staged = StagedFile(path, overwrite=self._overwrite and path == self._path, playable=True)
        # "file:" so that a colon in a name is not taken for a protocol.
        target = Target(f"file:{staged.path}", str(path), self._container, self._codec)
        try:
            self._muxer = Muxer(target, format, start, start.audio_channels if self._with_sound else 0)
        except av.error.FFmpegError as error:
            staged.discard()
            raise self._fault(path, error) from None
        except LivegradeError:
            staged.discard()
            raise
        self._staged, self._began = staged, True
        return path

    def _next_path(self) -> Path:
        """The file asked for, then the first free names beside it: no earlier take is replaced by the way."""
        if not self._began:
            return self._path
        names = (self._path.with_name(f"{self._path.stem}-{n}{self._path.suffix}") for n in self._numbers)
        return next(path for path in names if not path.exists() and not partial_name(path).exists())

    def write(self, frame: Frame) -> None:
        if self._muxer is None or self._staged is None:
            raise SinkError(f"{self.address} is not open")
        try:
            self._muxer.write(frame)
        except av.error.FFmpegError as error:
            self._salvage()
            raise self._fault(self._staged.final, error) from None
        self.frames_written += 1

    def close(self) -> None:
        muxer, staged = self._muxer, self._staged
        if muxer is not None and staged is not None:
            self._finish(muxer, staged)
            self._muxer = None
            try:
                staged.commit()
            except SinkError:
                self._keep(staged, muxer.pictures)
                raise

    def abort(self) -> Partial | None:
        muxer, staged = self._muxer, self._staged
        if muxer is not None and staged is not None:
            try:
                self._finish(muxer, staged)
                # From the file itself: Ctrl+C comes between writing a picture and counting it, too.
                self._keep(staged, cut_torn_end(staged.path) if self._container.fragmented else muxer.pictures)
            except (LivegradeError, OSError) as error:
                _log.warning("the file could not be finished reason=%s", error)
            self._muxer = None
        partial, self._partial = self._partial, None
        return partial

    def _finish(self, muxer: Muxer, staged: StagedFile) -> None:
        try:
            muxer.finish()
        except av.error.FFmpegError as error:
            self._salvage()
            raise self._fault(staged.final, error) from None

    def _salvage(self) -> None:
        """After an error: keeps what is whole of the file."""
        muxer, staged = self._muxer, self._staged
        if muxer is None or staged is None:
            return
        self._muxer = None
        muxer.drop()
        if not self._container.fragmented:
            self._keep(staged, None if muxer.pictures else 0)
            return
        try:
            self._keep(staged, cut_torn_end(staged.path))
        except OSError as error:
            _log.warning("the torn end of a file could not be cut off reason=%s", error)
            self._keep(staged, None)

    def _keep(self, staged: StagedFile, pictures: int | None) -> None:
        """Keeps the file under its unfinished name, unless there is no picture in it."""
        if pictures == 0:
            staged.discard()
            return
        try:
            staged.keep()
        except SinkError as error:
            _log.warning("an unfinished file could not be synced reason=%s", error)
        if staged.path.exists():
            self._partial = Partial(staged.path, pictures)

    def _fault(self, path: Path, error: av.error.FFmpegError) -> LivegradeError:
        if isinstance(error, OSError):
            return write_fault(path, error)
        return MediaError(path, f"{self._codec.name} cannot be written ({error.strerror})")


def _place(address: SinkAddress) -> tuple[Path, Container]:
    """The file and its kind. Raises UsageError."""
    path = Path(address.file or "")
    muxer = split_ffmpeg(address.target)[0] if address.scheme is Scheme.FFMPEG else None
    if muxer is None:
        return path, container_for(path)
    check_muxer(muxer, str(address))
    return path, container_of(muxer)
