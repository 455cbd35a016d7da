"""Pictures to compare with: of other slots, stills and files, scaled and kept ready beside the engines."""

from __future__ import annotations

import struct
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from livegrade.capture.source import CaptureOptions, open_source
from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.color.space import D65, rgb_to_xyz
from livegrade.engine.comparison import Comparison, FilePicture, Grid, Mode, Shown, SlotPicture, StillPicture
from livegrade.engine.view import GRADED, View, ViewKind, parse_view
from livegrade.errors import LibraryError, MediaError, UsageError
from livegrade.library.store import Library
from livegrade.library.values import Still
from livegrade.outputs.still import write_still
from livegrade.session import Session, referencepictures, references
from livegrade.session.events import Link
from livegrade.session.originals import MOST_READING
from livegrade.session.referencepictures import Original
from livegrade.session.references import ReferenceState
from livegrade.session.setup import SessionSetup, SinkSetup, SlotSetup
from livegrade.timing.clock import FakeClock
from livegrade.transport.address import parse_sink, parse_source
from livegrade.video.codes import unpack
from livegrade.video.format import Range
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout

PATIENCE_S = 20.0
DARK = Look((Cdl(slope=(0.5, 0.5, 0.5)),))
RED = (200, 40, 30)


class Pair:
    """Slots A (640 x 360) and B (320 x 240, darkened); the output of A shows what is asked for. Drawn by hand."""

    def __init__(self, view: View = GRADED) -> None:
        options, self.clock = CaptureOptions(live=False), FakeClock()
        addresses = [parse_source(f"pattern:ramp@{size}p25") for size in ("640x360", "320x240")]
        slots = tuple(
            SlotSetup(name, at, options, look) for name, at, look in zip("AB", addresses, (Look(), DARK), strict=True)
        )
        sinks = (SinkSetup(parse_sink("null:"), "A", view),)
        self.session = Session(SessionSetup(slots, sinks, engine="native", threads=1), self.clock)
        self._sources = {}
        for name, address in zip("AB", addresses, strict=True):
            self._sources[name] = open_source(address, options, self.clock)
            self._sources[name].open()

    def draw(self, slot: str = "A") -> Frame:
        """The next frame through the slot's engine; the picture for the output, of B the frame."""
        frame = self._sources[slot].read()
        assert isinstance(frame, Frame)
        self.session.slot(slot).drawing.draw(frame)
        return self.session.slot(slot).last[-1]

    def shown(self, *, until_running: str) -> Frame:
        """The first picture of A for which that reference was ready."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.draw()
            states = self.states
            if until_running in states and states[until_running].state.link is not Link.STARTING:
                return self.draw()
            assert time.monotonic() < deadline, states
            time.sleep(0.01)

    @property
    def states(self) -> dict[str, ReferenceState]:
        """Of what A is compared with."""
        return self.session.references.states().get("A", {})

    def until(self, words: str, link: Link) -> str:
        """Why that reference of A stands so, when it does."""
        deadline = time.monotonic() + PATIENCE_S
        while words not in self.states or self.states[words].state.link is not link:
            assert time.monotonic() < deadline, self.states
            self.draw()
            time.sleep(0.005)
        return self.states[words].state.reason

    def close(self) -> None:
        self.session.stop()
        for source in self._sources.values():
            source.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    yield made
    made.close()


def compared(text: str, mode: Mode = Mode.TOGGLE) -> View:
    return parse_view("compare", against=text, mode=mode.value)


def rgb(picture: Frame) -> np.ndarray:
    """R'G'B', 0 to 1, roughly enough to tell colours apart."""
    from livegrade.engine.engine import Engine, Wanted
    from livegrade.engine.native import Native

    form = replace(picture.format, layout=layout("gbrp16"), range=Range.FULL)
    drawn = Engine(Native(1)).take(picture, Look()).output(Wanted(View(ViewKind.SOURCE), form))
    return np.stack(unpack(drawn.data, form).planes, axis=-1) / 65535


