"""Modes and pixel formats of the driver: names, rates, scans, and which mode shows which pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from livegrade.errors import UsageError
from livegrade.timing.rate import Rate
from livegrade.transport.decklink import modes
from livegrade.transport.decklink.modes import LOWER_FIELD, PROGRESSIVE, UPPER_FIELD, four
from livegrade.video.format import Scan, VideoFormat
from livegrade.video.layouts import layout


@dataclass(frozen=True)
class Mode:
    code: int
    name: str
    width: int
    height: int
    duration: int
    scale: int
    dominance: int = PROGRESSIVE
    flags: int = 0


PAL = Mode(four("pal "), "PAL", 720, 576, 1000, 25000, UPPER_FIELD)
NTSC = Mode(four("ntsc"), "NTSC", 720, 486, 1001, 30000, LOWER_FIELD)
HP23 = Mode(four("23ps"), "1080p23.98", 1920, 1080, 1001, 24000)
HP25 = Mode(four("Hp25"), "1080p25", 1920, 1080, 1000, 25000)
HI50 = Mode(four("Hi50"), "1080i50", 1920, 1080, 1000, 25000, UPPER_FIELD)
HI59 = Mode(four("Hi59"), "1080i59.94", 1920, 1080, 1001, 30000, UPPER_FIELD)
DCI = Mode(four("4d24"), "4K DCI 24p", 4096, 2160, 1000, 24000)
UHD = Mode(four("4k59"), "2160p59.94", 3840, 2160, 1001, 60000)
ALL = (PAL, NTSC, HP23, HP25, HI50, HI59, DCI, UHD)


def test_codes_are_their_four_characters() -> None:
    assert four("v210") == 0x76323130
    assert modes.spelled(0x76323130) == "v210"
    assert modes.spelled(32) == "32"


@pytest.mark.parametrize(
    ("mode", "name", "fps"),
    [
        (PAL, "576i50", 25),
        (NTSC, "486i59.94", Fraction(30000, 1001)),
        (HP23, "1080p23.976", Fraction(24000, 1001)),
        (HP25, "1080p25", 25),
        (HI50, "1080i50", 25),
        (HI59, "1080i59.94", Fraction(30000, 1001)),
        (DCI, "4096x2160p24", 24),
        (UHD, "2160p59.94", Fraction(60000, 1001)),
    ],
)
def test_a_mode_has_one_name_which_finds_it(mode, name, fps) -> None:
    assert modes.name_of(mode) == name
    assert modes.rate_of(mode) == Rate(Fraction(fps))
    assert modes.mode_called(name, ALL) is mode
    assert modes.mode_called(name.upper(), ALL) is mode
    assert modes.mode_called(mode.name, ALL) is mode


@pytest.mark.parametrize(("text", "mode"), [("1080p23.98", HP23), ("1920x1080p25", HP25), ("4k dci 24p", DCI)])
def test_other_spellings_find_it_too(text, mode) -> None:
    assert modes.mode_called(text, ALL) is mode


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("1080p26", "1080p23.976, 1080p25, 1080i50, 1080i59.94, 576i50"),
        ("2160p25", "576i50, 1080p25, 1080i50, 2160p59.94, 486i59.94"),
        *((text, "576i50, 486i59.94, 1080p23.976, 1080p25") for text in ("1080", "p25", "1080q25", "")),
    ],
)
def test_what_is_no_mode_is_told_with_those_that_there_are(text, near) -> None:
    with pytest.raises(UsageError, match=rf"^mode={text} is not among {near}, "):
        modes.mode_called(text, ALL)


def test_the_mode_for_pictures_is_exact_in_size_rate_and_scan() -> None:
    hd = VideoFormat(1920, 1080, Rate.of(25), layout("v210"))
    assert modes.mode_for(hd, ALL) is HP25
    assert modes.mode_for(replace(hd, scan=Scan.INTERLACED_TFF), ALL) is HI50
    assert modes.mode_for(replace(hd, scan=Scan.PSF), ALL) is HP25
    assert modes.mode_for(replace(hd, scan=Scan.INTERLACED_BFF), ALL) is None
    assert modes.mode_for(replace(hd, rate=Rate.of(24)), ALL) is None
    assert modes.mode_for(replace(hd, width=1918), ALL) is None


def test_segments_are_said_by_the_mode_or_by_the_picture() -> None:
    assert modes.scan_of(HI50, modes.CAPTURED_AS_PSF) is Scan.PSF
    assert modes.scan_of(replace(HP25, dominance=modes.PSF)) is Scan.PSF
    assert modes.scan_of(HP25) is Scan.PROGRESSIVE
    assert modes.scan_of(NTSC) is Scan.INTERLACED_BFF


def test_pixel_formats_are_our_layouts_with_the_rows_that_the_driver_says() -> None:
    """Row bytes of the SDK: v210 ceil(w/48)*128, 2vuy 2w, r210 and R10x ceil(w/64)*256, R12x 36w/8."""
    rows = {"v210": 5120, "uyvy": 3840, "r210": 7680, "R10l": 7680, "R10b": 7680, "R12B": 8640, "R12L": 8640}
    for name, stride in rows.items():
        found = modes.layout_of(modes.PIXEL_FORMATS[name])
        assert found is layout(name)
        assert found.geometry(1920, 1080).planes[0].stride == stride
    assert modes.layout_of(four("Ay10")) is None


def test_a_long_list_of_modes_is_cut() -> None:
    many = [replace(HP25, height=1000 + number) for number in range(50)]
    assert modes.names_of(many).endswith(", 1920x1015p25 and 34 more")
    assert modes.names_of([]) == "none"


def test_modes_of_the_same_size_or_rate_come_first_and_the_rest_is_counted() -> None:
    many = [
        *(
            replace(HP25, height=height, width=width, scale=rate * 1000, duration=1000)
            for width, height in ((1280, 720), (2048, 1080), (3840, 2160), (1920, 1080))
            for rate in (24, 25, 30, 50)
        ),
        HI50,
    ]
    with pytest.raises(UsageError) as refused:
        modes.mode_called("1080p60", many)
    assert str(refused.value) == "mode=1080p60 is not among 1080p24, 1080p25, 1080p30, 1080p50, 1080i50 and 12 more"
    with pytest.raises(UsageError) as refused:
        modes.mode_called("576p30", many)
    assert str(refused.value) == "mode=576p30 is not among 720p30, 2048x1080p30, 2160p30, 1080p30 and 13 more"
    assert modes.names_of([HI50, NTSC, HP23, HP25], (1920, 1080), Rate.of(30)).endswith(", 486i59.94")
