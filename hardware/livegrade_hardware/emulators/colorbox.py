"""An emulated AJA ColorBox: REST, the WebSocket for looks and questions, libraries of presets, and its arithmetic.

Source: AJA, ColorBox REST API 1.0.0 and its demos. Assumed, because no document says it: a stage that is not dynamic
takes no data, and what it does not know on the WebSocket the box passes over.
"""

from __future__ import annotations

import base64
import contextlib
import copy
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from livegrade.errors import UsageError
from livegrade_devices.lutboxes.colorboxwire import (
    GRAB_INPUT,
    GRAB_OUTPUT,
    SPARE_BITS,
    STAGES,
    TripletQuestion,
    asked,
    loaded,
)
from livegrade_hardware.emulators.announcing import by_ssdp
from livegrade_hardware.emulators.colorboxfiles import table_of, uploaded
from livegrade_hardware.emulators.colorboxpicture import INTERPOLATIONS, Pipeline
from livegrade_hardware.emulators.faults import Faults
from livegrade_hardware.emulators.kinds import EmulatedKind, port_fault, switch_of
from livegrade_hardware.emulators.webserving import Reply, SocketClient, WebEmulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from typing import Any, TextIO

    from aiohttp import web
    from numpy.typing import NDArray

REST_PORT, DATA_PORT = 80, 5000
USER = "admin"
PRESETS = 10
BANDS = ((0, 0, 0), (0, 1, 2), (2, 0, 1), (1, 2, 0))
"""Of its picture, from the top: the bits by which red, green and blue are darker than the ramp."""
PICTURES = ("still", "moving")
UPLOADS = ("kept", "refused", "lost")
LIBRARIES = {"/v2/1dLutLibrary": "1d", "/v2/3dLutLibrary": "3d", "/v2/matrixLibrary": "matrix"}
KEPT_FOR = {"lut1d": "1d", "lut3d": "3d", "m3x3": "matrix"}
ENTRIES = 16
READ_ONLY = ("/v2/system/status", "/v2/status", "/v2/systemPresetLibrary", *LIBRARIES)