def photograph(path: Path, size: tuple[int, int] = (480, 270)) -> Path:
    Image.new("RGB", size, RED).save(path)
    return path


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg"])
def test_a_photograph_is_shown_as_large_as_it_fits_and_says_what_was_assumed(pair: Pair, tmp_path, suffix) -> None:
    path = photograph(tmp_path / f"reference{suffix}", (300, 300))
    pair.session.set_view(1, compared(f"file:{path}"))
    assert rgb(pair.draw()).std() > 0.1  # the picture alone until it is read
    picture = rgb(pair.shown(until_running=f"file:{path}"))
    assert np.abs(picture[180, 320] - np.array(RED) / 255).max() < 0.02
    assert picture[:, :135].max() < 0.02  # 360 x 360 in the middle, black beside it
    assert picture[:, 506:].max() < 0.02
    assert np.abs(picture[5:-5, 145:495] - np.array(RED) / 255).max() < 0.03
    state = pair.states[f"file:{path}"]
    assert "scaled from 300 x 300" in state.note


def test_a_photograph_is_upright_and_its_size_is_that_of_what_is_seen(pair: Pair, tmp_path) -> None:
    """All that EXIF has, against what Pillow makes of it."""
    colors = np.zeros((60, 120, 3), np.uint8)
    colors[:30, :60], colors[:30, 60:], colors[30:, :60] = (200, 30, 30), (30, 200, 30), (30, 30, 200)
    for orientation in range(1, 9):
        stored = Image.fromarray(colors)
        exif = stored.getexif()
        exif[0x0112] = orientation
        path = tmp_path / f"{orientation}.png"
        stored.save(path, exif=exif)
        with Image.open(path) as image:
            expected = np.asarray(ImageOps.exif_transpose(image)) / 255
        original = referencepictures.read_original(path)
        assert np.abs(rgb(original.frame) - expected).max() < 0.01
        assert "turned" not in original.note
    turned = tmp_path / "6.png"
    pair.session.set_view(1, compared(f"file:{turned}"))
    pair.shown(until_running=f"file:{turned}")
    assert pair.states[f"file:{turned}"].own_size == (60, 120)


def profile(gamma: float, primaries: tuple[tuple[float, float], ...]) -> bytes:
    """ICC 2, of a display with this gamma and these chromaticities, and D65; by the specification ICC.1:2001-04."""
    to_xyz = rgb_to_xyz(primaries, D65)
    d65_to_d50 = np.array(
        [[1.0478112, 0.0228866, -0.0501270], [0.0295424, 0.9904844, -0.0170491], [-0.0092345, 0.0150436, 0.7521316]]
    )  # Bradford, as ICC profiles have it

    def fixed(values) -> bytes:
        return b"".join(struct.pack(">i", round(float(value) * 65536)) for value in values)

    columns = (d65_to_d50 @ np.array(to_xyz)).T
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 11) + b"Display P3\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": b"XYZ " + bytes(4) + fixed((0.9642, 1.0, 0.8249)),
        **{b"%cXYZ" % name: b"XYZ " + bytes(4) + fixed(one) for name, one in zip(b"rgb", columns, strict=True)},
        **{b"%cTRC" % name: b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) for name in b"rgb"},
    }
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        whole = content + bytes(-len(content) % 4)
        table += name + struct.pack(">II", at + len(body), len(content))
        body += whole
    head = bytes(4) + b"none" + struct.pack(">I", 0x02100000) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    head = (head + fixed((0.9642, 1.0, 0.8249))).ljust(128, b"\0")
    whole = head + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


