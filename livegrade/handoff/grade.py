"""What of a look can be told as ASC CDL: the one correction, what leads into it, and what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livegrade.color.look import Look, title
from livegrade.color.nodes import FULL_MIX, Cdl, Role
from livegrade.color.transforms import ColorSpaceTransform, OutputTransform

if TYPE_CHECKING:
    from livegrade.color.nodes import Node


@dataclass(frozen=True, slots=True)
class Grade:
    """A look taken apart.

    `cdl`: the creative part as one correction, at its defaults where there is none; None where it is more than that or
    stands behind a LUT (a CDL goes first wherever it goes), and `beyond` says what. `entrance`: leads into what is
    graded in; `output`: the output transform it ends with; `transforms`: all else that is kept when the creative nodes
    are off (LUTs), by title.
    """

    cdl: Cdl | None
    beyond: tuple[str, ...] = ()
    entrance: ColorSpaceTransform | None = None
    output: OutputTransform | ColorSpaceTransform | None = None
    transforms: tuple[str, ...] = ()

    @property
    def works_on(self) -> str:
        """What the correction takes, for people."""
        if self.entrance is None:
            return "the camera's signal"
        return self.entrance.target.name or self.entrance.target.curve.name


def grade_of(look: Look) -> Grade:
    """`look` taken apart; nodes that are off, or do nothing, count for nothing."""
    active = [(number, node) for number, node in enumerate(look.nodes) if node.enabled and node.elements and node.mix]
    entrance = output = None
    if active and _changes_space(active[0][1]) and isinstance(active[0][1], ColorSpaceTransform) and len(active) > 1:
        entrance = active.pop(0)[1]
    if active and _changes_space(active[-1][1]):
        output = active.pop()[1]
    creative = [(number, node) for number, node in active if node.role is Role.CREATIVE]
    beyond = tuple(title(node, number) for number, node in creative if not _is_plain_cdl(node))
    cdls = [node for _, node in creative if isinstance(node, Cdl)]
    if len(cdls) > 1 and not beyond:
        beyond = tuple(title(node, number) for number, node in creative)
    elif cdls and not beyond and active[0][1] is not cdls[0]:
        beyond = (f"{title(cdls[0], creative[0][0])} behind {title(active[0][1], active[0][0])}",)
    cdl = None if beyond else cdls[0] if cdls else Cdl()
    transforms = tuple(title(node, number) for number, node in active if node.role is not Role.CREATIVE)
    return Grade(
        cdl,
        beyond,
        entrance if isinstance(entrance, ColorSpaceTransform) else None,
        output if isinstance(output, OutputTransform | ColorSpaceTransform) else None,
        transforms,
    )


def behind_cdl(look: Look) -> Look:
    """`look` without its creative nodes and without what leads into them: the LUT that goes behind its CDL, from what
    the CDL works on."""
    kept = tuple(node for node in look.nodes if node.enabled and node.role is not Role.CREATIVE)
    if grade_of(look).entrance is not None:
        kept = kept[1:]
    return Look(kept, look.name)


def _is_plain_cdl(node: Node) -> bool:
    return isinstance(node, Cdl) and node.mix == FULL_MIX


def _changes_space(node: Node) -> bool:
    return isinstance(node, OutputTransform | ColorSpaceTransform) and node.role is Role.TRANSFORM
