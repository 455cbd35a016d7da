"""The look of a slot as a file of the kind that its ending tells: every node, one LUT of all that the slot does, or the
numbers of its CDL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.color.convert import Wish, convert_clips
from livegrade.color.files import SAVED_SUFFIX
from livegrade.color.files.baked import SUFFIXES as LUTS
from livegrade.color.files.saved import write_saved_look
from livegrade.color.files.write_cdl import ClipCdl
from livegrade.color.lutfile import lut_file
from livegrade.errors import UsageError
from livegrade.handoff.grade import grade_of

if TYPE_CHECKING:
    from pathlib import Path

    from livegrade.color.look import Look
    from livegrade.color.rendering import Chain

CDLS = (".cdl", ".cc", ".ccc")


def look_file(look: Look, chain: Chain, path: Path) -> tuple[bytes, str]:
    """The content of the file `path`, and what it is in words, "" for a saved look, which is all of it. `chain`: what
    stands around the look in its slot. Nothing is written to disk. Raises UsageError, LookFileError."""
    suffix = path.suffix.lower()
    if suffix == SAVED_SUFFIX:
        return write_saved_look(look), ""
    if suffix in LUTS:
        return _lut(chain.around(look), path, is_alone=not (chain.entrance or chain.output))
    if suffix in CDLS:
        return _cdl(chain.around(look), path)
    luts, cdls = " ".join(LUTS), " ".join(CDLS)
    raise UsageError(f"{path.name}: a look is saved whole as {SAVED_SUFFIX}, as a LUT ({luts}) or as a CDL ({cdls})")


def _lut(whole: Look, path: Path, *, is_alone: bool) -> tuple[bytes, str]:
    made = lut_file(whole, path)
    error = made.baked.error
    around = "" if is_alone else ", with the transforms around the look"
    off = f"{error.mean:.2f} codes of 10 bits off on average, {error.maximum:.2f} at most"
    return made.content, f"{path.name}: LUT of {made.baked.target.size} points a side{around}, {off}"


def _cdl(whole: Look, path: Path) -> tuple[bytes, str]:
    """The one CDL of a look, whatever LUTs stand behind it."""
    grade = grade_of(whole)
    if grade.cdl is None:
        raise UsageError(f"{path.name}: a CDL cannot hold {' and '.join(grade.beyond)}; save a LUT, such as .cube")
    name, space = whole.name or path.stem, "" if grade.entrance is None else grade.works_on
    clip = ClipCdl(name, grade.cdl, description=f"look {whole.id}", space=space)
    content = convert_clips([clip], path, Wish()).content
    left = [*grade.transforms, *(["the output transform"] if grade.output is not None else [])]
    said = "the CDL alone" if left else "the CDL"
    lacks = f", without {' and '.join(left)}" if left else ""
    nothing = "; it changes nothing" if grade.cdl.is_default else ""
    return content, f"{path.name}: {said}{lacks}{nothing}"