class EmulatedColorBox:
    """`password`: None where it asks for none. `mode_polls`: how often it says that its mode is still changing.

    `luts`: its libraries by name (1d, 3d, matrix) and entry, for stages that are not dynamic; `names`: what people
    called those; `files`: in which files they came. `uploads`: what becomes of files that are sent to it, of `UPLOADS`:
    "lost" ones are taken and are not there. `stuck`: it takes orders to its stages and does nothing. `off`: by how many
    codes what it shows differs from what it reckons. `tree`: what REST shows, by path; `pipeline`: what its stages
    hold; `presets`: stored ones, by entry; `raster`: width and height of its picture; `moving`: this runs sideways,
    from one grab to the next: tests may look at them and change them. `ten_bits`: its output is grabbed in 10 bits.
    `asked`: how many colours it was asked for. `reorder`: answers to colours are held back and given the other way
    round.
    """

    def __init__(
        self,
        password: str | None = None,
        interpolation: str = INTERPOLATIONS[0],
        mode: str = "LUT",
        data_port: int = 0,
        moving: bool = False,
        faults: Faults | None = None,
        log: TextIO | None = None,
    ) -> None:
        self.password = password
        self.mode_polls = 2
        self.reorder = False
        self.raster = (1920, 1080)
        self.moving = moving
        self.ten_bits = False
        self._grabs = 0
        self.asked = 0
        self.data_port = data_port
        self.received: list[bytes] = []
        self.pipeline = Pipeline(interpolation=interpolation)
        self.presets: dict[int, tuple[str, dict[str, Any], Pipeline]] = {}
        self.luts: dict[tuple[str, int], NDArray[np.generic]] = {}
        self.names: dict[tuple[str, int], str] = {}
        self.files: dict[tuple[str, int], str] = {}
        self.uploads = UPLOADS[0]
        self.stuck = False
        self.off = 0
        self.tree = _factory(mode)
        self._changing = 0
        self._held: list[TripletQuestion] = []
        self.faults = faults or Faults()
        self.rest = WebEmulator(self, None, self.faults, log)
        self.data = WebEmulator(None, self, self.faults, log)

    @contextlib.asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
        """Serves REST at `port` and the WebSocket at `data_port`, 0 for any free one, which then is in there.
        Raises UsageError where that one is taken."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                self.data_port = await stack.enter_async_context(self.data.serve(host, self.data_port))
            except OSError as error:
                fault = f"port {self.data_port} of its WebSocket cannot be listened on ({port_fault(error)})"
                raise UsageError(f"{fault}; take another with data-port") from error
            yield await stack.enter_async_context(self.rest.serve(host, port))

    async def answer(self, request: web.Request, body: bytes) -> Reply:
        if not self._may(request):
            return Reply(401, b"Unauthorized", "text/plain")
        path = request.path
        if request.method == "GET":
            return self._read(path)
        if (request.method, path) == ("POST", "/v2/upload"):
            return self._keep(request.headers.get("Content-Type", ""), body)
        try:
            values = msgspec.json.decode(body, type=dict[str, object])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return Reply(400, b"not a JSON object", "text/plain")
        if request.method != "PUT" or path in READ_ONLY:
            return Reply(405, b"", "text/plain")
        return self._write(path, values)

    async def talk(self, client: SocketClient) -> None:
        while True:
            message = await client.receive()
            data = message.encode() if isinstance(message, str) else message
            question = asked(data)
            if question is not None:
                self.asked += 1
                await self._asked(client, question)
            elif message in (GRAB_INPUT, GRAB_OUTPUT):
                await client.send(self._picture(behind=message == GRAB_OUTPUT))
            else:
                self._load(data)

    def _picture(self, *, behind: bool) -> bytes:
        """Bands of ramps from left to right, of greys and of colours, black where the frame store is on."""
        width, height = self.raster
        ramp = np.arange(width) * 4096 // width
        if self.moving:
            self._grabs += 1
            ramp = np.roll(ramp, 7 * self._grabs)
        rows = np.stack([np.stack([ramp >> r, ramp >> g, ramp >> b], axis=1) for r, g, b in BANDS])
        if self.tree["/v2/frameStore"]["enabled"]:
            rows[:] = 0
        if behind:
            rows = np.clip(self._run(rows.reshape(-1, 3)).reshape(rows.shape) + self.off, 0, 4095)
            rows = rows & ~3 if self.ten_bits else rows
        bands = np.arange(height) * len(BANDS) // height
        image = (rows << SPARE_BITS).astype("<u2")[bands].tobytes()
        return msgspec.json.encode({"image": image, "ancData": "", "userData1": "", "userData2": ""})

    def _run(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        return codes if self.tree["/v2/routing"]["pipelineBypassUser"] else self.pipeline.run(codes)

    def _load(self, data: bytes) -> None:
        try:
            given = loaded(data)
        except ValueError:
            return
        if given is None:
            return
        self.received.append(data[:4])
        if self.tree["/v2/pipelineStages"][given.stage]["dynamic"]:
            self.pipeline.held[given.stage] = given.values

    async def _asked(self, client: SocketClient, question: TripletQuestion) -> None:
        if not self.reorder:
            await client.send(self._said(question))
            return
        self._held.append(question)
        if len(self._held) == 4:
            held, self._held = self._held[::-1], []
            for each in held:
                await client.send(self._said(each))

    def _said(self, question: TripletQuestion) -> bytes:
        """Black where the frame store is off: then the colour is nowhere in the picture."""
        on = self.tree["/v2/frameStore"]["enabled"]
        given = np.array([[question.r, question.g, question.b]], np.int64) >> SPARE_BITS
        reckoned = self._run(given)[0]
        shown = np.clip(reckoned + self.off, 0, 4095) if on else np.zeros(3, np.int64)
        values = _spread("actual", shown) | _spread("expected", reckoned)
        return msgspec.json.encode(msgspec.to_builtins(question) | values)

    def _may(self, request: web.Request) -> bool:
        if self.password is None:
            return True
        wanted = "Basic " + base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        return request.headers.get("Authorization") == wanted

    def _read(self, path: str) -> Reply:
        if path == "/v2/systemPresetLibrary":
            names = [
                {"userName": self.presets[n][0], "fileName": f"preset{n}"} if n in self.presets else {}
                for n in range(1, 11)
            ]
            return Reply(body=msgspec.json.encode(names))
        if path in LIBRARIES:
            return Reply(body=msgspec.json.encode([self._entry(LIBRARIES[path], n + 1) for n in range(ENTRIES)]))
        if path not in self.tree:
            return Reply(404, b"", "text/plain")
        values = self.tree[path]
        if path == "/v2/system/status":
            values["transformModeChanging"] = self._changing > 0
            self._changing = max(0, self._changing - 1)
        return Reply(body=msgspec.json.encode(values))

    def _write(self, path: str, values: dict[str, object]) -> Reply:
        if path == "/v2/libraryControl":
            return self._library(values)
        if path not in self.tree:
            return Reply(404, b"", "text/plain")
        before = self.tree[path]
        if path == "/v2/pipelineStages":
            if not all(0 <= entry <= ENTRIES for entry in _entries(values)):
                return Reply(400, b"no such library entry", "text/plain")
            if self.stuck:
                return Reply()
        if (
            path == "/v2/system/config"
            and values.get("transformMode", before["transformMode"]) != before["transformMode"]
        ):
            self._changing = self.mode_polls
        _merge(before, values)
        if path == "/v2/pipelineStages":
            self._set_stages(before)
        return Reply()

    def _keep(self, type: str, body: bytes) -> Reply:
        """A file for one of its libraries."""
        if self.uploads == "refused":
            return Reply(400, b"no room for it", "text/plain")
        try:
            file = uploaded(type, body, ENTRIES)
            table = table_of(file)
        except ValueError as error:
            return Reply(400, str(error).encode(), "text/plain")
        if self.uploads != "lost":
            self.luts[file.library, file.entry] = table
            self.files[file.library, file.entry] = file.file
            self._set_stages(self.tree["/v2/pipelineStages"])
        return Reply()

    def _entry(self, library: str, number: int) -> dict[str, str]:
        if (library, number) not in self.luts:
            return {}
        file = self.files.get((library, number), f"{library}_{number:02}.cube")
        return {"userName": self.names.get((library, number), ""), "fileName": file}

    def _set_stages(self, stages: Mapping[str, Any]) -> None:
        """What is on, and what comes from the library."""
        self.pipeline.enabled = {name for name in STAGES.values() if stages[name]["enabled"]}
        fixed = [name for name in STAGES.values() if not stages[name]["dynamic"]]
        self.pipeline.kept = {
            name: self.luts.get((KEPT_FOR[name.partition("_")[0]], stages[name]["libraryEntry"])) for name in fixed
        }

    def _library(self, values: dict[str, object]) -> Reply:
        entry, action = values.get("entry"), values.get("action")
        if values.get("library") != "systemPreset" or not isinstance(entry, int) or not 1 <= entry <= PRESETS:
            return Reply(400, b"no such library entry", "text/plain")
        stages = self.tree["/v2/pipelineStages"]
        if action == "StoreEntry":
            self.presets[entry] = (f"Preset {entry}", copy.deepcopy(stages), copy.deepcopy(self.pipeline))
        elif entry not in self.presets:
            return Reply(400, b"empty entry", "text/plain")
        elif action == "SetUserName":
            self.presets[entry] = (str(values.get("data", "")), *self.presets[entry][1:])
        elif action == "RecallEntry":
            _, kept, pipeline = copy.deepcopy(self.presets[entry])
            self.tree["/v2/pipelineStages"], self.pipeline = kept, pipeline
        elif action == "DeleteEntry":
            del self.presets[entry]
        else:
            return Reply(400, b"no such action", "text/plain")
        return Reply()


def _factory(mode: str) -> dict[str, dict[str, Any]]:
    """As it leaves the maker: nothing is on."""
    stage = {"enabled": False, "dynamic": False, "libraryEntry": 0}
    stages: dict[str, Any] = {name: dict(stage) for name in STAGES.values()}
    stages |= {"inRange": "SMPTENarrow", "outRange": "SMPTENarrow", "inColorimetry": "Auto", "outColorimetry": "Auto"}
    stages |= {"transferCharacteristic": "Auto", "cscFilter": "Auto"}
    return {
        "/v2/system/config": {"hostName": "colorbox-1", "transformMode": mode, "startupPreset": 0, "identify": False},
        "/v2/system/status": {"runningVersion": "3.0.0.10", "transformModeChanging": False},
        "/v2/status": {"systemSerialNumber": "1SC000123", "deviceDieTemp": 51, "systemUptime": "1 day"},
        "/v2/routing": {"mode": "Input", "pipelineBypassButton": False, "pipelineBypassUser": False},
        "/v2/frameStore": {"enabled": False, "dynamic": False, "libraryEntry": 0},
        "/v2/sdiInputStatus": {"format": "1080p25", "bitDepth": "10 Bit", "rgbRange": "SMPTE Narrow"},
        "/v2/pipelineStages": stages,
    }


def _entries(stages: Mapping[str, object]) -> list[int]:
    """Of their libraries, those that stages are to show."""
    found = [stage.get("libraryEntry") for stage in stages.values() if isinstance(stage, dict)]
    return [entry for entry in found if isinstance(entry, int)]


def _spread(name: str, codes: NDArray[np.int64]) -> dict[str, int]:
    """A colour as an answer has it, in 16 bits."""
    return {f"{name}{channel}": int(code) << SPARE_BITS for channel, code in zip("RGB", codes, strict=True)}


def _merge(into: dict[str, Any], values: Mapping[str, object]) -> None:
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif key in into:
            into[key] = value


def _make(settings: Mapping[str, str], faults: Faults, log: TextIO | None) -> EmulatedColorBox:
    interpolation = settings.get("interpolation", INTERPOLATIONS[0])
    if interpolation not in INTERPOLATIONS:
        raise UsageError(f"interpolation={interpolation[:40]}: {' or '.join(INTERPOLATIONS)} is wanted")
    text = settings.get("data-port", str(DATA_PORT))
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise UsageError(f"data-port={text[:40]}: ports go from 0, for any free one, to 65535")
    picture = settings.get("picture", PICTURES[0])
    if picture not in PICTURES:
        raise UsageError(f"picture={picture[:40]}: {' or '.join(PICTURES)} is wanted")
    mode, moving = settings.get("mode", "LUT"), picture == PICTURES[1]
    box = EmulatedColorBox(settings.get("password"), interpolation, mode, int(text), moving, faults, log)
    box.reorder = switch_of(settings, "reorder")
    box.uploads = settings.get("uploads", UPLOADS[0])
    if box.uploads not in UPLOADS:
        raise UsageError(f"uploads={box.uploads[:40]}: {', '.join(UPLOADS)} is wanted")
    return box


KIND = EmulatedKind(
    "colorbox",
    "AJA ColorBox",
    REST_PORT,
    _make,
    {
        "password": "what it asks for",
        "interpolation": " or ".join(INTERPOLATIONS),
        "picture": f"{' or '.join(PICTURES)}: what is grabbed of it",
        "mode": "LUT, COLORFRONT, ORION, BBC or NBC, as it starts",
        "data-port": f"of its WebSocket, {DATA_PORT} unless said",
        "uploads": f"{', '.join(UPLOADS)}: what becomes of files for its LUT libraries",
        "reorder": "on: its answers about colours come in another order than they were asked for",
    },
    # What a real one calls itself there is not documented.
    announce=by_ssdp("AJA ColorBox (emulated)"),
)
