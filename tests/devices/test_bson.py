"""Our BSON and that of pymongo, both ways; cut short, garbled, and with lengths that lie."""

from __future__ import annotations

import struct
from datetime import datetime
from typing import TYPE_CHECKING

import bson as pymongo_bson
import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from livegrade_devices.bson import DEEPEST, MOST_ITEMS, decoded, encoded

if TYPE_CHECKING:
    from livegrade_devices.bson import Value

KEYS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.binary(max_size=20)
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=4)


@given(DOCUMENTS)
def test_pymongo_reads_what_we_write_and_we_what_pymongo_writes(document: dict[str, Value]) -> None:
    assert encoded(document) == pymongo_bson.encode(document)
    assert pymongo_bson.decode(encoded(document)) == document
    assert decoded(pymongo_bson.encode(document)) == document


def test_the_shortest_answer_is_that_of_the_reference() -> None:
    assert encoded({"result": 1}).hex() == "1100000010726573756c74000100000000"


@given(DOCUMENTS)
def test_what_is_cut_short_anywhere_is_refused(document: dict[str, Value]) -> None:
    data = encoded(document)
    for cut in range(len(data)):
        with pytest.raises(ValueError, match=r"beyond|does not end there|no end"):
            decoded(data[:cut])
    with pytest.raises(ValueError, match="stand behind"):
        decoded(data + b"\x00")


@given(st.binary(max_size=200))
def test_garbage_is_refused_or_a_document(data: bytes) -> None:
    try:
        document = decoded(struct.pack("<i", len(data) + 5) + data + b"\x00")
    except (ValueError, struct.error):
        return
    assert isinstance(document, dict)


def test_lengths_that_lie_are_refused() -> None:
    text = encoded({"a": "xyz"})
    for place, count in ((0, 2**31 - 1), (0, -1), (7, 2**31 - 1), (7, -5), (7, 0), (7, 3)):
        with pytest.raises(ValueError, match=r"beyond|does not end there|no end"):
            decoded(text[:place] + struct.pack("<i", count) + text[place + 4 :])


def test_too_deep_and_too_much_is_refused_and_other_types_are_passed_over() -> None:
    deep: dict[str, Value] = {}
    for _ in range(DEEPEST + 1):
        deep = {"a": deep}
    with pytest.raises(ValueError, match="deep in each other"):
        decoded(encoded(deep))
    with pytest.raises(ValueError, match="more than 256 things"):
        decoded(encoded({str(n): None for n in range(MOST_ITEMS + 1)}))
    other = {"_id": ObjectId(), "when": datetime(2026, 1, 1), "n": 1}  # what pymongo takes
    assert decoded(pymongo_bson.encode(other)) == {"n": 1}
    assert decoded(pymongo_bson.encode({"old": pymongo_bson.Binary(b"abc", 2)})) == {"old": b"abc"}
    with pytest.raises(ValueError, match="of type 11"):
        decoded(pymongo_bson.encode({"r": pymongo_bson.Regex("x")}))
    for wrong in ({"a\x00": 1}, {"a": 2**63}, {"a": object()}):
        with pytest.raises(ValueError, match="cannot be"):
            encoded(wrong)  # type: ignore[arg-type]
