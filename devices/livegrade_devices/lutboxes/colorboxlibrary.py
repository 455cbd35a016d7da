"""The LUT and matrix libraries of an AJA ColorBox, and stages that show an entry of them.

Source: AJA, ColorBox REST API 1.0.0. That a stage shows its entry as soon as it is not dynamic is assumed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from livegrade.errors import DeviceError, DeviceRefusedError, UsageError
from livegrade_devices.library import Libraries, Library, LibraryEntry, PutThere, StageShown
from livegrade_devices.lutboxes.colorboxrest import Config, Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from livegrade_devices.library import LutFile
    from livegrade_devices.lutboxes.colorboxrest import Rest

LIBRARIES = {"1d": "/v2/1dLutLibrary", "3d": "/v2/3dLutLibrary", "matrix": "/v2/matrixLibrary"}
STAGE_FIELDS = {
    "1d-1": "lut1d_1",
    "matrix-2": "m3x3_2",
    "1d-2": "lut1d_2",
    "3d": "lut3d_1",
    "1d-3": "lut1d_3",
    "matrix-3": "m3x3_3",
    "1d-4": "lut1d_4",
}
"""The stages in the order in which a picture passes them: as people say them, with the box's own numbers, and REST."""
MOST_PLACES = 64
"""Of a library: the reference says 16."""
LONGEST_NAME = 200
UPLOAD_KINDS = {"1d": "lut_1d", "3d": "lut_3d"}
TURN_S, UPLOAD_S, ANEW_S = 10.0, 10.0, 3.0
"""How long a file waits for another that goes into its entry; one that is not taken by then may be there or not; and
how long the box is asked what it has. Together less than who asks for it waits, who could not say that."""
READ_AGAIN, READ_AGAIN_S = 4, 0.25
"""So often a library is read behind an upload until it shows something new: how soon it does is not documented."""


class Slot(msgspec.Struct, frozen=True, rename="camel"):
    """A stage, as far as it matters here."""

    enabled: bool = False
    dynamic: bool = False
    library_entry: int = 0


class Slots(msgspec.Struct, frozen=True):
    """Of /v2/pipelineStages."""

    lut1d_1: Slot = Slot()
    m3x3_2: Slot = Slot()
    lut1d_2: Slot = Slot()
    lut3d_1: Slot = Slot()
    lut1d_3: Slot = Slot()
    m3x3_3: Slot = Slot()
    lut1d_4: Slot = Slot()


