"""Looks of pictures and the looks that people kept, which lack what stands around them: one is found by the other's id.

Pictures have a look whole: behind what leads into the space it is graded in, with an output transform at its end. What
is kept under a name is the look of a slot without the two, and has an id of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.color.look import Look
from livegrade.color.nodes import Role
from livegrade.color.rendering import is_output
from livegrade.color.transforms import ColorSpaceTransform
from livegrade.errors import LivegradeError
from livegrade.library import database

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from livegrade.color.nodes import Node
    from livegrade.library.files import LibraryFiles

_UNREAD = (
    "SELECT DISTINCT word FROM labels WHERE label = 'look' AND of IN ('takes', 'stills') "
    "AND word NOT IN (SELECT look_id FROM parts)"
)


def parts_that_may_be_kept(look: Look) -> list[Look]:
    """What of `look` may have a name of its own: pictures have a look with what leads into it and with an output
    transform, people keep it without the one or the other. The longest first; without `look` itself."""
    whole = look.nodes
    shorter = whole
    while shorter and is_output(shorter[-1]):
        shorter = shorter[:-1]
    inner = [nodes[1:] for nodes in (whole, shorter) if nodes and _is_entrance(nodes[0])]
    every = {Look(nodes).id: Look(nodes) for nodes in (shorter, *inner) if nodes}
    every.pop(look.id, None)
    return list(every.values())


def note_parts_of(connection: sqlite3.Connection, files: LibraryFiles, table: str, key: int) -> None:
    """The parts of the looks of one take or still, within the transaction that writes it: those that are not noted
    yet."""
    rows = connection.execute(f"{_UNREAD} AND of = ? AND key = ?", [table, key]).fetchall()
    _note(connection, _parts(files, [row[0] for row in rows]))


def note_all_parts(connection: sqlite3.Connection, path: Path, files: LibraryFiles) -> None:
    """The parts of all looks that takes and stills have, where they are not noted: those of a library that an older
    version made, and of looks whose files were not there. Raises LibraryError."""
    with database.told(path):
        unread = [row[0] for row in connection.execute(_UNREAD)]
    pairs = _parts(files, unread)  # before the transaction, in which others would wait for it
    if pairs:
        with database.transaction(connection, path):
            _note(connection, pairs)


def _note(connection: sqlite3.Connection, pairs: list[tuple[str, str]]) -> None:
    connection.executemany("INSERT OR IGNORE INTO parts VALUES (?, ?)", pairs)


def _parts(files: LibraryFiles, look_ids: list[str]) -> list[tuple[str, str]]:
    """Pairs (part, look), each look a part of itself; of one that cannot be read there are none."""
    pairs: list[tuple[str, str]] = []
    for look_id in look_ids:
        try:
            look = files.look(look_id)
        except LivegradeError:
            continue  # `Library.check` tells it; nothing is noted, so that it is read when it is back
        pairs += [(part.id, look_id) for part in (look, *parts_that_may_be_kept(look))]
    return pairs


def _is_entrance(node: Node) -> bool:
    return isinstance(node, ColorSpaceTransform) and node.role is Role.TRANSFORM
