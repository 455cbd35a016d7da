"""Boxes, monitors and cameras that take a LUT as a file: the newest look lies in a folder, in the right form.

The folder may be a stick, a card, a share, or one that another program sends on from. The file appears whole or not at
all, and is read back before it takes the place of the last one. A folder that hangs holds up its file box alone, and a
look that hung there never comes after a newer one. What a device takes is in `livegrade.color.boxes`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade.color.boxes import BOXES, box
from livegrade.color.compare import JUDGED_ON
from livegrade.color.files.baked import SUFFIXES, map_sentence, read_back, write_baked
from livegrade.color.files.write_lut import FORMATS, WriteOptions
from livegrade.color.lut import DEPTHS, LutTarget, bake_lut
from livegrade.color.rendering import display_of
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade.synced import sync, sync_folder
from livegrade_devices.device import Capabilities, Device, Identity, LutStage
from livegrade_devices.kinds import Kind
from livegrade_devices.lutboxes.lattices import LatticeModel
from livegrade_devices.pushed import Pushed
from livegrade_devices.wires.ownthread import OwnThread

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import AsyncIterator

    from livegrade.color.boxes import Box
    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import BoxLook, Report
    from livegrade_devices.wires.values import Wires

LOOK_S = 2.0
"""The folder is looked for so often: a stick may be pulled."""
USUAL_MAP = "64-940"
PER_SECOND = 2.0
"""Files a second at most: sticks wear out."""
FOLDER_S = 5.0
"""A folder that has not answered by then is not there: a share whose server is gone hangs for ever."""
_last: dict[Path, concurrent.futures.Future[object]] = {}
"""Done when the last connection to a file has done its writing: before that nobody else writes there."""


@dataclass(frozen=True, slots=True)
class FileForm:
    """What is written. `path`: the file; `size`, `depth`, `range_map`: as in LutTarget."""

    path: Path
    made_for: Box
    size: int
    depth: int | None
    range_map: str


@dataclass(frozen=True, slots=True)
class Content:
    """A file that is to be written, and what is told of it once it lies there."""

    data: bytes
    pushed: Pushed


class FileBox:
    """Writes looks as files of one form, in `thread`."""

    def __init__(self, device: object, form: FileForm, thread: OwnThread) -> None:
        self._device = device
        self._form = form
        self._thread = thread
        self._using = asyncio.Lock()

    async def push(self, look: BoxLook) -> Pushed:
        """As `LookPort.push`. Confirmed: the file was read back, and it is the one that lies there."""
        content = await asyncio.to_thread(_content, self._form, look)
        called_off = threading.Event()
        async with self._using:
            try:
                await self._thread.run(partial(_put, self._device, self._form.path, content.data, called_off))
            except asyncio.CancelledError:
                called_off.set()
                raise
        return content.pushed

    async def bypass(self, on: bool) -> None:
        """A file has no such thing."""
        raise DeviceRefusedError(self._device, "a file cannot be switched off; send a look that changes nothing")

    async def watch(self) -> None:
        """Until the folder is gone (DeviceError)."""
        while True:
            await asyncio.sleep(LOOK_S)
            async with self._using:  # a look on its way to a slow stick is no folder that hangs
                await self.require_folder()

    async def require_folder(self) -> None:
        """Raises DeviceError where the folder is not there, or does not say."""
        folder = self._form.path.parent
        async with _answering(self._device, folder):
            await self._thread.run(partial(_require_folder, self._device, folder))


def _content(form: FileForm, box_look: BoxLook) -> Content:
    look = box_look.look
    target = _target(form, box_look)
    shown = display_of(look.nodes)
    baked = bake_lut(look, target, JUDGED_ON if shown is None else shown.judged_on)
    title = f"{box_look.name} ({look.id})" if box_look.name else f"livegrade {look.id}"
    options = WriteOptions(title, (map_sentence(target), f"for {form.made_for.title}"))
    data = write_baked(baked, form.path.suffix, options)
    kind = read_back(data, form.path, baked)
    depth = "floats" if form.depth is None else f"{form.depth} bits"
    words = f"{form.path.name}: {kind}, {form.size} points a side, {depth}, {form.range_map}"
    return Content(data, Pushed(look.id, words, len(data), baked.error, confirmed=True))


def _target(form: FileForm, look: BoxLook) -> LutTarget:
    return LutTarget(form.size, form.depth, form.range_map, look.full_range)


def _put(device: object, path: Path, data: bytes, called_off: threading.Event) -> None:
    """The file under its name, whole or not at all, read again before that, and not where it was called off
    meanwhile. It stays there when the stick is pulled. Raises DeviceError, also where that is not sure."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            sync(file.fileno())
        if not called_off.is_set():
            _require_same(device, path, part, data)
        if called_off.is_set():
            part.unlink()
        else:
            part.replace(path)
            sync_folder(path.parent)  # or a stick that is pulled now has the name of the last one
    except (OSError, DeviceError) as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, DeviceError):
            raise
        raise DeviceError(device, f"{path} cannot be written ({error.strerror or error})") from error


