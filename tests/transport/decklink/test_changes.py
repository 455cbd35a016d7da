"""What goes wrong at an input: another format, no signal, a slow taker, pictures held, the card pulled, somebody else's
card. Each is a state or a DriverError, never a hang."""

from __future__ import annotations

import gc
import itertools
import sys
import threading
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from livegrade.transport.decklink import _binding
from livegrade.transport.decklink._binding import Capture, DriverError, FormatChange, Picture
from livegrade.transport.decklink.modes import four

if TYPE_CHECKING:
    from livegrade_hardware.emulators.decklink import EmulatedDriver
    from tests.transport.decklink.conftest import Bench, Until

NO_SOURCE = 1 << 31
ACCESS_DENIED, NO_INTERFACE = 0x80000009, 0x80000004
SECOND_NS = 1_000_000_000

CHANGES = [
    ("1080p25", False, "Hp25", 25, "v210"),
    ("1080p50", False, "Hp50", 50, "v210"),
    ("720p60", False, "hp60", 60, "v210"),
    ("2160p25", False, "4k25", 25, "v210"),
    ("1080p25", True, "Hp25", 25, "r210"),
]


def taken(capture: Capture) -> list[Picture | FormatChange]:
    return list(iter(lambda: capture.take(0), None))


def more_than(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Objects of the driver by which there are more; what a failed test before this one holds does not count."""
    return {kind: count for kind, count in after.items() if count > before.get(kind, 0)}


def test_hot_changes_of_format(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture(queue=3)
    bench.frames(1)
    taken(capture)
    slower = 50
    for changes, (signal, rgb, code, fps, pixel_format) in enumerate(CHANGES, start=1):
        card.signal(signal, rgb=rgb)
        bench.frames(3, min(slower, fps))
        slower = fps
        came = taken(capture)
        place, change = next((n, one) for n, one in enumerate(came) if isinstance(one, FormatChange))
        assert (change.mode.code, change.pixel_format, change.failed) == (four(code), four(pixel_format), None)
        before, after = came[:place], came[place + 1 :]
        assert all(isinstance(one, Picture) and one.flags & NO_SOURCE for one in before)
        assert after, f"no picture within 3 frames of {signal}"
        for picture in after:
            assert isinstance(picture, Picture)
            assert (picture.mode.code, picture.pixel_format) == (four(code), four(pixel_format))
            assert picture.height == change.mode.height
            assert not picture.flags & NO_SOURCE
        assert capture.counters().changes == changes
    assert capture.counters().errors == 0
    calls = capture.counters().calls
    for method, times in (("PauseStreams", 5), ("EnableVideoInput", 6), ("FlushStreams", 5), ("StartStreams", 6)):
        assert calls[f"IDeckLinkInput::{method}"] == times
    assert "IDeckLinkInput::DisableVideoInput" not in calls


def test_a_change_keeps_the_allocator_and_the_sound(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("1080p50")
    given = [np.zeros(-(-1920 // 48) * 128 * 1080, np.uint8) for _ in range(6)]
    capture = bench.capture(mode="Hp50", buffers=given, queue=3)
    bench.frames(2)
    card.signal("720p50")
    bench.frames(5)
    picture = next(one for one in reversed(taken(capture)) if isinstance(one, Picture))
    assert picture.height == 720
    assert any(np.shares_memory(picture.data, own) for own in given)
    assert picture.audio is not None
    assert picture.audio_time == picture.stream_time * 48000 // 50000


def test_a_depth_that_changes_is_told_and_needs_no_restart(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50", depth=10)
    capture = bench.capture(queue=9)
    bench.frames(3)
    taken(capture)
    starts = capture.counters().calls["IDeckLinkInput::StartStreams"]
    card.signal("720p50", depth=8)
    bench.frames(4)
    came = taken(capture)
    change = next(one for one in came if isinstance(one, FormatChange))
    assert (change.events, change.flags, change.pixel_format) == (4, 1 | 32, four("v210"))
    assert not change.restarted
    assert len([one for one in came if isinstance(one, Picture) and not one.flags & NO_SOURCE]) == 4
    assert capture.counters().calls["IDeckLinkInput::StartStreams"] == starts


def test_without_detection_another_format_is_no_source(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("1080p25")
    capture = bench.capture(detect=False, queue=3)
    bench.frames(3)
    came = taken(capture)
    assert [isinstance(one, Picture) and bool(one.flags & NO_SOURCE) for one in came] == [True] * 3
    assert capture.counters().no_source == 3


def test_a_change_that_the_driver_refuses_is_told_and_the_next_one_works(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture(queue=3)
    bench.frames(1)
    card.used_elsewhere("capture")
    card.signal("1080p25")
    bench.frames(4, 25)
    card.used_elsewhere("none")
    change = next(one for one in taken(capture) if isinstance(one, FormatChange))
    assert change.failed is not None
    assert change.failed.call == "IDeckLinkInput::EnableVideoInput"
    assert change.restarted
    assert capture.counters().errors == 1
    card.signal("720p60")
    bench.frames(5, 60)
    assert any(isinstance(one, Picture) and not one.flags & NO_SOURCE for one in taken(capture))


def test_a_depth_that_changes_behind_a_refusal_is_another_try(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture(queue=3)
    bench.frames(1)
    card.used_elsewhere("capture")
    card.signal("720p60")
    bench.frames(4, 50)
    refused = next(one for one in taken(capture) if isinstance(one, FormatChange))
    assert refused.failed is not None
    card.used_elsewhere("none")
    card.signal("720p60", depth=8)
    bench.frames(6, 50)
    came = taken(capture)
    change = next(one for one in came if isinstance(one, FormatChange))
    assert (change.failed, change.restarted, change.mode.name) == (None, True, "720p60")
    assert any(isinstance(one, Picture) and not one.flags & NO_SOURCE for one in came)


def test_changes_that_nobody_took_are_one_that_knows_of_the_restart(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50", depth=10)
    capture = bench.capture(queue=1)
    bench.frames(2)
    card.signal("720p60", depth=10)
    bench.frames(3)
    card.signal("720p60", depth=8)
    bench.frames(5, 60)
    change, picture = taken(capture)
    assert isinstance(change, FormatChange)
    assert isinstance(picture, Picture)
    assert (change.mode.name, change.restarted, change.flags & 32) == ("720p60", True, 32)
    assert capture.counters().changes == 2


@pytest.mark.parametrize(("depth", "taken_as"), [(8, "r210"), (10, "r210"), (12, "R12B")])
def test_rgb_is_taken_as_deep_as_it_comes(bench: Bench, depth: Literal[8, 10, 12], taken_as: str) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture(queue=3)
    bench.frames(2)
    card.signal("720p50", rgb=True, depth=depth)
    bench.frames(4)
    came = taken(capture)
    assert isinstance(came[-1], Picture)
    assert (came[-1].pixel_format, came[-1].flags & NO_SOURCE) == (four(taken_as), 0)


def test_a_card_that_does_not_take_12_bits_of_rgb_gives_10(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture(queue=3, rgb12_format=four("what"))
    bench.frames(2)
    card.signal("720p50", rgb=True, depth=12)
    bench.frames(4)
    came = taken(capture)
    change = next(one for one in came if isinstance(one, FormatChange))
    assert (change.failed, change.pixel_format) == (None, four("r210"))
    assert isinstance(came[-1], Picture)
    assert (came[-1].pixel_format, came[-1].flags & NO_SOURCE) == (four("r210"), 0)
    assert capture.counters().errors == 0


def test_signal_lost_and_back(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture(queue=3)
    bench.frames(2)
    assert capture.status() == (True, four("hp50"))
    taken(capture)
    card.signal(None)
    bench.frames(2)
    lost = taken(capture)
    assert all(isinstance(one, Picture) and one.flags & NO_SOURCE for one in lost)
    assert len(lost) == capture.counters().no_source == 2
    assert capture.status()[0] is False
    card.signal("720p50")
    bench.frames(3)
    back = [one for one in taken(capture) if isinstance(one, Picture)]
    assert not back[-1].flags & NO_SOURCE
    assert back[-1].number == 6


def test_a_slow_taker_gets_the_newest_and_is_told_what_it_missed(bench: Bench) -> None:
    bench.driver.card(0).signal("720p50")
    capture = bench.capture(queue=1)
    came = []
    for frames in (1, 4, 1, 7):
        bench.frames(frames)
        (picture,) = taken(capture)
        assert isinstance(picture, Picture)
        came.append((picture.number, picture.missed))
    assert came == [(0, 0), (4, 3), (5, 3), (12, 9)]
    assert capture.counters().missed == 9


def test_changes_are_never_thrown_away_but_for_a_newer_one(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture(queue=2)
    bench.frames(3)
    for signal, fps in (("1080p25", 25), ("720p60", 60), ("1080p50", 50)):
        card.signal(signal)
        bench.frames(4, fps)
    came = taken(capture)
    assert isinstance(came[0], FormatChange)
    assert came[0].mode.name == "1080p50"
    assert [isinstance(one, Picture) for one in came[1:]] == [True, True]


def test_pictures_held_starve_the_card_and_letting_go_feeds_it(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    card.input_faults(buffers=4)
    capture = bench.capture(queue=3)
    held = []
    for _ in range(8):
        bench.frames(1)
        held += taken(capture)
    fates = [record.fate for record in card.input_log()]
    assert fates == ["delivered"] * 4 + ["starved"] * 4
    words = [one.data.copy() for one in held if isinstance(one, Picture)]
    assert all(np.array_equal(one.data, w) for one, w in zip(held, words, strict=True) if isinstance(one, Picture))
    held.clear()
    gc.collect()
    bench.frames(1)
    assert len(taken(capture)) == 1


def test_a_card_that_is_pulled_ends_nothing_but_the_pictures(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture(queue=3)
    bench.frames(1)
    (held,) = taken(capture)
    assert isinstance(held, Picture)
    words = held.data.copy()
    card.pull()
    bench.frames(3)
    assert capture.take(0) is None
    assert len(_binding.cards()) == 1
    assert capture.stop()
    np.testing.assert_array_equal(held.data, words)
    with pytest.raises(DriverError):
        capture.start()
    card.plug_in()
    again = bench.capture(queue=3)
    bench.frames(1)
    assert len(taken(again)) == 1


def test_a_card_in_use_elsewhere_refuses(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.used_elsewhere("capture")
    capture = Capture(0, mode=four("hp50"), pixel_format=four("v210"))
    with pytest.raises(DriverError) as refused:
        capture.start()
    assert (refused.value.call, refused.value.code) == ("IDeckLinkInput::EnableVideoInput", ACCESS_DENIED)
    assert str(refused.value) == "IDeckLinkInput::EnableVideoInput answered 0x80000009"
    assert _binding.cards()[0].busy == 1
    card.used_elsewhere("none")
    capture.start()
    bench.frames(1)
    assert capture.take(0) is not None
    capture.stop()


def test_a_mode_without_a_frame_rate_is_refused_and_left_out_of_the_list(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    before = {way: [mode.code for mode in _binding.modes(0, way)] for way in (False, True)}
    capture = bench.capture(queue=3)
    bench.frames(1)
    taken(capture)
    bench.driver.mode_without_rate("1080p25")
    for way, codes in before.items():
        without = [code for code in codes if code != four("Hp25")]
        assert [mode.code for mode in _binding.modes(0, way)] == without != codes
    for open_it in (lambda: bench.capture(1, mode="Hp25"), lambda: bench.playout(1, mode="Hp25")):
        with pytest.raises(DriverError) as refused:
            open_it()
        assert refused.value.call == "IDeckLinkDisplayMode::GetFrameRate"
    card.signal("1080p25")
    bench.frames(4, 25)
    assert all(isinstance(one, Picture) and one.flags & NO_SOURCE for one in taken(capture))
    assert capture.counters().errors >= 1
    card.signal("720p60")
    bench.frames(5, 60)
    assert any(isinstance(one, Picture) and not one.flags & NO_SOURCE for one in taken(capture))


def test_a_second_capture_of_one_input_is_refused(bench: Bench) -> None:
    bench.capture()
    with pytest.raises(DriverError) as refused:
        bench.capture()
    assert refused.value.code == ACCESS_DENIED


def test_no_such_card_and_no_such_direction(bench: Bench) -> None:
    with pytest.raises(IndexError, match="there is no card 7"):
        Capture(7, mode=four("hp50"), pixel_format=four("v210"))
    bench.driver.card(0).abilities(captures=False)
    with pytest.raises(DriverError) as refused:
        Capture(0, mode=four("hp50"), pixel_format=four("v210"))
    assert refused.value.code == NO_INTERFACE


def test_stop_ends_a_take_that_waits(bench: Bench) -> None:
    capture = bench.capture()
    taker = threading.Thread(target=lambda: capture.take(3600 * SECOND_NS))
    taker.start()
    capture.stop()
    taker.join(timeout=60)
    assert not taker.is_alive()
    assert capture.take(3600 * SECOND_NS) is None


def test_a_change_on_its_way_does_not_start_the_streams_behind_the_stop(bench: Bench) -> None:
    card = bench.driver.card(0)
    card.signal("720p50")
    capture = bench.capture()
    bench.frames(1)
    bench.driver.forget()
    card.hang_stop(0.2)
    card.signal("1080p25")
    moving = threading.Thread(target=lambda: bench.frames(3))
    moving.start()
    while "IDeckLinkInput::PauseStreams" not in bench.driver.calls():
        assert moving.is_alive()
    capture.stop()
    moving.join(timeout=60)
    calls = bench.driver.calls()
    assert calls["IDeckLinkInput::StartStreams"] == 1
    assert "IDeckLinkInput::StartStreams behind StopStreams" not in calls
    card.hang_stop(0)
    assert isinstance(bench.capture(), Capture)


def test_a_driver_that_hangs_is_left_alone_and_its_memory_stays(bench: Bench, until: Until) -> None:
    """Nothing of ours waits longer than the limit, or is freed under the driver. It comes back at last."""
    before = bench.driver.living()
    card = bench.driver.card(0)
    card.signal("720p50")
    given = [np.zeros(-(-1280 // 48) * 128 * 720, np.uint8) for _ in range(4)]
    references = [sys.getrefcount(buffer) for buffer in given]
    capture = bench.capture(buffers=given)
    bench.frames(1)
    card.hang_stop(1)
    assert not capture.stop(20_000_000)
    assert not capture.stop()
    bench.close()
    del capture
    gc.collect()
    assert [sys.getrefcount(buffer) for buffer in given] > references
    until(lambda: more_than(before, bench.driver.living()) == {})


def test_two_hundred_openings_leave_nothing(bench: Bench) -> None:
    bench.driver.card(0).signal("720p50")
    bench.driver.card(0).timecode("10:00:00:00", carriers=("rphr", "rpv1"))
    before = bench.driver.living()
    for _ in range(200):
        capture = bench.capture(queue=2)
        bench.frames(1)
        (picture,) = taken(capture)
        assert isinstance(picture, Picture)
        bench.close()
        del capture, picture
    assert more_than(before, bench.driver.living()) == {}


def test_a_thousand_changes_leave_nothing(bench: Bench, decklink_driver: EmulatedDriver) -> None:
    """The bar of the issue. Step mode makes it quick enough for every run."""
    card = decklink_driver.card(0)
    card.signal("720p50")
    before = decklink_driver.living()
    capture = bench.capture(queue=2)
    for signal, _ in zip(itertools.cycle(("720p60", "720p50")), range(1000), strict=False):
        card.signal(signal)
        bench.frames(3)
        assert any(isinstance(one, Picture) and not one.flags & NO_SOURCE for one in taken(capture))
    counters = capture.counters()
    assert (counters.changes, counters.errors) == (1000, 0)
    capture.stop()
    bench.close()
    del capture
    assert more_than(before, decklink_driver.living()) == {}