class BoxLibraries:
    """`LibraryPort`. `changes`: called before stages are set; `shown`: told what of its libraries the box shows, or may
    show, in place of what was sent."""

    def __init__(self, device: object, rest: Rest, changes: Callable[[], None], shown: Callable[[str], None]) -> None:
        self._device = device
        self._rest = rest
        self._changes = changes
        self._shown = shown
        self._turns: dict[tuple[str, int], asyncio.Lock] = {}

    async def libraries(self) -> Libraries:
        """As `LibraryPort.libraries`."""
        there = tuple([await self._library(name) for name in LIBRARIES])
        return Libraries(there, _stages(await self._slots()))

    async def shown(self) -> str:
        """Which entries of its libraries it shows, in words; "" for none. Raises DeviceError."""
        return _shown(await self._slots(), with_nothing=False)

    async def show(self, stage: str, entry: int) -> None:
        """As `LibraryPort.show`."""
        field = STAGE_FIELDS.get(stage)
        if field is None:
            raise UsageError(f"{self._device}: it has no stage {stage[:40]!r}, only {', '.join(STAGE_FIELDS)}")
        if entry:
            library = await self._library(_library_of(stage))
            if library.held(entry) is None:
                raise DeviceRefusedError(self._device, _not_there(library, entry))
        config = await self._rest.get("/v2/system/config", Config)
        if config.transform_mode != "LUT":
            told = (
                f"its mode is {config.transform_mode[:40]}, in which it shows no LUTs; a look that is sent changes that"
            )
            raise DeviceRefusedError(self._device, told)
        order = {field: {"enabled": True, "dynamic": False, "libraryEntry": entry}}
        self._changes()
        try:
            await self._rest.put("/v2/pipelineStages", order)
            slots = await self._slots()
        except DeviceRefusedError:
            raise
        except BaseException:
            # It may be there, for all that is known.
            self._shown(_words(stage, entry))
            raise
        if words := _shown(slots):
            self._shown(words)
        if getattr(slots, field) != Slot(enabled=True, dynamic=False, library_entry=entry):
            raise DeviceError(self._device, f"it has taken the order to show {stage}:{entry}, and does not show it")

    async def put(self, file: LutFile, entry: int) -> PutThere:
        """As `LibraryPort.put`. Files for one entry go one after the other."""
        library = await self._library(file.library)
        if not 1 <= entry <= library.places:
            raise DeviceRefusedError(self._device, _not_there(library, entry))
        turn = self._turns.setdefault((file.library, entry), asyncio.Lock())
        try:
            async with asyncio.timeout(TURN_S):
                await turn.acquire()
        except TimeoutError:
            told = f"another file is on its way into entry {entry} of its {file.library} library; nothing was sent"
            raise DeviceRefusedError(self._device, told) from None
        try:
            return await self._put(file, entry)
        finally:
            turn.release()

    async def _put(self, file: LutFile, entry: int) -> PutThere:
        """No other file of ours goes there meanwhile."""
        library = await self._library(file.library)
        shows = [
            each.stage for each in _stages(await self._slots()) if (each.library, each.entry) == (file.library, entry)
        ]
        if shows:
            told = f"its stage {shows[0]} shows entry {entry} of its {file.library} library; take another entry"
            raise DeviceRefusedError(self._device, told)
        before = library.held(entry)
        sent = await self._upload(file, entry)
        try:
            async with asyncio.timeout(ANEW_S):
                now = await self._anew(file.library, entry, before)
        except (DeviceError, TimeoutError) as error:
            told = f"it has taken the file and does not say what it has now; {_unknown(file, entry)}"
            raise DeviceError(self._device, told) from error
        return PutThere(file.library, entry, sent, before, now, confirmed=now is not None and now != before)

    async def _anew(self, library: str, entry: int, before: LibraryEntry | None) -> LibraryEntry | None:
        """What it says of an entry, as soon as that is something new."""
        loop, now = asyncio.get_running_loop(), before
        until_s = loop.time() + READ_AGAIN * READ_AGAIN_S
        for _ in range(READ_AGAIN):
            now = (await self._library(library)).held(entry)
            if now != before or loop.time() > until_s:  # a slow box is not asked so often
                break
            await asyncio.sleep(READ_AGAIN_S)
        return now

    async def _upload(self, file: LutFile, entry: int) -> str:
        place = _unknown(file, entry)
        try:
            async with asyncio.timeout(UPLOAD_S):
                return await self._rest.upload(UPLOAD_KINDS[file.library], entry, file.name, file.data)
        except DeviceRefusedError:
            raise
        except DeviceError as error:
            raise DeviceError(self._device, f"{error.fault}; {place}") from error
        except TimeoutError:
            raise DeviceError(self._device, f"it has not taken it within {UPLOAD_S:g} seconds; {place}") from None

    async def _library(self, name: str) -> Library:
        entries = await self._rest.get(LIBRARIES[name], list[Entry])
        if len(entries) > MOST_PLACES:
            told = f"it says that its {name} library has {len(entries):,} entries; {MOST_PLACES} are the most"
            raise DeviceError(self._device, told)
        held = [
            LibraryEntry(number, each.user_name[:LONGEST_NAME], each.file_name[:LONGEST_NAME])
            for number, each in enumerate(entries, 1)
            if each.file_name
        ]
        return Library(name, len(entries), tuple(held))

    async def _slots(self) -> Slots:
        return await self._rest.get("/v2/pipelineStages", Slots)


def _unknown(file: LutFile, entry: int) -> str:
    return f"whether entry {entry} of its {file.library} library is {file.name} now is not known"


def _not_there(library: Library, entry: int) -> str:
    lack = "is empty" if 1 <= entry <= library.places else f"is not there, they go to {library.places}"
    return f"entry {entry} of its {library.name} library {lack}"


def _library_of(stage: str) -> str:
    return stage.partition("-")[0]


def _stages(slots: Slots) -> tuple[StageShown, ...]:
    each = ((stage, getattr(slots, field)) for stage, field in STAGE_FIELDS.items())
    return tuple(
        StageShown(stage, _library_of(stage), None if slot.dynamic else slot.library_entry, slot.enabled)
        for stage, slot in each
    )


def _shown(slots: Slots, *, with_nothing: bool = True) -> str:
    """`with_nothing`: stages that were told to show nothing count too."""
    on = (each for each in _stages(slots) if each.is_on and each.entry is not None)
    return ", ".join(_words(each.stage, each.entry or 0) for each in on if each.entry or with_nothing)


def _words(stage: str, entry: int) -> str:
    return f"library entry {stage}:{entry}" if entry else f"nothing in {stage}"
