"""The file box: what lies in the folder, read by OpenColorIO, which nobody here wrote."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PyOpenColorIO as ocio  # noqa: N813
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade.timing.clock import MonotonicClock
from livegrade_devices.address import parse_device
from livegrade_devices.device import BoxLook
from livegrade_devices.hub import Hub
from livegrade_devices.lutboxes import filebox
from livegrade_devices.pushed import Pushed
from livegrade_devices.state import Link
from livegrade_devices.wires.replay import Replay

from .talking import PATIENCE_S, Watch, run

LOOK = Look((Cdl(slope=(1.2, 1.0, 0.9), power=(1.1, 1.0, 1.0)),))


def pushed(text: str, look: BoxLook) -> Pushed:
    async def work() -> Pushed:
        async with filebox.connect(parse_device(text), Replay(())) as device:
            assert device.looks is not None
            return await device.looks.push(look)

    return asyncio.run(work())


def through_ocio(path: Path, unit: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    transform = ocio.FileTransform(str(path), interpolation=ocio.INTERP_TETRAHEDRAL)
    ocio.Config.CreateRaw().getProcessor(transform).getDefaultCPUProcessor().applyRGB(unit)


@pytest.mark.parametrize(
    ("options", "name", "size", "codes"),
    [
        ("for=boxio", "livegrade.cube", 33, (64, 940)),
        ("for=boxio-dual,range-map=4-1019", "livegrade.cube", 17, (4, 1019)),
        ("for=teranex-mini,file=A 1.cube", "A 1.cube", 33, (64, 940)),
        ("for=arri-3dl", "livegrade.3dl", 33, (64, 940)),
        ("size=65,range-map=0-1023", "livegrade.cube", 65, (0, 1023)),
    ],
)
def test_the_file_is_what_the_device_takes(
    tmp_path: Path, options: str, name: str, size: int, codes: tuple[int, int]
) -> None:
    report = pushed(f"filebox:{tmp_path},{options}", BoxLook(LOOK, "day 1"))
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert report.confirmed
    assert report.size == (tmp_path / name).stat().st_size
    assert f"{size} points a side" in report.form
    low, high = codes
    given = np.random.default_rng(1).random((500, 3)).astype(np.float32)
    shown = given.copy()
    through_ocio(tmp_path / name, shown)
    wanted = LOOK.apply((low + given.astype(np.float64) * (high - low) - 64) / 876) * 876 + 64
    off = np.abs(low + shown * (high - low) - np.clip(wanted, low, high)).max()
    assert report.error is not None
    assert off <= report.error.maximum + 0.6


def test_a_camera_s_file_of_17_points(tmp_path: Path) -> None:
    report = pushed(f"filebox:{tmp_path},for=panasonic-vlt", BoxLook(LOOK))
    assert "17 points a side, 12 bits" in report.form
    assert (tmp_path / "livegrade.vlt").read_text().startswith("#")


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ("somewhere", "whole path of a folder"),
        ("{folder},for=tv", "for=tv is not known; choose from generic, colorbox"),
        ("{folder},for=boxio,size=65", "Flanders BoxIO, one channel and .cube take 33"),
        ("{folder},for=boxio,range-map=0-1023", "it has 64-940, 64-1019, 4-1019"),
        ("{folder},range-map=1-2", "there is no range map '1-2'"),
        ("{folder},file=../x.cube", "is no plain name"),
        ("{folder},for=teranex-mini,file=x.3dl", "is no plain name that ends in .cube"),
    ],
)
def test_what_makes_no_sense_is_told(tmp_path: Path, rest: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        pushed("filebox:" + rest.format(folder=tmp_path), BoxLook(LOOK))


def test_a_folder_that_is_not_there_and_a_file_that_cannot_be_switched_off(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match=r"the folder .*gone is not there"):
        pushed(f"filebox:{tmp_path}/gone", BoxLook(LOOK))
    (tmp_path / "livegrade.cube").mkdir()
    with pytest.raises(DeviceError, match=r"livegrade\.cube cannot be written"):
        pushed(f"filebox:{tmp_path}", BoxLook(LOOK))
    assert [path.name for path in tmp_path.iterdir()] == ["livegrade.cube"]

    async def bypass() -> None:
        async with filebox.connect(parse_device(f"filebox:{tmp_path}"), Replay(())) as device:
            assert device.looks is not None
            await device.looks.bypass(True)

    with pytest.raises(DeviceRefusedError, match="cannot be switched off"):
        asyncio.run(bypass())


def test_a_stick_that_was_pulled_gets_the_newest_look_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filebox, "LOOK_S", 0.01)
    monkeypatch.setattr(filebox, "PER_SECOND", 200.0)
    stick, drawer = tmp_path / "stick", tmp_path / "drawer"
    stick.mkdir()
    watch = Watch()
    hub = Hub(MonotonicClock(), watch)
    try:
        hub.attach("stick", parse_device(f"filebox:{stick}"))
        hub.push("stick", BoxLook(LOOK))
        watch.until(lambda state: state.confirmed == LOOK.id)
        stick.rename(drawer)
        watch.until(lambda state: state.reason == f"the folder {stick} is not there")
        looks = [Look((Cdl(slope=(1.0, 1.0, 1 + n / 1000)),)) for n in range(20)]
        for look in looks:
            hub.push("stick", BoxLook(look))
        drawer.rename(stick)
        watch.until(lambda state: state.confirmed == looks[-1].id)
        assert looks[-1].id in (stick / "livegrade.cube").read_text()
    finally:
        hub.close()


class Share:
    """A folder that hangs while `answers` is cleared; `asked`: set when something hangs there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers = threading.Event()
        self.answers.set()
        self.asked = threading.Event()
        is_dir, replace = Path.is_dir, Path.replace
        monkeypatch.setattr(Path, "is_dir", lambda path: self._waited() and is_dir(path))
        monkeypatch.setattr(Path, "replace", lambda path, other: self._waited() and replace(path, other))

    def _waited(self) -> bool:
        if not self.answers.is_set():
            self.asked.set()
        return self.answers.wait(PATIENCE_S)


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch) -> Iterator[Share]:
    share = Share(monkeypatch)
    yield share
    share.answers.set()


