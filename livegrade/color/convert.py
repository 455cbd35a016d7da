"""A look file made into another kind: what the new format holds goes over as it is, the rest is sampled and measured.

The result is read back from its own bytes before anybody else sees it, and compared with the source: the errors told
are those of the file, rounding to whole numbers included.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from livegrade.color.compare import domain_of, measure
from livegrade.color.error import ColourError
from livegrade.color.files import READERS, SAVED_SUFFIX, list_corrections
from livegrade.color.files.content import OutputSpace
from livegrade.color.files.source import LookFile
from livegrade.color.files.write_cdl import WRITERS, ClipCdl
from livegrade.color.files.write_clf import Writable, write_clf
from livegrade.color.files.write_lut import FORMATS, RESOLVE_CUBE, Holds, Lut, LutFormat, WriteOptions
from livegrade.color.look import Look
from livegrade.color.nodes import (
    BLACK,
    FULL_MIX,
    MAX_LUT1D_SIZE,
    MAX_LUT3D_SIZE,
    WHITE,
    Cdl,
    Lut1d,
    Lut3d,
    Matrix,
    Samples,
    Triple,
)
from livegrade.color.slots import lattice_points
from livegrade.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from livegrade.color.files.content import LookContent
    from livegrade.color.nodes import Node

    Floats = NDArray[np.float64]

DEFAULT_SIZE = 33
CLF_SIZE = 65
CURVE_SIZE = 4096
WRITABLE = (".cube", ".3dl", ".csp", ".clf", ".spi3d", ".vlt", ".cdl", ".cc", ".ccc", ".edl", ".ale", ".json")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. 0 and "" leave the choice to the format. `dialect`: of a `.cube`, iridas or resolve."""

    size: int = 0
    bits: int = 0
    dialect: str = ""
    output_space: OutputSpace | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """`content`: the whole new file. `kind`: what it is. `notes`: what was done on the way."""

    content: bytes
    kind: str
    error: ColourError
    notes: tuple[str, ...] = ()


def convert(source: LookContent, destination: Path, wish: Wish) -> Converted:
    """`source` as a file of the kind that the name `destination` tells. Nothing is written to disk.

    Raises UsageError where the format cannot hold what was asked, LookFileError where the result does not read back.
    """
    suffix = destination.suffix.lower()
    if suffix in WRITERS:
        match [node for node in source.nodes if node.enabled]:
            case [Cdl(mix=mix) as only] if mix == FULL_MIX:
                return convert_clips([ClipCdl(only.name or destination.stem, only)], destination, wish)
        raise UsageError(
            f"{destination.name}: a {suffix} file holds the numbers of one ASC CDL for a look, and this look has more "
            "than that; write a LUT (.cube) or .clf instead"
        )
    if suffix == SAVED_SUFFIX:
        return _saved(source, destination, wish)
    options = WriteOptions(source.title, source.comments, wish.output_space or source.output_space)
    if suffix == ".clf":
        _require_no(destination, "--bits", wish.bits)
        nodes, notes = _clf_nodes(source.nodes, wish)
        data = write_clf(nodes, f"livegrade-{Look(source.nodes).id}", options)
        return _measured(source, destination, data, notes)
    format, options = _format(destination, source, wish, options)
    lut, notes = _fitting_lut(source.nodes, format.holds, wish, destination)
    data = format.write(lut, options)
    return _measured(source, destination, data, notes)


def _saved(source: LookContent, destination: Path, wish: Wish) -> Converted:
    """A saved look, every node as it is."""
    from livegrade.color.files.saved import write_saved_look  # its JSON package is loaded by those who need it

    for option, value in (("--size", wish.size), ("--bits", wish.bits), ("--dialect", wish.dialect)):
        _require_no(destination, option, value)
    _require_no(destination, "--output-space", str(wish.output_space or ""))
    data = write_saved_look(Look(source.nodes, source.title, "\n".join(source.comments)))
    return _measured(source, destination, data, [])


