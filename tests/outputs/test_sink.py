"""Which sink an address means, and the sink that keeps nothing."""

from __future__ import annotations

import pytest

from livegrade.errors import SinkError
from livegrade.outputs.null import NullSink
from livegrade.outputs.sink import open_sink
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import parse_sink


def test_null_is_the_null_sink() -> None:
    assert isinstance(open_sink(parse_sink("null:"), FakeClock()), NullSink)


def test_sdi_is_refused_with_one_sentence_that_names_the_address_and_the_way_out() -> None:
    with pytest.raises(SinkError, match=r"^decklink:0: output over SDI comes with its own release; write to ndi:NAME"):
        open_sink(parse_sink("decklink:0"), FakeClock())
