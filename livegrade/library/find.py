"""From a query to SQL. Every condition is answered by an index; tests ask SQLite for its plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from livegrade.library.kinds import LOOKS

if TYPE_CHECKING:
    from livegrade.library.kinds import Cell, Kind
    from livegrade.library.query import Query

_SIGN = re.compile("[%_!]")
_ESCAPED = r"!\g<0>"
_BEGINNING = re.compile("[0-9a-fA-F]{8,31}")
"""Of a look's id, as names of files and lists have it."""
SHORTEST_WORD = 3
"""Letters that the index of words needs; shorter texts are looked for in all of them."""


def statement(query: Query, kind: Kind[Any], limit: int, skip: int = 0) -> tuple[str, list[Cell]] | None:
    """SQL that gives (key, body), newest first and without the newest `skip`, and its values; None where `kind` has
    nothing that the query asks for."""
    found = _where(query, kind)
    if found is None:
        return None
    where, values = found
    # The plus keeps SQLite from walking through time, newest first, and looking at every row on the way.
    order = "+at_ns DESC, key DESC" if where else "at_ns DESC, key DESC"
    sql = f"SELECT key, body FROM {kind.table}{where} ORDER BY {order} LIMIT ?"  # noqa: S608
    return (f"{sql} OFFSET ?", [*values, limit, skip]) if skip else (sql, [*values, limit])


def counting(query: Query, kind: Kind[Any]) -> tuple[str, list[Cell]] | None:
    """SQL that gives how many there are, and its values; None for none."""
    found = _where(query, kind)
    return None if found is None else (f"SELECT count(*) FROM {kind.table}{found[0]}", found[1])  # noqa: S608


def _where(query: Query, kind: Kind[Any]) -> tuple[str, list[Cell]] | None:
    """The conditions, empty for none, and their values; None where `kind` has no such thing."""
    if query.kind not in (None, kind.table) or any(one.column not in kind.columns for one in query.conditions):
        return None
    # Table, column and operator are of our own tables; what people write is only ever a value.
    wanted = [f"{one.column} {one.operator} ?" for one in query.conditions]
    values: list[Cell] = [one.value for one in query.conditions]
    for label, word in query.labels:
        begins = label == "look" and _BEGINNING.fullmatch(word) is not None
        # The letter behind the last hexadecimal digit ends what begins with the word.
        how, asked = ("{0} >= ? AND {0} < ?", [word, f"{word}g"]) if begins else ("{0} = ?", [word])
        keys = f"SELECT key FROM labels WHERE label = ? AND of = ? AND {how.format('word')}"  # noqa: S608
        values += [label, kind.table, *asked]
        if label == "look" and kind is not LOOKS:  # pictures have more around a look than what is kept of it
            wholes = f"SELECT look_id FROM parts WHERE {how.format('part')}"  # noqa: S608
            keys += f" UNION SELECT key FROM labels WHERE label = ? AND of = ? AND word IN ({wholes})"  # noqa: S608
            values += [label, kind.table, *asked]
        wanted.append(f"key IN ({keys})")
    for text in query.texts:
        indexed = len(text) >= SHORTEST_WORD
        how = "MATCH ?" if indexed else "LIKE ? ESCAPE '!'"
        wanted.append(f"key IN (SELECT rowid FROM {kind.table}_words WHERE text {how})")  # noqa: S608
        values.append('"' + text.replace('"', '""') + '"' if indexed else f"%{_SIGN.sub(_ESCAPED, text)}%")
    return f" WHERE {' AND '.join(wanted)}" if wanted else "", values
