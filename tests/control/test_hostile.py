"""Messages and numbers that nobody sends in good faith: each is a plain refusal or a look, and nothing else."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.control import commands as c
from livegrade.control.api import _ASKED, _decoded
from livegrade.control.desk import Desk
from livegrade.control.door import Allowance
from livegrade.errors import LivegradeError, UsageError

GOOD = b'{"id": 7, "do": {"command": "look.set", "slot": "A", "values": {"slope.r": 1.05}}}'
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "do", "command"]), inner),
    max_leaves=8,
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324])


@settings(max_examples=80)
@given(st.binary(max_size=200) | JSON.map(msgspec.json.encode) | st.integers(0, len(GOOD)).map(lambda at: GOOD[:at]))
def test_what_is_no_command_is_refused_in_one_sentence(data: bytes) -> None:
    if data == GOOD:
        return
    with pytest.raises(UsageError) as refused:
        _decoded(data, _ASKED)
    assert str(refused.value).isprintable()


@pytest.fixture(scope="module")
def desk():
    from livegrade.capture.source import CaptureOptions
    from livegrade.session import Session
    from livegrade.session.setup import SessionSetup, SlotSetup
    from livegrade.transport.address import parse_source

    slot = SlotSetup("A", parse_source("pattern:ramp"), CaptureOptions(), Look((Cdl(),)))
    made = Desk(Session(SessionSetup((slot,), (), engine="native", threads=1)))
    yield made
    made.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["slope", "slope.r", "offset.b", "power", "saturation", "mix", "clamp", "clamp.r", "nothing"]),
        NUMBERS | st.booleans() | st.tuples(NUMBERS, NUMBERS, NUMBERS),
        min_size=1,
    ),
    st.booleans(),
)
def test_any_numbers_make_a_look_or_a_refusal(desk: Desk, values: dict, relative: bool) -> None:
    before = desk.grade.histories
    try:
        desk.carry_out(c.SetLook(slot="A", values=values, relative=relative))
    except LivegradeError:
        assert desk.grade.histories is before
    else:
        assert desk.session.slot("A").look == desk.grade.histories["A"].now.look


def test_an_allowance_is_a_burst_and_then_a_rate() -> None:
    allowance = Allowance(10, 3, 0.0)
    assert [allowance.take(0.0) for _ in range(5)] == [True, True, True, False, False]
    assert [allowance.take(0.1) for _ in range(2)] == [True, False]
    assert [allowance.take(60.0) for _ in range(4)] == [True, True, True, False]