P3 = (0.680, 0.320), (0.265, 0.690), (0.150, 0.060)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_photograph_of_another_display_is_brought_to_srgb(pair: Pair, tmp_path, suffix) -> None:
    """Against colour-science."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks about optional packages that are not needed here
        import colour

    stored = (180, 90, 70)
    path = tmp_path / f"phone{suffix}"
    made = profile(2.2, P3)
    more = {"quality": 100, "subsampling": 0} if suffix == ".jpg" else {}
    Image.new("RGB", (64, 48), stored).save(path, icc_profile=made, **more)
    original = referencepictures.read_original(path)
    linear = (np.array(stored) / 255) ** 2.2
    in_srgb = colour.RGB_to_RGB(linear, "Display P3", "sRGB")
    expected = colour.cctf_encoding(in_srgb, function="sRGB")
    assert np.abs(rgb(original.frame)[20, 30] - expected).max() < 0.008
    assert np.abs(expected - np.array(stored) / 255).max() > 0.03
    assert original.note.endswith("converted from Display P3 to sRGB")
    pair.session.set_view(1, compared(f"file:{path}"))
    pair.shown(until_running=f"file:{path}")
    assert "converted from Display P3 to sRGB" in pair.states[f"file:{path}"].note


def test_what_a_photograph_says_of_itself_may_be_nonsense_or_of_srgb(tmp_path) -> None:
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name, content in {"usual": usual, "broken": b"nonsense" * 40, "empty": b"acsp"}.items():
        path = tmp_path / f"{name}.png"
        Image.new("RGB", (64, 48), RED).save(path, icc_profile=content)
        original = referencepictures.read_original(path)
        assert np.abs(rgb(original.frame)[20, 30] - np.array(RED) / 255).max() < 0.005
        assert "converted" not in original.note
        assert (original.frame.format.transfer.value == "srgb") is (name == "usual")
    with Image.open(photograph(tmp_path / "adobe.jpg")) as image:
        exif = image.getexif()
        exif.get_ifd(0x8769)[0xA001] = 0xFFFF
        image.save(tmp_path / "adobe.jpg", exif=exif)
    assert "not those of sRGB, and not which" in referencepictures.read_original(tmp_path / "adobe.jpg").note


def test_the_newest_picture_of_another_slot_whatever_its_size(pair: Pair) -> None:
    pair.session.set_view(1, compared("slot:B"))
    pair.draw()
    deadline = time.monotonic() + PATIENCE_S
    while pair.states["slot:B"].state.reason != "slot B has had no picture yet":
        assert time.monotonic() < deadline
        pair.draw()
        time.sleep(0.01)
    pair.draw("B")
    middle = rgb(pair.shown(until_running="slot:B"))[45]
    ramp = rgb(pair.session.slot("B").drawing.graded[0])[30]
    # 320 x 240 becomes 480 x 360; B has half the signal of its ramp.
    assert middle[:78].max() < 0.01
    places = np.arange(100, 540, 20)
    expected = 0.5 * np.interp((places - 80 + 0.5) / 1.5 - 0.5, np.arange(320), ramp[:, 0])
    assert np.abs(middle[places, 0] - expected).max() < 0.02


def test_a_still_of_the_library_graded_or_source(pair: Pair, tmp_path) -> None:
    grey = {"graded": 40_000, "source": 20_000}
    for name, level in grey.items():
        write_still(tmp_path / f"{name}.png", np.full((360, 640, 3), level, np.uint16))
    with Library.open(tmp_path) as library:
        key = library.add(Still("A", 1, 7, None, "", "graded.png", "source.png")).key
    with pytest.raises(UsageError, match="keeps nothing"):
        pair.session.set_view(1, compared(f"still:{key}"))
    pair.session.references.library = tmp_path
    for name, level in grey.items():
        words = str(StillPicture(key, Shown(name)))
        pair.session.set_view(1, compared(words))
        picture = pair.shown(until_running=words)
        assert np.abs(rgb(picture) - level / 65535).max() < 0.002
    with pytest.raises(LibraryError, match="99"):
        pair.session.references.require(compared("still:99"), read=True)


def test_a_grid_shows_all_slots_and_what_is_named_with_their_names(pair: Pair, tmp_path) -> None:
    path = photograph(tmp_path / "reference.png", (640, 360))
    pair.draw("B")
    every = parse_view("compare", mode="grid")
    pair.session.set_view(1, every)
    sheet = rgb(pair.shown(until_running="all"))
    for half in (sheet[100:240, 20:300], sheet[100:240, 340:620]):  # both slots
        assert half.std() > 0.05 or half.mean() > 0.2
    words = f"graded+slot:B:source+file:{path}"
    pair.session.set_view(1, compared(words, Mode.GRID))
    sheet = rgb(pair.shown(until_running=words))
    quarters = [sheet[20:140, 20:300], sheet[20:140, 340:620], sheet[200:320, 20:300], sheet[200:320, 340:620]]
    assert [quarter.std() > 0.05 or quarter.mean() > 0.2 for quarter in quarters] == [True, True, True, False]
    assert_lettered(sheet[164:180, 4:300])
    assert np.abs(quarters[2].mean((0, 1)) - np.array(RED) / 255).max() < 0.05


@pytest.mark.parametrize(("cells", "columns", "rows"), [(2, 2, 1), (5, 3, 2)])
def test_a_grid_of_fewer_rows_than_columns_stands_in_the_middle(pair: Pair, tmp_path, cells, columns, rows) -> None:
    path = photograph(tmp_path / "reference.png", (640, 360))
    words = "+".join([f"file:{path}"] * cells)
    pair.session.set_view(1, compared(words, Mode.GRID))
    sheet = rgb(pair.shown(until_running=words))
    wide, tall = 640 // columns, 360 // columns
    strip = 15 + 6
    top = (360 - rows * (tall + strip)) // 2
    assert top > 20
    dark = sheet[0, 0]
    for rest in (sheet[: top - 1], sheet[360 - top + 1 :]):
        assert np.abs(rest - dark).max() < 0.02
    for cell in range(cells):
        left, above = cell % columns * wide, top + cell // columns * (tall + strip)
        whole = sheet[above + 2 : above + tall - 2, left + 2 : left + wide - 2]
        assert np.abs(whole - np.array(RED) / 255).max() < 0.05  # as wide as its column: the name is below it
        assert_lettered(sheet[above + tall + 4 : above + tall + strip, left + 4 : left + wide - 4])


def assert_lettered(strip) -> None:
    """Letters on a strip of their own: capitals of 11 points, where a picture is shown as small as it comes."""
    assert strip.max() > 0.4
    inked = np.flatnonzero((strip.max(axis=-1) > 0.3).any(axis=1))
    assert inked[-1] - inked[0] >= 10


def test_what_cannot_be_read_leaves_the_picture_up_and_says_why(pair: Pair, tmp_path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    pair.session.set_view(1, compared(f"file:{path}"))
    whole = pair.shown(until_running=f"file:{path}")
    state = pair.states[f"file:{path}"].state
    assert state.link is Link.FAULTED
    assert str(path) in state.reason
    np.testing.assert_array_equal(whole.data, pair.session.slot("A").last[0].data)
    with pytest.raises(MediaError):
        pair.session.references.require(compared(f"file:{path}"), read=True)
    with pytest.raises(UsageError, match="whole path"):
        pair.session.references.require(compared("file:broken.png"), read=True)


def test_one_that_cannot_be_read_leaves_the_others_in_a_grid_and_is_not_read_all_the_time(
    pair: Pair, tmp_path, monkeypatch
) -> None:
    broken, good = tmp_path / "broken.png", photograph(tmp_path / "good.png", (640, 360))
    broken.write_bytes(b"no picture")
    tried: list[Path] = []

    def counted(path: Path, real: Callable[[Path], Original] = referencepictures.read_original) -> Original:
        tried.append(path)
        return real(path)

    monkeypatch.setattr(referencepictures, "read_original", counted)
    words = f"file:{broken}+file:{good}"
    pair.session.set_view(1, compared(words, Mode.GRID))
    sheet = rgb(pair.shown(until_running=words))
    assert np.abs(sheet[100:240, 400:500].mean((0, 1)) - np.array(RED) / 255).max() < 0.05
    state = pair.states[words].state
    assert (state.link, str(broken) in state.reason) == (Link.FAULTED, True)
    for _ in range(3):
        pair.session.references._wake.set()
        time.sleep(3 * references.LOOK_S)
        pair.draw()
    assert tried.count(broken) == 1


class HungDisk:
    """Files are read from it when `answers` is set. `asked`: what, in turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers, self.asked = threading.Event(), []
        self._read = referencepictures.read_original
        monkeypatch.setattr(referencepictures, "read_original", self.read)

    def read(self, path: Path) -> Original:
        self.asked.append(path)
        assert self.answers.wait(PATIENCE_S)
        return self._read(path)

    def waited_for(self, count: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while len(self.asked) < count:
            assert time.monotonic() < deadline, self.asked
            time.sleep(0.005)


@pytest.fixture
def hung(monkeypatch) -> Iterator[HungDisk]:
    disk = HungDisk(monkeypatch)
    yield disk
    disk.answers.set()


def test_a_disk_that_hangs_holds_up_no_other_picture(pair: Pair, hung: HungDisk, tmp_path) -> None:
    path = photograph(tmp_path / "slow.png", (640, 360))
    kept, format = pair.session.references, pair.draw().format
    pair.draw("B")
    slow = FilePicture(str(path))
    grid = Grid((slow, SlotPicture("B")))
    larger = replace(format, width=1280)
    for asked in ((slow, format), (slow, larger), (grid, format)):
        assert kept.picture("A", *asked) is None
    hung.waited_for(1)
    pair.session.set_view(1, compared("slot:B"))
    first = rgb(pair.shown(until_running="slot:B"))
    pair.session.slot("B").look = Look((Cdl(slope=(0.1, 0.1, 0.1)),))
    pair.draw("B")
    deadline = time.monotonic() + PATIENCE_S
    while rgb(pair.draw())[45].max() > 0.5 * first[45].max():  # live pictures go on
        assert time.monotonic() < deadline
        kept.picture("A", slow, format)
    while (sheet := kept.picture("A", grid, format)) is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert rgb(sheet)[20:140, 20:300].std() < 0.001  # nothing there yet
    names = rgb(sheet)[164:180]
    assert names[:, 4:300].std() < 0.001 < names[:, 324:620].std()  # and no name before its picture
    assert pair.states[str(grid)].state.link is Link.STARTING
    assert hung.asked == [path]  # one thread for all that want it
    hung.answers.set()
    while kept.picture("A", slow, format) is None or kept.picture("A", slow, larger) is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_end_does_not_wait_for_a_disk_that_hangs(hung: HungDisk, tmp_path) -> None:
    pair = Pair()
    kept, format = pair.session.references, pair.draw().format
    for number in range(MOST_READING + 2):
        path = photograph(tmp_path / f"{number}.png")
        assert kept.picture("A", FilePicture(str(path)), format) is None
    hung.waited_for(MOST_READING)
    more = f"file:{path}"
    pair.session.set_view(1, compared(more))
    assert f"{MOST_READING} others are read" in pair.until(more, Link.FAULTED)
    pair.close()
    assert not hung.answers.is_set()
    assert len(hung.asked) == MOST_READING
    assert "livegrade-references" not in {thread.name for thread in threading.enumerate()}


def test_a_slot_that_lost_its_signal_says_that_it_brings_nothing_new(pair: Pair) -> None:
    pair.draw("B")
    for words, mode in (("slot:B", Mode.TOGGLE), ("graded+slot:B", Mode.GRID)):
        pair.session.set_view(1, compared(words, mode))
        pair.shown(until_running=words)
        signal = pair.session.slot("B")._signal
        signal.lose("'ndi:B' sends no pictures any more", 0)
        assert pair.until(words, Link.LOST) == "slot B brings nothing new: 'ndi:B' sends no pictures any more"
        signal.arrived(40_000_000)
        assert pair.until(words, Link.RUNNING) == ""


def test_two_slots_that_compare_with_the_same_are_told_apart(pair: Pair, tmp_path) -> None:
    path = photograph(tmp_path / "both.png", (640, 360))
    format, kept = pair.draw().format, pair.session.references
    reference = FilePicture(str(path))
    deadline = time.monotonic() + PATIENCE_S
    for own, width in (("A", 640), ("B", 320), ("B", 160)):
        while kept.picture(own, reference, replace(format, width=width)) is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
    told = kept.states()
    assert set(told) == {"A", "B"}
    assert ["scaled from 640 x 360" in told[own][str(reference)].note for own in "AB"] == [False, True]
    assert told["A"][str(reference)].width == 640


def test_a_slot_that_is_not_there_is_refused_from_the_beginning(pair: Pair) -> None:
    with pytest.raises(UsageError, match="no slot C to compare with, only A, B"):
        pair.session.set_view(1, compared("slot:C"))
    with pytest.raises(UsageError, match="no slot C to compare with"):
        Pair(compared("slot:C"))


def test_pictures_kept_ready_are_bounded_and_nothing_runs_unasked(pair: Pair, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(references, "MOST_KEPT", 2)
    monkeypatch.setattr(references, "WANTED_S", 0.05)
    kept = pair.session.references
    assert "livegrade-references" not in {thread.name for thread in threading.enumerate()}
    format = pair.draw().format
    paths = [photograph(tmp_path / f"{number}.png") for number in range(5)]
    deadline = time.monotonic() + PATIENCE_S
    for path in paths:
        while kept.picture("A", FilePicture(str(path)), format) is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
    while len(kept._wants) > 2:
        assert time.monotonic() < deadline
        kept.picture("A", FilePicture(str(paths[-1])), format)
        kept._wake.set()
        time.sleep(0.01)
    assert kept.picture("A", FilePicture(str(paths[-1])), format) is not None
    assert kept.picture("A", Grid((SlotPicture("B"),)), format) is None
    assert Comparison(Grid()).own is None
