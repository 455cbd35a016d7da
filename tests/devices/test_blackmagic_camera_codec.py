"""The codecs of a Blackmagic camera's REST API and events: examples of the API, round trips, garbage."""

from __future__ import annotations

import contextlib
import json
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.blackmagic.events import Changed, Opened, Subscribed, read_event, subscription
from livegrade_devices.cameras.blackmagic.properties import HEARD, NAMES, TIMECODE, asked, learned, shown_timecode

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("iso", "whiteBalance", "stop", "shutterAngle", "shutterSpeed", "apertureStop", "frameRate", "display", "clip")


def test_the_messages_of_the_api() -> None:
    assert read_event('{"type":"event","data":{"action":"websocketOpened"}}') == Opened()
    assert json.loads(subscription(1, "/transports/0/record")) == {
        "type": "request",
        "id": 1,
        "data": {"action": "subscribe", "properties": ["/transports/0/record"]},
    }
    answer = (
        '{"type":"response","id":1,"data":{"action":"subscribe","properties":["/transports/0/record"],'
        '"values":{"/transports/0/record":{"recording":false}},"success":true}}'
    )
    assert read_event(answer) == Subscribed(1, True, {"/transports/0/record": {"recording": False}})
    changed = (
        '{"type":"event","data":{"action":"propertyValueChanged","property":"/transports/0/record",'
        '"value":{"recording":true}}}'
    )
    assert read_event(changed) == Changed("/transports/0/record", {"recording": True})
    for end in range(len(changed)):
        with pytest.raises(ValueError, match="no event of a camera"):
            read_event(changed[:end])


@pytest.mark.parametrize(
    ("path", "value", "known"),
    [
        ("/video/iso", {"iso": 800}, {"ei": 800}),
        ("/video/whiteBalance", {"whiteBalance": 5600}, {"white_balance_k": 5600}),
        ("/video/whiteBalanceTint", {"whiteBalanceTint": -10}, {"tint": -10}),
        ("/video/ndFilter", {"stop": 2}, {"nd": 2}),
        ("/video/shutter", {"shutterAngle": 18000}, {"shutter_angle": 180.0, "shutter_s": None}),
        ("/video/shutter", {"shutterSpeed": 50}, {"shutter_angle": None, "shutter_s": Fraction(1, 50)}),
        ("/lens/iris", {"apertureStop": 4.0}, {"iris": 4.0, "iris_is_t": False}),
        ("/system/format", {"frameRate": "23.98"}, {"project_fps": Fraction(24000, 1001)}),
        (
            "/system/format",
            {"frameRate": "24.00", "offSpeedEnabled": True, "offSpeedFrameRate": 96},
            {"project_fps": Fraction(24), "sensor_fps": Fraction(96)},
        ),
        ("/transports/0/record", {"recording": True}, {"recording": True}),
        ("/transports/0/timecode", {"display": 0x10203015}, {"timecode": "10:20:30:15"}),
        ("/transports/0/timecode", {"display": 0x0A203015}, {"timecode": None}),
        ("/slates/nextClip", {"clip": {"reel": 12}}, {"reel": "12"}),
        ("/video/iso", {"iso": "many"}, {"ei": None}),
        ("/never/heard/of", {"iso": 1}, {"ei": 100}),
    ],
)
def test_what_a_property_says(path: str, value: object, known: dict[str, object]) -> None:
    state = learned(CameraState(ei=100, shutter_angle=90.0, shutter_s=Fraction(1, 48), timecode="x"), path, value)
    assert {name: getattr(state, name) for name in known} == known


def test_a_timecode_is_its_digits() -> None:
    for hours, minutes, seconds, frames in [(0, 0, 0, 0), (23, 59, 59, 23), (1, 2, 3, 4)]:
        text = f"{hours:02}{minutes:02}{seconds:02}{frames:02}"
        assert shown_timecode(int(text, 16)) == ":".join(text[k : k + 2] for k in range(0, 8, 2))


@pytest.mark.parametrize(
    ("name", "value", "path", "body"),
    [
        ("ei", 800, "/video/iso", {"iso": 800}),
        ("white_balance_k", "5600", "/video/whiteBalance", {"whiteBalance": 5600}),
        ("tint", 10.0, "/video/whiteBalanceTint", {"whiteBalanceTint": 10}),
        ("shutter_angle", 172.8, "/video/shutter", {"shutterAngle": 17280}),
        ("shutter_s", "1/50", "/video/shutter", {"shutterSpeed": 50}),
        ("iris", 4, "/lens/iris", {"apertureStop": 4.0}),
        ("nd", 2, "/video/ndFilter", {"stop": 2.0}),
        ("lift", "0.1 0 -0.1 0", "/colorCorrection/lift", {"red": 0.1, "green": 0.0, "blue": -0.1, "luma": 0.0}),
        ("saturation", 0.5, "/colorCorrection/color", {"saturation": 0.5}),
    ],
)
def test_what_is_put_for_a_setting(name: str, value: float | str, path: str, body: dict[str, float]) -> None:
    assert asked(name, value) == (path, body)


@pytest.mark.parametrize(
    ("name", "value"), [("ei", "many"), ("gain", "1 1 1"), ("gain", "1 1 1 99"), ("tint", 51), ("shutter_s", "1/0")]
)
def test_a_value_that_makes_no_sense_is_refused_with_what_is_wanted(name: str, value: float | str) -> None:
    with pytest.raises(ValueError, match=f"{name} is (a number|four numbers)"):
        asked(name, value)


@given(st.sampled_from(("ei", "white_balance_k", "tint", "nd", "iris")), st.floats(2500, 10000), st.floats(0.5, 20))
def test_what_is_put_is_what_is_read_back(name: str, large: float, small: float) -> None:
    value = large if name in ("ei", "white_balance_k") else small
    path, body = asked(name, value)
    read = getattr(learned(CameraState(), path, body), name)
    assert math.isclose(read, value, abs_tol=0.5 if name in ("ei", "white_balance_k", "tint") else 1e-9)


@given(st.sampled_from([*HEARD, TIMECODE]), ANYTHING | st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=4))
def test_garbage_in_a_property_is_not_known(path: str, value: object) -> None:
    learned(CameraState(), path, value)


@given(st.sampled_from(sorted(NAMES)), st.text(max_size=30) | st.floats())
def test_garbage_for_a_setting_is_a_sentence(name: str, value: float | str) -> None:
    try:
        path, body = asked(name, value)
    except ValueError:
        return
    assert path.startswith("/")
    assert all(math.isfinite(each) for each in body.values())


@given(st.binary(max_size=80) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_garbage_on_the_socket_is_an_error_or_nothing(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        read_event(data)
