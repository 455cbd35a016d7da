"""Boxes, monitors and cameras that take a LUT as a file: the newest look lies in a folder, in the right form.

The folder may be a stick, a card, or one that another program sends on from. The file appears whole or not at all, and
is read back before it takes the place of the last one. What a device takes is in `livegrade.color.boxes`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade.color.boxes import BOXES, box
from livegrade.color.compare import JUDGED_ON
from livegrade.color.files.baked import SUFFIXES, map_sentence, read_back, write_baked
from livegrade.color.files.write_lut import FORMATS, WriteOptions
from livegrade.color.lut import DEPTHS, LutTarget, bake_lut
from livegrade.color.rendering import display_of
from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.device import Capabilities, Device, Identity, LutStage
from livegrade_devices.kinds import Kind
from livegrade_devices.pushed import Pushed

if TYPE_CHECKING:
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


@dataclass(frozen=True, slots=True)
class FileForm:
    """What is written. `path`: the file; `size`, `depth`, `range_map`: as in LutTarget."""

    path: Path
    made_for: Box
    size: int
    depth: int | None
    range_map: str


class FileBox:
    """Writes looks as files of one form."""

    def __init__(self, device: object, form: FileForm) -> None:
        self._device = device
        self._form = form

    async def push(self, look: BoxLook) -> Pushed:
        """As `LookPort.push`. Confirmed: the file was read back, and it is the one that lies there."""
        return await asyncio.to_thread(self._write, look)

    async def bypass(self, on: bool) -> None:
        """A file has no such thing."""
        raise DeviceRefusedError(self._device, "a file cannot be switched off; send a look that changes nothing")

    async def watch(self) -> None:
        """Until the folder is gone (DeviceError)."""
        while True:
            await asyncio.sleep(LOOK_S)
            _require_folder(self._device, self._form.path.parent)

    def _write(self, box_look: BoxLook) -> Pushed:
        form, look = self._form, box_look.look
        target = LutTarget(form.size, form.depth, form.range_map, box_look.full_range)
        shown = display_of(look.nodes)
        baked = bake_lut(look, target, JUDGED_ON if shown is None else shown.judged_on)
        title = f"{box_look.name} ({look.id})" if box_look.name else f"livegrade {look.id}"
        options = WriteOptions(title, (map_sentence(target), f"for {form.made_for.title}"))
        content = write_baked(baked, form.path.suffix, options)
        kind = read_back(content, form.path, baked)
        _put(self._device, form.path, content)
        depth = "floats" if form.depth is None else f"{form.depth} bits"
        words = f"{form.path.name}: {kind}, {form.size} points a side, {depth}, {form.range_map}"
        return Pushed(look.id, words, len(content), baked.error, confirmed=True)


def _put(device: object, path: Path, content: bytes) -> None:
    """The file under its name, whole or not at all. Raises DeviceError."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise DeviceError(device, f"{path} cannot be written ({error.strerror or error})") from error


def _require_folder(device: object, folder: Path) -> None:
    if not folder.is_dir():
        raise DeviceError(device, f"the folder {folder} is not there")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DeviceError(device, f"the folder {folder} is not writable")


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    form = _form(address)
    _require_folder(address, form.path.parent)
    files = FileBox(address, form)
    made_for = form.made_for
    stage = LutStage((form.size,), form.depth, made_for.range_maps or (form.range_map,))

    async def listen(report: Report) -> None:
        await files.watch()

    note = (
        () if made_for.range_maps else (f"the codes of 0 and 1 are a setting of the device: {form.range_map} is taken",)
    )
    yield Device(
        Identity(made_for.title, str(form.path)),
        Capabilities(lut3d=stage, confirms=True, per_second=PER_SECOND),
        listen,
        looks=files,
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
