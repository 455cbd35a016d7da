"""The driver in docs/box-driver.md, installed as a package of somebody else's; only the maker's SDK is ours."""

from __future__ import annotations

import asyncio
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from livegrade.color.look import Look
from livegrade.color.nodes import Cdl
from livegrade.errors import DeviceError, DeviceRefusedError
from livegrade_devices.address import parse_device
from livegrade_devices.device import BoxLook, Device
from livegrade_devices.kinds import address_checked, kind_names
from livegrade_devices.wires.replay import Replay

PAGE = Path(__file__).parents[2] / "docs" / "box-driver.md"
LOOK = Look((Cdl(slope=(1.2, 1.0, 0.9)),))


class Sdk(types.ModuleType):
    """What a maker's package may be like."""

    class Error(Exception):
        pass

    class LoginError(Error):
        pass

    model, serial = "Box 4K", "77"

    def __init__(self) -> None:
        super().__init__("boxsdk")
        self.held: np.ndarray[tuple[int, ...], np.dtype[np.uint16]] | None = None
        self.fault = ""
        self.there = True
        self.closed = 0

    def connect(self, host: str, password: str) -> Sdk:
        if password != "right":  # noqa: S105  # of nobody
            raise self.LoginError
        return self

    def load(self, codes: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]) -> None:
        if self.fault:
            raise self.Error(self.fault)
        self.held = codes

    def set_bypass(self, on: bool) -> None:
        self.bypassed = on

    def is_there(self) -> bool:
        return self.there

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sdk]:
    """The package of the page lies where Python looks, as if pip had put it there."""
    toml, python = re.findall(r"```(?:toml|python)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "studio_box.py").write_text(python, encoding="utf-8")
    about = tmp_path / "studio_box-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: studio-box\nVersion: 1.0\n")
    group = re.search(r'entry-points\."(.+?)"\]\n(.+) = "(.+)"', toml)
    assert group is not None
    (about / "entry_points.txt").write_text(f"[{group[1]}]\n{group[2]} = {group[3]}\n")
    monkeypatch.syspath_prepend(tmp_path)
    made = Sdk()
    monkeypatch.setitem(sys.modules, "boxsdk", made)
    yield made
    sys.modules.pop("studio_box", None)


async def _pushed(text: str) -> None:
    address = parse_device(text)
    async with address_checked(address).connect(address, Replay(())) as device:
        await _used(device)


async def _used(device: Device) -> None:
    assert (device.identity.model, device.identity.serial) == ("Box 4K", "77")
    assert device.looks is not None
    report = await device.looks.push(BoxLook(LOOK))
    assert report.confirmed
    assert report.error is not None
    await device.looks.bypass(True)


def test_the_driver_of_the_page_is_a_kind_and_its_box_gets_looks(sdk: Sdk) -> None:
    assert "studiobox" in kind_names()
    asyncio.run(_pushed("studiobox:10.0.0.9,password=right"))
    assert sdk.held is not None
    corner = sdk.held[16, 8, 4].astype(np.float64)
    wanted = LOOK.apply(np.array([0.5, 0.25, 0.125])) * 4095
    assert np.abs(corner - wanted).max() <= 0.51
    assert sdk.bypassed
    assert sdk.closed == 1


def test_a_driver_that_cannot_be_loaded_is_a_sentence_and_its_traceback_is_in_the_log(sdk, tmp_path, caplog) -> None:
    (tmp_path / "studio_box.py").write_text("raise RuntimeError('no licence')", encoding="utf-8")
    fault = r"the driver of package studio-box cannot be loaded \(no licence\)"
    with pytest.raises(DeviceError, match=fault):
        address_checked(parse_device("studiobox:10.0.0.9"))
    assert caplog.messages == ["the driver of package studio-box cannot be loaded"]
    assert "RuntimeError: no licence" in caplog.text


def test_what_the_sdk_says_no_to_is_a_sentence(sdk: Sdk) -> None:
    with pytest.raises(DeviceRefusedError, match="does not take this password"):
        asyncio.run(_pushed("studiobox:10.0.0.9,password=wrong"))
    sdk.fault = "memory is full"
    with pytest.raises(DeviceRefusedError, match=r"does not take the look \(memory is full\)"):
        asyncio.run(_pushed("studiobox:10.0.0.9,password=right"))
    sdk.there = False

    async def listened() -> None:
        address = parse_device("studiobox:10.0.0.9,password=right")
        async with address_checked(address).connect(address, Replay(())) as device:
            await device.listen(lambda detail: None)

    with pytest.raises(DeviceError, match="does not answer any more"):
        asyncio.run(listened())
