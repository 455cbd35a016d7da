"""RCP2 as text and what its parameters mean; messages as published clients send and get them."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.errors import DeviceError, UsageError
from livegrade_devices.camera import CameraState
from livegrade_devices.cameras.red import meaning, messages
from livegrade_devices.cameras.red.messages import About, CameraCdl, Parameters, Session, Value, read_message

ISO = (
    '{"type":"rcp_cur_int","id":"ISO","cur":{"val":1600},"target":{"val":1600},"edit_info":{"min":250,"max":12800,'
    '"divider":1,"digits":0,"step":1,"prefix":"","suffix":""},"display":{"str":"1600","abbr":"1600"}}'
)
INFO = (
    '{"type":"rcp_cur_cam_info","name":"A","serial_number":"R1","camera_type":{"num":51,"str":"V-RAPTOR"},'
    '"version":{"str":"1.7"}}'
)
CDL = (
    '{"type":"rcp_cur_cdl","slope":{"r":123456,"g":100000,"b":90000},"offset":{"r":0,"g":-100,"b":0},'
    '"power":{"r":100000,"g":100000,"b":100000},"saturation":95000}'
)


def test_what_is_sent_is_what_published_clients_send() -> None:
    assert messages.config() == (
        '{"type":"rcp_config","strings_decoded":1,"json_minified":1,"include_cacheable_flags":0,'
        '"encoding_type":"legacy","client":{"name":"livegrade","version":"1.0"}}'
    )
    assert messages.subscribe("ISO") == '{"type":"rcp_subscribe","id":"ISO","on_off":true}'
    assert messages.set_value("ISO", 1600) == '{"type":"rcp_set","id":"ISO","value":1600}'


def test_what_comes_is_read() -> None:
    assert read_message(ISO) == Value("ISO", 1600, 1, "1600", "")
    assert read_message(ISO.replace('"ISO"', '"RCP_PARAM_ISO"').encode()) == Value("ISO", 1600, 1, "1600", "")
    assert read_message(INFO) == About("V-RAPTOR", "A", "1.7", "R1")
    assert read_message('{"type":"rcp_cur_parameters","parameters":["RCP_PARAM_ISO","TINT"]}') == Parameters(
        frozenset({"ISO", "TINT"})
    )
    cdl = read_message(CDL)
    assert cdl == CameraCdl((123456, 100000, 90000), (0, -100, 0), (100000,) * 3, 95000)
    session = read_message('{"type":"rcp_session","status":"open","data":{"token": [1,"x"]}}')
    assert isinstance(session, Session)
    assert json.loads(session.echo) == {"type": "rcp_session", "data": {"token": [1, "x"]}}
    assert read_message('{"type":"rcp_session","status":"closed","data":1}') is None
    assert read_message('{"type":"rcp_cur_types","types":[]}') is None
    huge = read_message(ISO.replace("1600}", "1" + 400 * "0" + "}"))
    assert huge is None or (isinstance(huge, Value) and huge.number is None)


@pytest.mark.parametrize("divider", ["1" + 400 * "0", "1e-320", "-5", "0"])
def test_a_divider_that_makes_no_sense_is_none(divider: str) -> None:
    text = '{"type":"rcp_cur_int","id":"ISO","cur":{"val":800},"edit_info":{"divider":' + divider + "}}"
    value = read_message(text)
    assert isinstance(value, Value)
    assert value.divider == 0
    assert meaning.state_of({"ISO": value}, None).ei == 800


@pytest.mark.parametrize("whole", [ISO, INFO, CDL])
def test_cut_anywhere_it_is_no_message(whole: str) -> None:
    for end in range(len(whole)):
        with pytest.raises(DeviceError, match="no RCP2 message"):
            read_message(whole[:end])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["val", "str", "num", "r"]), inner),
    max_leaves=5,
)
KINDS = st.sampled_from(["rcp_cur_int", "rcp_cur_str", "rcp_cur_cdl", "rcp_cur_parameters", "rcp_cur_cam_info", "x"])
FIELDS = st.sampled_from(["id", "cur", "display", "edit_info", "parameters", "camera_type", "slope", "saturation"])


@given(KINDS, st.dictionaries(FIELDS, JSON, max_size=4))
def test_fields_of_any_shape_are_read_or_passed_over(kind: str, fields: dict[str, object]) -> None:
    said = read_message(json.dumps({"type": kind, **fields}))
    if isinstance(said, Value):
        meaning.state_of({name: said for name in (*meaning.AT_ONCE, *meaning.LATER)}, None)


@given(st.binary(max_size=60))
def test_garbage_is_a_sentence(data: bytes) -> None:
    with pytest.raises(DeviceError, match="no RCP2 message"):
        read_message(data)


def state(*values: Value, cdl: CameraCdl | None = None) -> CameraState:
    return meaning.state_of({value.id: value for value in values}, cdl)


@pytest.mark.parametrize(
    ("number", "text", "rate"),
    [
        (24000, "23.98 FPS", Fraction(24000, 1001)),
        (24000, "24.00 FPS", Fraction(24)),
        (24000, "", Fraction(24)),
        (23976, "23.98", Fraction(24000, 1001)),
        (60000, "59.94 FPS", Fraction(60000, 1001)),
        (59940, "", Fraction(60000, 1001)),
        (12500, "12.5", Fraction(25, 2)),
        (0, "", None),
    ],
)
def test_rates_are_exact(number: int, text: str, rate: Fraction | None) -> None:
    assert state(Value("SENSOR_FRAME_RATE", number, 1000, text)).sensor_fps == rate


def test_values_keep_their_units_and_what_is_not_known_is_none() -> None:
    assert state() == CameraState()
    said = state(
        Value("ISO", 1600),
        Value("COLOR_TEMPERATURE", 5600),
        Value("TINT", -1500),
        Value("EXPOSURE_ANGLE", 172_800),
        Value("EXPOSURE_INTEGRATION_TIME", 50_000, 1000, "1/50"),
        Value("APERTURE", 28, 10, "T2.8"),
        Value("ND", 225, 100, "2.25 stops"),
        Value("RECORD_STATE", 3),
        Value("MEDIA_TIME_REMAINING", 62, 1, "1:02:30"),
        Value("FORMAT_ARG_REEL_NO", 4, 1, "004"),
    )
    assert (said.ei, said.white_balance_k, said.tint, said.tint_unit) == (1600, 5600, -1.5, "RED tint")
    assert (said.shutter_angle, said.shutter_s) == (172.8, Fraction(1, 50))
    assert (said.iris, said.iris_is_t, said.nd, said.reel) == (2.8, True, 2.25, "004")
    assert (said.recording, said.alerts, said.media_left_s) == (False, ("pre-recording",), 3750)
    assert state(Value("ND", 6, 10, "ND.6")).nd is None
    assert state(Value("APERTURE", -1, 10, "--")).iris is None
    assert state(Value("ISO", math.inf)).ei is None
    assert state(Value("MEDIA_TIME_REMAINING", 62, 1, "62")).media_left_s is None
    assert state(Value("EXPOSURE_INTEGRATION_TIME", 0, 1000, "1/0")).shutter_s is None


def test_the_look_is_the_lut_and_whether_a_cdl_is_before_it() -> None:
    graded = CameraCdl((123456, 100000, 100000), (0, 0, 0), (100000,) * 3, 100000)
    lut, on = Value("APPLIED_CAMERA_LUT", None, 0, "show.cube"), Value("CDL_ENABLE", 1)
    assert state(lut).look == "show.cube"
    assert state(lut, on, cdl=graded).look == "CDL + show.cube"
    assert state(Value("CDL_ENABLE", 0), cdl=graded).look is None
    assert state(on, cdl=CameraCdl((100000,) * 3, (0, 0, 0), (100000,) * 3, 100000)).look is None


def test_settings_become_raw_numbers_by_the_cameras_own_divider() -> None:
    assert meaning.raw("tint", 1.5, None) == ("TINT", 1500)
    assert meaning.raw("tint", 1.5, Value("TINT", 0, 100)) == ("TINT", 150)
    assert meaning.raw("shutter_angle", "172.8", None) == ("EXPOSURE_ANGLE", 172_800)
    for name, value, fault in (
        ("iris", 4, "cannot be set"),
        ("ei", "high", "is a number"),
        ("ei", math.nan, "no camera"),
    ):
        with pytest.raises(UsageError, match=fault):
            meaning.raw(name, value, None)  # type: ignore[arg-type]
