"""The tables of a library's database, version by version.

Each row holds its value whole, as JSON in `body`; its other columns, the tables of labels and of words are an index
made from that, so that searching never reads what it does not want.
"""

from __future__ import annotations

APPLICATION = 0x4C475244
"""PRAGMA application_id: "LGRD"."""


def _table(name: str, words: str, *others: str) -> str:
    """A table with a key, a moment and a body. `words`: columns of text, in which letters of both cases are equal."""
    columns = [
        "key INTEGER PRIMARY KEY AUTOINCREMENT",
        "at_ns INTEGER NOT NULL",
        *(f"{column} TEXT NOT NULL COLLATE NOCASE" for column in words.split()),
        *others,
        "body BLOB NOT NULL",
    ]
    return f"CREATE TABLE {name} ({', '.join(columns)})"


def _indices(name: str, *columns: str) -> tuple[str, ...]:
    """An index for each; those with two are named by the first."""
    return tuple(f"CREATE INDEX {name}_{column.split(',')[0]} ON {name} ({column})" for column in columns)


_FIRST = (
    _table(
        "takes",
        "slot scene shot setup day unit camera reel clipname state",
        *("take INTEGER NOT NULL", "ei INTEGER", "circled INTEGER NOT NULL", "alarms INTEGER NOT NULL"),
        *("clip REAL", "keylevel REAL", "low REAL", "high REAL", "red REAL", "blue REAL", "kelvin INTEGER"),
    ),
    *_indices("takes", "at_ns", "slot, at_ns", "scene", "setup", "take", "day", "unit", "camera", "reel", "clipname"),
    *_indices("takes", "state", "ei", "circled, at_ns", "alarms", "clip", "keylevel", "low", "high", "red", "blue"),
    *_indices("takes", "kelvin"),
    _table("looks", "slot scene name look_id camera day", "version INTEGER NOT NULL", "ei INTEGER"),
    "CREATE UNIQUE INDEX looks_name ON looks (name, scene, version)",
    *_indices("looks", "at_ns", "slot, at_ns", "scene", "look_id", "camera", "day", "ei"),
    _table("stills", "slot scene camera day", "ei INTEGER", "of_take INTEGER"),
    *_indices("stills", "at_ns", "slot, at_ns", "scene", "camera", "day", "ei", "of_take"),
    _table("markers", "slot marker day", "of_take INTEGER"),
    *_indices("markers", "at_ns", "slot, at_ns", "marker", "day", "of_take"),
    "CREATE TABLE days (name TEXT PRIMARY KEY COLLATE NOCASE, body BLOB NOT NULL)",
    "CREATE TABLE units (name TEXT PRIMARY KEY COLLATE NOCASE, body BLOB NOT NULL)",
    # `label`: "tag" or "look"; `of`: the table that `key` counts in.
    """CREATE TABLE labels (
        label TEXT NOT NULL, word TEXT NOT NULL COLLATE NOCASE, of TEXT NOT NULL, key INTEGER NOT NULL,
        PRIMARY KEY (label, word, of, key)) WITHOUT ROWID""",
    "CREATE INDEX labels_key ON labels (of, key)",
    *(
        f"CREATE VIRTUAL TABLE {table}_words USING fts5 (text, tokenize = 'trigram')"
        for table in ("takes", "looks", "stills", "markers")
    ),
)

_SECOND = (
    # Of the looks that takes and stills have: what of them may be kept under a name; each is a part of itself.
    """CREATE TABLE parts (
        part TEXT NOT NULL COLLATE NOCASE, look_id TEXT NOT NULL COLLATE NOCASE,
        PRIMARY KEY (part, look_id)) WITHOUT ROWID""",
    "CREATE INDEX parts_look_id ON parts (look_id)",
)

STEPS: tuple[tuple[str, ...], ...] = (_FIRST, _SECOND)
"""What brings a database from each version to the next; one without tables has version 0."""
