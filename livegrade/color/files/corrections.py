"""Files with many CDL corrections (`.ccc`, `.cdl`, EDL, ALE): which one `#id` means, and saying what there is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from livegrade.color.files.numbers import number_fault, shown
from livegrade.color.nodes import BLACK, WHITE, Cdl, Triple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from livegrade.color.files.source import LookFile

_IDS_SHOWN = 12
_SOP = re.compile(r"\(([^()]*)\)\s*\(([^()]*)\)\s*\(([^()]*)\)")


class Correction(NamedTuple):
    """One correction. `ids`: what selects it, the best name first; empty where it has none. `read`: its numbers, which
    raises LookFileError where they are at fault, so that one bad correction does not cost the others. `tape`, `start`,
    `end`: of the clip it belongs to, as written, where the file tells."""

    ids: tuple[str, ...]
    line: int
    read: Callable[[], Cdl]
    description: str = ""
    tape: str = ""
    start: str = ""
    end: str = ""

    @property
    def name(self) -> str:
        return self.ids[0] if self.ids else ""


def choose(file: LookFile, corrections: Sequence[Correction], *, none: str, same_is_one: bool = False) -> Correction:
    """The correction that `#id` of `file` names, or the only one. `none`: the fault where there is none. `same_is_one`:
    an id that stands for several with the same numbers is that one, as where a clip is used twice in an edit."""
    if not corrections:
        raise file.fault(none)
    if file.selection is None:
        if len(corrections) > 1 and not (same_is_one and _same(corrections)):
            first = next((correction.name for correction in corrections if correction.name), "ID")
            raise file.fault(
                f"holds {len(corrections)} corrections ({listed(corrections)}); "
                f"choose one by its id, as in {file.path.name}#{first}"
            )
        return corrections[0]
    matching = [correction for correction in corrections if file.selection in (correction.ids or ("",))]
    if not matching:
        raise file.fault(f"holds no correction with the id {shown(file.selection)}; there is {listed(corrections)}")
    if len(matching) > 1 and not (same_is_one and _same(matching)):
        lines = ", ".join(str(correction.line) for correction in matching[:_IDS_SHOWN])
        raise file.fault(
            f"holds the id {shown(file.selection)} {len(matching)} times (lines {lines})", matching[1].line
        )
    return matching[0]


def listed(corrections: Sequence[Correction]) -> str:
    """The names for a message; many are cut."""
    names = list(dict.fromkeys(correction.name for correction in corrections if correction.name))
    nameless = sum(not correction.name for correction in corrections)
    parts = [", ".join(shown(name)[1:-1] for name in names[:_IDS_SHOWN])] if names else []
    if len(names) > _IDS_SHOWN:
        parts.append(f"{len(names) - _IDS_SHOWN} more")
    if nameless:
        parts.append(f"{nameless} without an id")
    return ", ".join(parts)


def checked_cdl(
    file: LookFile, where: str, sop: Sequence[str] | None, saturation: str | None, name: str, line: int
) -> Cdl:
    """A Cdl from the nine words of ASC_SOP and the one of ASC_SAT, either of which may be missing."""
    slope, offset, power = WHITE, BLACK, WHITE
    if sop is not None:
        slope = _triple(file, f"slope of {where}", sop[0:3], "zero or more", line)
        offset = _triple(file, f"offset of {where}", sop[3:6], "", line)
        power = _triple(file, f"power of {where}", sop[6:9], "above zero", line)
    if saturation is None:
        return Cdl(slope, offset, power, name=name)
    return Cdl(
        slope, offset, power, _number(file, f"saturation of {where}", saturation, "zero or more", line), name=name
    )


def sop_words(text: str) -> list[str] | None:
    """The nine numbers of `(r g b)(r g b)(r g b)`, as words; None where `text` is not of that form."""
    match = _SOP.fullmatch(text.strip())
    groups = [group.split() for group in match.groups()] if match else []
    return [word for group in groups for word in group] if groups and all(len(group) == 3 for group in groups) else None


def _triple(file: LookFile, what: str, words: Sequence[str], rule: str, line: int) -> Triple:
    red, green, blue = (_number(file, what, word, rule, line) for word in words)
    return red, green, blue


def _number(file: LookFile, what: str, word: str, rule: str, line: int) -> float:
    if fault := number_fault(word):
        raise file.fault(f"{what}: {fault}", line)
    value = float(word)
    if (rule and value < 0) or (rule == "above zero" and value == 0):
        raise file.fault(f"{what} must be {rule}, found {value:g}", line)
    return value


def _same(corrections: Sequence[Correction]) -> bool:
    first = corrections[0].read().canonical
    return all(correction.read().canonical == first for correction in corrections[1:])