def convert_clips(clips: Sequence[ClipCdl], destination: Path, wish: Wish) -> Converted:
    """Corrections as a file of the kind that `destination` tells. Raises as convert."""
    suffix = destination.suffix.lower()
    for option, value in (("--size", wish.size), ("--bits", wish.bits), ("--dialect", wish.dialect)):
        _require_no(destination, option, value)
    if suffix == ".cc" and len(clips) != 1:
        raise UsageError(
            f"{destination.name}: a .cc holds one correction, not {len(clips)}; choose one by #id or write .ccc"
        )
    data = WRITERS[suffix](clips)
    notes = []
    if suffix in (".edl", ".ale"):
        notes.append("carries looks to clips by name; it is no edit" + _no_times(clips))
        if not all(clip.cdl.clamp for clip in clips):
            notes.append("cannot say that a correction does not clamp")
    back = READERS[suffix].corrections
    assert back is not None  # noqa: S101  every kind in WRITERS has one
    read = back(LookFile(destination, data))
    pairs = [(clip.cdl, correction.read()) for clip, correction in zip(clips, read, strict=True)]
    errors = [measure((before,), (replace(after, clamp=before.clamp),)) for before, after in pairs]
    worst = max(errors, key=lambda error: error.maximum)
    return Converted(data, f"{len(clips)} correction{'s' if len(clips) > 1 else ''}", worst, tuple(notes))


def clips_of(text: str) -> list[ClipCdl]:
    """All corrections of a file that can hold many. Raises LookFileError at the first one at fault."""
    return [
        ClipCdl(_clip_name(clip.ids, clip.description), clip.read(), clip.tape, clip.start, clip.end)
        for clip in list_corrections(text)
    ]


def sample(nodes: Sequence[Node], size: int, first: Triple, last: Triple) -> Lut3d:
    """`nodes` as one lattice of `size` points a side over a domain."""
    axes = [np.linspace(low, high, size) for low, high in zip(first, last, strict=True)]
    return Lut3d(Samples(Look(tuple(nodes)).apply(lattice_points(*axes))), first, last)


def _measured(source: LookContent, destination: Path, data: bytes, notes: list[str]) -> Converted:
    content = READERS[destination.suffix.lower()].read(LookFile(destination, data))
    return Converted(data, content.kind, measure(source.nodes, content.nodes), (*notes, *content.notes))


def _format(
    destination: Path, source: LookContent, wish: Wish, options: WriteOptions
) -> tuple[LutFormat, WriteOptions]:
    suffix = destination.suffix.lower()
    format = FORMATS.get(suffix)
    if format is None:
        raise UsageError(
            f"{destination.name}: livegrade writes {' '.join(WRITABLE)}, not {suffix or 'files without an extension'}"
        )
    if wish.dialect and (suffix != ".cube" or wish.dialect not in ("iridas", "resolve")):
        raise UsageError("--dialect is iridas or resolve, and only a .cube has one")
    shaped = any(isinstance(node, Lut3d) and node.shaper is not None for node in source.nodes)
    if suffix == ".cube" and (wish.dialect == "resolve" or (shaped and not wish.dialect)):
        format = RESOLVE_CUBE
    if not format.holds.bits:
        _require_no(destination, "--bits", wish.bits)
        return format, options
    bits = wish.bits or format.holds.bits[0]
    if bits not in format.holds.bits:
        raise UsageError(f"{destination.name}: a {suffix} has {_either(format.holds.bits)} bits, not {bits}")
    return format, replace(options, bits=bits)


def _clf_nodes(nodes: tuple[Node, ...], wish: Wish) -> tuple[list[Writable], list[str]]:
    enabled = [node for node in nodes if node.enabled]
    if not wish.size and all(_is_writable(node) for node in enabled):
        return [node for node in enabled if _is_writable(node)], []
    size = wish.size or CLF_SIZE
    if not 2 <= size <= MAX_LUT3D_SIZE:
        raise UsageError(f"--size {size}: a lattice has 2 to {MAX_LUT3D_SIZE} points a side")
    return [sample(enabled, size, *domain_of(enabled))], [f"sampled at {size} points a side"]


