"""What every backend of the engine offers. Values and Protocols only; nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.slots import SlotForm
    from livegrade.video.format import VideoFormat


class Picture(Protocol):
    """A picture as one backend holds it; opaque but for its format."""

    @property
    def format(self) -> VideoFormat: ...


class Program(Protocol):
    """A look compiled for one pair of formats. Never changed after it was made; may be run by several threads."""

    @property
    def source(self) -> VideoFormat: ...

    @property
    def target(self) -> VideoFormat: ...

    @property
    def path(self) -> str:
        """How it is computed, for the user: "copy", "repack", "int16 lattice", "float"..., with the known error."""
        ...


class Backend(Protocol):
    """One way of computing pictures.

    `source` and `target` take 1-D uint8 arrays of `format.geometry.size` bytes and wrap or upload them. `finish` makes
    the host pixels of a target valid. Formats that do not fit raise FormatError.
    """

    name: str

    def source(self, pixels: NDArray[np.uint8], format: VideoFormat) -> Picture: ...

    def target(self, pixels: NDArray[np.uint8], format: VideoFormat) -> Picture: ...

    def compile(self, slots: SlotForm, source: VideoFormat, target: VideoFormat) -> Program:
        """`slots` between two formats of the same size. An identity form between formats of the same colour model,
        matrix and range is a lossless repack; of the same layout, a plain copy of all bytes."""
        ...

    def grade(self, picture: Picture, program: Program, into: Picture) -> None: ...

    def finish(self, picture: Picture) -> None: ...