def test_a_look_that_hung_does_not_come_after_a_newer_one(
    tmp_path: Path, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filebox, "LOOK_S", PATIENCE_S)
    older, newer = Look((Cdl(slope=(1.5, 1.0, 1.0)),)), LOOK
    before = set(threading.enumerate())
    watch = Watch()
    hub = Hub(MonotonicClock(), watch)
    try:
        hub.attach("share", parse_device(f"filebox:{tmp_path}"))
        watch.until(lambda state: state.link is Link.READY)
        share.answers.clear()
        hub.push("share", BoxLook(older))
        assert share.asked.wait(PATIENCE_S)
        hub.push("share", BoxLook(newer))
        monkeypatch.setattr(filebox, "FOLDER_S", 0.01)
        for _ in range(3):
            with pytest.raises(DeviceError, match=f"the folder {tmp_path} does not answer; look at its share"):
                hub.reconnect("share").result(PATIENCE_S)
        names = [thread.name for thread in set(threading.enumerate()) - before if "file" in thread.name]
        assert names == ["file livegrade.cube"], "only the one that hangs"
        monkeypatch.setattr(filebox, "FOLDER_S", PATIENCE_S)
        share.answers.set()
        hub.reconnect("share").result(PATIENCE_S)
        watch.until(lambda state: state.confirmed == newer.id)
        assert newer.id in (tmp_path / "livegrade.cube").read_text()
        assert [path.name for path in tmp_path.iterdir()] == ["livegrade.cube"]
    finally:
        hub.close()


def test_a_stick_that_keeps_something_else_than_was_written_is_told_and_the_last_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(f"filebox:{tmp_path}", BoxLook(LOOK))
    before = (tmp_path / "livegrade.cube").read_bytes()
    for spoil in (lambda number: os.pwrite(number, b"9", 5000), lambda number: os.ftruncate(number, 5000)):
        monkeypatch.setattr(filebox.os, "fsync", spoil)
        with pytest.raises(DeviceError, match=r"livegrade\.cube does not hold what was written to it; take another"):
            pushed(f"filebox:{tmp_path}", BoxLook(Look((Cdl(slope=(1.5, 1.0, 1.0)),))))
        assert [path.name for path in tmp_path.iterdir()] == ["livegrade.cube"]
        assert (tmp_path / "livegrade.cube").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be synced there")
def test_the_name_of_the_file_is_on_the_stick_too_before_that_is_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File, rename, folder, in this order; a folder that cannot be synced is told."""
    told: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted(number: int) -> None:
        told.append("folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file")
        fsync(number)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Path, "replace", lambda path, other: told.append("rename") or replace(path, other))
    assert pushed(f"filebox:{tmp_path}", BoxLook(LOOK)).confirmed
    assert told == ["file", "rename", "folder"]

    def broken(number: int) -> None:
        noted(number)
        if told[-1] == "folder":
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(DeviceError, match=r"livegrade\.cube cannot be written \(Input/output error\)"):
        pushed(f"filebox:{tmp_path}", BoxLook(Look((Cdl(slope=(1.5, 1.0, 1.0)),))))
    assert [path.name for path in tmp_path.iterdir()] == ["livegrade.cube"]


def test_what_was_called_off_before_it_lay_there_never_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced, called_off = threading.Event(), threading.Event()

    def sync(number: int) -> None:
        synced.set()
        assert called_off.wait(PATIENCE_S)

    async def work() -> None:
        async with filebox.connect(parse_device(f"filebox:{tmp_path}"), Replay(())) as device:
            assert isinstance(device.looks, filebox.FileBox)
            push = asyncio.create_task(device.looks.push(BoxLook(LOOK)))
            await asyncio.to_thread(synced.wait, PATIENCE_S)
            push.cancel()
            await asyncio.wait([push])
            called_off.set()
            await device.looks.require_folder()  # when it is done
        assert list(tmp_path.iterdir()) == []

    monkeypatch.setattr(filebox.os, "fsync", sync)
    run(work())


def test_a_share_that_hangs_stops_nobody_else(tmp_path: Path, share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filebox, "LOOK_S", 0.01)
    watch = Watch()
    hub = Hub(MonotonicClock(), watch)
    try:
        hub.attach("share", parse_device(f"filebox:{tmp_path}"))
        watch.until(lambda state: state.link is Link.READY)
        share.answers.clear()
        assert share.asked.wait(PATIENCE_S)
        served = hub.ask("share", lambda device: asyncio.sleep(0, "served"))
        assert served.result(PATIENCE_S / 4) == "served", "the loop turns while the share hangs"
    finally:
        share.answers.set()
        hub.close()