def _is_writable(node: Node) -> TypeGuard[Writable]:
    return isinstance(node, Cdl | Matrix | Lut1d | Lut3d) and node.mix == FULL_MIX


def _fitting_lut(nodes: tuple[Node, ...], holds: Holds, wish: Wish, destination: Path) -> tuple[Lut, list[str]]:
    """The one LUT to write, as it is where the format holds it."""
    only = nodes[0] if len(nodes) == 1 and nodes[0].enabled and _is_writable(nodes[0]) else None
    if isinstance(only, Lut1d) and holds.curves:
        length = wish.size or len(only.table.array)
        if not 2 <= length <= MAX_LUT1D_SIZE:
            raise UsageError(f"--size {length}: a 1D LUT has 2 to {MAX_LUT1D_SIZE} entries")
        if length == len(only.table.array) and holds.fits(only):
            return only, []
        first, last = (only.first, only.last) if holds.fits(only) else _shared(only.first, only.last)
        return _resampled(only, length, first, last), [f"sampled at {length} entries"]
    if isinstance(only, Lut3d):
        size = wish.size or (holds.sizes[0] if holds.sizes else only.size)
        _check_size(size, holds, destination)
        if size == only.size and holds.fits(only):
            return only, []
        plain = replace(only, shaper=None)
        if only.shaper is not None and holds._replace(sizes=()).fits(only):
            smaller = sample((plain,), size, only.first, only.last)
            return replace(smaller, shaper=only.shaper), [f"sampled at {size} points a side, its shaper kept"]
    else:
        size = wish.size or (holds.sizes[0] if holds.sizes else DEFAULT_SIZE)
    _check_size(size, holds, destination)
    first, last = domain_of(nodes)
    notes = [f"sampled at {size} points a side"]
    if not holds.domain and (first, last) != (BLACK, WHITE):
        notes.append(f"covers 0 to 1 only; the source covers {_range(first, last)}")
        first, last = BLACK, WHITE
    elif holds.same_domain:
        first, last = _shared(first, last)
    return sample(nodes, size, first, last), notes


def _check_size(size: int, holds: Holds, destination: Path) -> None:
    suffix = destination.suffix.lower()
    if holds.sizes and size not in holds.sizes:
        raise UsageError(f"{destination.name}: a {suffix} has {_either(holds.sizes)} points a side, not {size}")
    if not 2 <= size <= holds.largest or (suffix == ".3dl" and size == 3):
        but = ", but not 3" if suffix == ".3dl" else ""
        raise UsageError(f"--size {size}: a {suffix} has 2 to {holds.largest} points a side{but}")


def _resampled(lut: Lut1d, length: int, first: Triple, last: Triple) -> Lut1d:
    axes = np.stack([np.linspace(low, high, length) for low, high in zip(first, last, strict=True)], axis=-1)
    return Lut1d(Samples(lut.curves().apply(axes)), first, last, name=lut.name)


def _shared(first: Triple, last: Triple) -> tuple[Triple, Triple]:
    """One domain for all channels that covers each."""
    return (min(first),) * 3, (max(last),) * 3


def _clip_name(ids: tuple[str, ...], description: str) -> str:
    """Events of an EDL are numbers; the clip's name says more."""
    name = ids[0] if ids else ""
    return description if name.isdigit() and description in ids else name


def _no_times(clips: Sequence[ClipCdl]) -> str:
    return "" if all(clip.start and clip.end for clip in clips) else "; timecodes that are not known are zero"


def _range(first: Triple, last: Triple) -> str:
    return f"{min(first):g} to {max(last):g}"


def _either(numbers: Sequence[int]) -> str:
    return " or ".join(map(str, sorted(numbers)))


def _require_no(destination: Path, option: str, value: int | str) -> None:
    if value:
        raise UsageError(f"{destination.name}: {option} means nothing for a {destination.suffix.lower()} file")
