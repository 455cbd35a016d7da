"""Picture sequences: each frame a 16-bit TIFF or PNG of its own, `out/shot.%06d.tif` numbered from 0 on, also when the
source changes its format on the way. A picture that is missing leaves out its number.

Every file is whole under its name, so `abort` removes nothing and says how many there are; sound is not kept.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from livegrade.errors import FormatError, SinkError, UsageError
from livegrade.outputs.sink import Partial
from livegrade.outputs.staging import check_destination
from livegrade.outputs.still import still_encoder, write_still
from livegrade.video.format import Range
from livegrade.video.layouts import layout
from livegrade.video.planes import plane_views

if TYPE_CHECKING:
    from livegrade.outputs.sink import StreamStart
    from livegrade.transport.address import SinkAddress
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame
    from livegrade.video.pool import Lease

STILL_SUFFIXES = frozenset({".png", ".tif", ".tiff"})
_NUMBER = re.compile(r"%(?:0(\d))?d")


class SequenceSink:
    """One file for each frame, full-range R'G'B' of 16 bits."""

    lossy = False

    def __init__(self, address: SinkAddress, path: Path, *, overwrite: bool = False, goes_on: bool = False) -> None:
        """`goes_on`: behind the pictures that are there. Raises UsageError, SinkError."""
        self.address = str(address)
        self.frames_written = 0
        self._number = -1
        self._begun = 0
        self._found: int | None = None
        self._pixels: Lease | None = None
        self._pattern = path
        self._overwrite = overwrite
        self._format: VideoFormat | None = None
        still_encoder(path)
        if len(_NUMBER.findall(path.name)) != 1:
            raise UsageError(
                f"{path}: a sequence needs one place for the number, such as {path.stem}.%06d{path.suffix}; "
                "a single picture is written by livegrade still"
            )
        if goes_on:
            self._number = self._newest()
        check_destination(self.path_of(self._number + 1), overwrite=overwrite)

    def path_of(self, number: int) -> Path:
        """The file of picture `number`, counted from 0."""
        return self._pattern.with_name(_NUMBER.sub(lambda found: f"{number:0{found[1] or 1}d}", self._pattern.name))

    def _newest(self) -> int:
        """The number of the newest picture that is there, -1 where none is."""
        before, after = _NUMBER.split(self._pattern.name)[::2]
        named = re.compile(f"{re.escape(before)}([0-9]{{1,9}}){re.escape(after)}")
        folder = self._pattern.parent
        names = (path.name for path in folder.iterdir()) if folder.is_dir() else iter(())
        return max((int(found[1]) for name in names if (found := named.fullmatch(name))), default=-1)

    def accept(self, source: VideoFormat) -> VideoFormat:
        return replace(source, layout=layout("gbrp16"), range=Range.FULL)

    def open(self, format: VideoFormat, start: StreamStart) -> Path:
        if self._format is not None:
            raise SinkError(f"{self.address} is open already")
        self._format = format
        return self.path_of(self._number + 1)

    def write(self, frame: Frame) -> str | None:
        if frame.format != self._format:
            raise FormatError(f"{self.address} was opened for {self._format} and got {frame.format}")
        self._number += 1
        if frame.pixels is self._pixels:
            return "their numbers left out"
        self._pixels = frame.pixels
        green, blue, red = (plane.view("<u2") for plane in plane_views(frame.data, frame.format))
        rgb = np.stack((red, green, blue), axis=2)
        path = self.path_of(self._number)
        self._found = _inode(path)
        self._begun += 1
        write_still(path, rgb, frame, overwrite=self._overwrite)
        self.frames_written += 1
        return None

    def close(self) -> None:
        self._format = self._pixels = None

    def abort(self) -> Partial | None:
        if self._format is None:
            return None
        self.close()
        if self.frames_written < self._begun:
            # Ctrl+C comes between writing a picture and counting it, too: the file itself knows.
            self.frames_written += _inode(self.path_of(self._number)) not in (None, self._found)
        return Partial(self._pattern, self.frames_written) if self.frames_written else None


def _inode(path: Path) -> int | None:
    """Tells a file from the one that it replaces; None where there is none."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
