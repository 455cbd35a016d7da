"""What every backend of the engine offers. Values and Protocols only; nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from livegrade.color.slots import SlotForm
    from livegrade.engine.compare import Mix, Piece
    from livegrade.engine.marks import Marks
    from livegrade.engine.squeeze import Lowered
    from livegrade.scopes.bands import BandTable
    from livegrade.scopes.falsecolor import Zebra
    from livegrade.scopes.measure import ScopeCounts, ScopeRequest
    from livegrade.scopes.peaking import Peaking
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


P = TypeVar("P", bound=Picture)
G = TypeVar("G", bound=Program)


class Backend(Protocol[P, G]):
    """One way of computing pictures.

    `source` and `target` take 1-D uint8 arrays of `format.geometry.size` bytes and wrap or upload them. `finish` makes
    the host pixels of a target valid. Formats that do not fit raise FormatError.
    """

    name: str

    def allocate(self, size: int) -> NDArray[np.uint8]:
        """A buffer of `size` bytes of the kind that this backend writes to fastest, for a BufferPool."""
        ...

    def source(self, pixels: NDArray[np.uint8], format: VideoFormat) -> P: ...

    def target(self, pixels: NDArray[np.uint8], format: VideoFormat) -> P: ...

    def compile(self, slots: SlotForm, source: VideoFormat, target: VideoFormat) -> G:
        """`slots` between two formats of the same size. An identity form between formats of the same colour model,
        matrix and range is a lossless repack; of the same layout, a plain copy of all bytes."""
        ...

    def grade(self, picture: P, program: G, into: P) -> None: ...

    def place(self, picture: P, piece: Piece, into: P) -> None:
        """A piece of `picture` put into another of its format (`compare.place`)."""
        ...

    def mix(self, one: P, other: P, by: Mix, into: P) -> None:
        """Weighted sums of two pictures' samples: all of one format (`compare.mix`)."""
        ...

    def false_color(self, picture: P, bands: BandTable, into: P) -> None:
        """Bands of luma of `picture`, drawn into a picture of the same size (`scopes.falsecolor.false_color`)."""
        ...

    def zebra(self, picture: P, zebra: Zebra, phase: int) -> None:
        """Stripes into a target, in place; `phase` counts frames (`scopes.falsecolor.zebra`)."""
        ...

    def edges(self, clean: P, peaking: Peaking, rows: tuple[int, int], into: P) -> None:
        """Edges of `clean`, of those rows, drawn into another picture of its format (`scopes.peaking.draw_edges`)."""
        ...

    def marks(self, picture: P, marks: Marks) -> None:
        """`marks` over a target, in place (`engine.marks.lay`)."""
        ...

    def lower(self, picture: P, lowered: Lowered, into: P) -> None:
        """A picture made lower, with black above and below (`engine.squeeze.lower`)."""
        ...

    def measure(self, picture: P, request: ScopeRequest, out: ScopeCounts) -> None:
        """Counts a picture into `out`, which is overwritten (`scopes.measure.measure`)."""
        ...

    def finish(self, picture: P) -> None: ...


AnyBackend: TypeAlias = Backend[Any, Any]
"""A backend whose own kinds of picture and program do not matter to the holder: it only hands them back."""