def _require_same(device: object, path: Path, part: Path, data: bytes) -> None:
    """`part` is read again, from the medium where the system can be told to forget what it knows of it, and holds
    `data`. Raises OSError, DeviceError."""
    with part.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            with contextlib.suppress(OSError):  # no file system has to
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        lies_there = file.read(len(data) + 1)
    if lies_there != data:
        raise DeviceError(device, f"{path} does not hold what was written to it; take another stick, card or share")


@contextlib.asynccontextmanager
async def _thread_of(device: object, path: Path) -> AsyncIterator[OwnThread]:
    """Who writes `path`, one at a time. Raises DeviceError where one that hung has not come back."""
    if (last := _last.get(path)) is not None:
        async with _answering(device, path.parent):
            await asyncio.shield(asyncio.wrap_future(last))
    thread = OwnThread(f"file {path.name}")
    try:
        yield thread
    finally:
        _last[path] = thread.end()


@contextlib.asynccontextmanager
async def _answering(device: object, folder: Path) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(FOLDER_S):
            yield
    except TimeoutError as error:
        raise DeviceError(device, f"the folder {folder} does not answer; look at its share") from error


def _require_folder(device: object, folder: Path) -> None:
    if not folder.is_dir():
        raise DeviceError(device, f"the folder {folder} is not there")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DeviceError(device, f"the folder {folder} is not writable")


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    form = _form(address)
    made_for = form.made_for
    stage = LutStage((form.size,), form.depth, made_for.range_maps or (form.range_map,))
    note = (
        () if made_for.range_maps else (f"the codes of 0 and 1 are a setting of the device: {form.range_map} is taken",)
    )
    async with _thread_of(address, form.path) as thread:
        files = FileBox(address, form, thread)
        await files.require_folder()

        async def listen(report: Report) -> None:
            await files.watch()

        yield Device(
            Identity(made_for.title, str(form.path)),
            Capabilities(lut3d=stage, confirms=True, per_second=PER_SECOND),
            listen,
            looks=files,
            model=LatticeModel(lambda look: _target(form, look)),
            notes=note,
        )


def _form(address: DeviceAddress) -> FileForm:
    """Raises UsageError."""
    folder = Path(address.serial)
    if not address.serial or not folder.is_absolute():
        raise UsageError(f"{address}: write the whole path of a folder, such as filebox:/media/stick,for=boxio")
    try:
        made_for = box(address.options.get("for", "generic"))
    except UsageError as error:
        names = ", ".join(each.name for each in BOXES)
        raise UsageError(f"{address}: for={address.options['for'][:40]} is not known; choose from {names}") from error
    name = address.options.get("file", f"livegrade{made_for.suffixes[0] if made_for.suffixes else '.cube'}")
    path = folder / name
    suffix = path.suffix
    if Path(name).name != name or name.startswith(".") or suffix not in (made_for.suffixes or SUFFIXES):
        known = ", ".join(made_for.suffixes or SUFFIXES)
        raise UsageError(f"{address}: file={name[:80]} is no plain name that ends in {known}")
    range_map = address.options.get("range-map", made_for.range_maps[0] if made_for.range_maps else USUAL_MAP)
    if made_for.range_maps and range_map not in made_for.range_maps:
        raise UsageError(f"{address}: range-map={range_map[:40]}: it has {', '.join(made_for.range_maps)}")
    size = _size(address, made_for, suffix)
    bits = FORMATS[suffix].holds.bits if suffix in FORMATS else ()
    depth = made_for.depth or next((each for each in bits if each in DEPTHS), None)
    LutTarget(size, depth, range_map)  # it says what is wrong with them
    return FileForm(path, made_for, size, depth, range_map)


def _size(address: DeviceAddress, made_for: Box, suffix: str) -> int:
    held = FORMATS[suffix].holds.sizes if suffix in FORMATS else ()
    sizes = [size for size in made_for.sizes if not held or size in held]
    text = address.options.get("size", str(sizes[0]) if sizes else "")
    if text not in [str(size) for size in sizes]:
        known = ", ".join(map(str, sorted(sizes))) or "no size"
        raise UsageError(f"{address}: size={text[:40]}: {made_for.title} and {suffix} take {known}")
    return int(text)


KIND = Kind(
    "filebox",
    "a folder for LUT files",
    connect,
    options={
        "for": ", ".join(each.name for each in BOXES),
        "file": "the name of the file",
        "size": "points a side, where the device takes several",
        "range-map": "the 10-bit codes that 0 and 1 stand for",
    },
    serial=True,
)
