"""The grammar of sources and sinks: what is a scheme, what is an option, what is refused and with which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livegrade.errors import UsageError
from livegrade.transport.address import (
    OnLoss,
    Scheme,
    SlotValue,
    parse_sink,
    parse_source,
    split_ffmpeg,
    split_slot,
)


@pytest.mark.parametrize(
    ("text", "scheme", "target"),
    [
        ("clip.mov", Scheme.PATH, "clip.mov"),
        ("/a/b c,d.mov", Scheme.PATH, "/a/b c,d.mov"),
        (r"C:\clips\a.mov", Scheme.PATH, r"C:\clips\a.mov"),
        ("d:/clips/a.mov", Scheme.PATH, "d:/clips/a.mov"),
        ("A001:C002.mov", Scheme.PATH, "A001:C002.mov"),
        ("./foo:bar", Scheme.PATH, "./foo:bar"),
        ("pattern:camera@2160p25", Scheme.PATTERN, "camera@2160p25"),
        ("ndi:CAM A", Scheme.NDI, "CAM A"),
        ("NDI:CAM A", Scheme.NDI, "CAM A"),
        ("ndi:BOX (Chan, 1)", Scheme.NDI, "BOX (Chan, 1)"),
        ('ndi:"A,colour=red"', Scheme.NDI, "A,colour=red"),
        ('ndi:"A,range=full"', Scheme.NDI, "A,range=full"),
        ('ndi:A "B", C', Scheme.NDI, 'A "B", C'),
        ("take,2=x.mov", Scheme.PATH, "take,2=x.mov"),
        ("take,colour=red.mov", Scheme.PATH, "take,colour=red.mov"),
        ("ffmpeg:v4l2:/dev/video0,size=4", Scheme.FFMPEG, "v4l2:/dev/video0,size=4"),
        ("decklink:0", Scheme.DECKLINK, "0"),
        ("ffmpeg:v4l2:/dev/video0", Scheme.FFMPEG, "v4l2:/dev/video0"),
        ("ffmpeg::rtsp://cam/1", Scheme.FFMPEG, ":rtsp://cam/1"),
    ],
)
def test_sources(text: str, scheme: Scheme, target: str) -> None:
    address = parse_source(text)
    assert (address.scheme, address.target, address.options) == (scheme, target, ())
    assert str(address) == text


def test_source_options_are_only_known_trailing_pairs() -> None:
    address = parse_source("pattern:bars,layout=uyvy,timecode=09:59:50:00")
    assert address.target == "bars"
    assert address.option("layout") == "uyvy"
    assert address.option("timecode") == "09:59:50:00"
    assert parse_source("A,range=full,x=1,matrix=bt601").target == "A,range=full,x=1"
    quoted = parse_source('ndi:"A,x=1",range=full')
    assert (quoted.target, quoted.option("range")) == ("A,x=1", "full")


def test_sink_options_and_defaults() -> None:
    plain = parse_sink("ndi:Village")
    assert (plain.option("view"), plain.slot, plain.on_loss) == (None, "A", OnLoss.HOLD)
    rich = parse_sink("ndi:DP,view=false-color:ire,cal=dp.cube,slot=b,on-loss=bars")
    assert rich.target == "DP"
    assert (rich.option("view"), rich.option("cal")) == ("false-color:ire", "dp.cube")
    assert (rich.slot, rich.on_loss) == ("B", OnLoss.BARS)
    assert parse_sink("null:,view=source").option("view") == "source"
    assert parse_sink("out.mov,codec=prores").option("codec") == "prores"


@pytest.mark.parametrize(
    ("parse", "text", "words"),
    [
        (
            parse_sink,
            "ndi:X,veiw=graded",
            "veiw= is not an option here, but view= is one; a name that really",
        ),
        (parse_sink, "ndi:X,VIEW=graded", "VIEW= is not an option here, but view= is one"),
        (parse_sink, "ndi:X,foo=bar", "foo= is not an option here, only view, slot, cal, to, on-loss"),
        (parse_sink, "ndi:X,foo=bar", """goes in quotes, 'ndi:"X,foo=bar"'"""),
        (parse_sink, "ndi:X,foo=1,view=source", "foo= is not an option here"),
        (parse_sink, "ndi:X,view=source,foo=1", "foo= is not an option here"),
        (parse_sink, "ndi:X, view=graded", "write ,view= without spaces"),
        (parse_sink, "ndi:X,range=full", "range= is not an option here"),
        (parse_sink, "null:,veiw=source", "but view= is one"),
        (parse_sink, "decklink:0,solt=B", "but slot= is one"),
        (parse_sink, 'ndi:"X",veiw=source', "but view= is one"),
        (parse_sink, 'ndi:"X', "a name that begins with a quote ends with one"),
        (parse_sink, "graded.mov,codc=h264", "codc= is not an option here, but codec= is one"),
        (parse_sink, "graded.mov,codc=h264,view=source", "but codec= is one"),
        (parse_sink, "day 1/graded.%06d.tif,veiw=source", "but view= is one"),
        (parse_sink, "graded.mov,cla=monitor.cube", "but cal= is one"),
        (parse_sink, "graded.mov,foo=1", "foo= is not an option here, only view, slot"),
        (parse_sink, "graded.mov, codec=h264", "write ,codec= without spaces"),
        (parse_sink, 'ndi:"X"Y', "a name that begins with a quote ends with one"),
        (parse_sink, 'ndi:"X",Y', "a name that begins with a quote ends with one"),
        (parse_sink, 'ndi:""', "names no output"),
        (
            parse_source,
            "ndi:CAM A,view=graded",
            "view= is not an option here, only range, matrix, record, record-frames are",
        ),
        (parse_source, "ndi:CAM A,rnage=full", "but range= is one"),
        (parse_source, "pattern:bars,layuot=uyvy", "but layout= is one"),
    ],
)
def test_a_slip_of_the_finger_is_no_name(parse, text, words) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "names no output"),
        ("ndi:", "names no output"),
        ("ndi:X,view=rainbow", "view= takes source, bypass, graded"),
        ("ndi:X,view=graded:ire", "view="),
        ("ndi:X,on-loss=freeze", "hold, black, bars"),
        ("ndi:X,slot=AB", "one letter"),
        ("ndi:X,slot=A,slot=B", "more than once"),
        ("ndi:X,codec=prores", "codec= is not an option of ndi:"),
        ("null:x", "takes no name"),
        ("pattern:bars", "no output 'pattern:'"),
        ("rtmp://host/live", "ffmpeg::rtmp://host/live"),
        ("ffmpeg:nothing", "ffmpeg:FORMAT:URL"),
    ],
)
def test_refused_sinks(text: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_sink(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nid:CAM A", "there is no source 'nid:'"),
        ("null:", "there is no source 'null:'"),
        ("clip.mov,range=wide", "range= takes auto, legal, full"),
        ("clip.mov,layout=v210", "layout= is not an option of a file"),
        ("pattern:", "names no source"),
    ],
)
def test_refused_sources(text: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_source(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "drives", "expected"),
    [
        ("day1.cdl", False, SlotValue(None, "day1.cdl")),
        ("B:day1.cdl", False, SlotValue("B", "day1.cdl")),
        ("b:800", False, SlotValue("B", "800")),
        ("B:/looks/a.cube", False, SlotValue("B", "/looks/a.cube")),
        ("C:/looks/a.cube", True, SlotValue(None, "C:/looks/a.cube")),
        (r"C:\looks\a.cube", False, SlotValue(None, r"C:\looks\a.cube")),
        (r"B:C:\looks\a.cube", True, SlotValue("B", r"C:\looks\a.cube")),
        ("ALEXA 35", True, SlotValue(None, "ALEXA 35")),
    ],
)
def test_slot_prefix(text: str, drives: bool, expected: SlotValue) -> None:
    assert split_slot(text, drives=drives) == expected


def test_ffmpeg_target() -> None:
    assert split_ffmpeg("v4l2:/dev/video0") == ("v4l2", "/dev/video0")
    assert split_ffmpeg(":rtsp://cam:554/1") == (None, "rtsp://cam:554/1")


@given(st.text(max_size=60))
def test_any_text_gives_an_address_or_a_usage_error(text: str) -> None:
    for parse in (parse_source, parse_sink):
        try:
            address = parse(text)
        except UsageError:
            continue
        assert text.lower().startswith(f"{address.scheme}:") or address.scheme is Scheme.PATH
        assert address.target in text
