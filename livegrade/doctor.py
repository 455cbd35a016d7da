"""What `livegrade doctor` finds: is everything here that live work needs, what is missing, and what to do about it.

It looks and reports; it changes nothing, opens no device but the GPU and asks nobody on the network. A problem is
something that stops the main job; what only narrows the choice (no NDI, no GPU) is a note.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from livegrade import machine
from livegrade.capture import sdi
from livegrade.capture.devices import capture_devices
from livegrade.commands.logfile import log_path
from livegrade.errors import LivegradeError
from livegrade.transport import ndi, ndi_network
from livegrade.transport.decklink.cards import driver_trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

OLDEST_PYTHON, NEWEST_TESTED_PYTHON = (3, 11), (3, 14)
NDI_TRADEMARK = "NDI(R) is a registered trademark of Vizrt NDI AB."
ENCODERS = {
    "prores_ks": "ProRes files",
    "dnxhd": "DNxHR files",
    "v210": "uncompressed 10-bit files",
    "libx264": "H.264 files",
    "tiff": "TIFF stills",
    "png": "PNG stills",
}
NVIDIA_DRIVER = Path("/proc/driver/nvidia/version")
LICENCES = (
    "livegrade: Apache-2.0",
    "numpy: BSD-3-Clause",
    "PyAV: BSD-3-Clause; the FFmpeg inside its wheel carries GPL encoders (x264, x265)",
    "OpenColorIO: BSD-3-Clause",
    "fpdf2, for reports: LGPL-3.0; fonts in them: DejaVu, M PLUS 1p (SIL Open Font License 1.1)",
    "cyndilib: MIT; the NDI runtime inside its wheel is proprietary (NDI SDK licence)",
    "never publish one bundle that holds both the GPL encoders and the NDI runtime",
)


class Status(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Something optional is missing or worth knowing; the main job works."""
    PROBLEM = "problem"
    """Something the main job needs is missing or broken."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `advice` is what to do, empty where nothing needs doing."""

    topic: str
    status: Status
    sentence: str
    advice: str = ""


def diagnose() -> list[Finding]:
    """Looks at everything once, in the order in which it is shown. Raises nothing: what is broken is a finding."""
    checks: tuple[Callable[[], Iterable[Finding]], ...] = (
        _python,
        _native,
        _libraries,
        _encoders,
        _ndi,
        _devices,
        _gpu,
        _choice,
        _decklink,
        _folders,
        _licences,
    )
    return [finding for check in checks for finding in check()]


def exit_code(findings: Iterable[Finding]) -> int:
    """1 where something required is broken, else 0."""
    return int(any(finding.status is Status.PROBLEM for finding in findings))


def as_text(findings: Iterable[Finding]) -> str:
    """The findings for a terminal: one line each, the advice indented below."""
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{finding.status.value:8}{finding.topic:13}{finding.sentence}")
        if finding.advice:
            lines.append(f"{'':21}-> {finding.advice}")
    return "\n".join(lines)


def report(as_json: bool) -> int:
    """Prints the findings, as lines or as JSON, and returns the exit code."""
    findings = diagnose()
    print(json.dumps(as_values(findings), indent=2) if as_json else as_text(findings))
    return exit_code(findings)


def as_values(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """The findings as plain values for JSON."""
    return [asdict(finding) for finding in findings]


def _python() -> Iterable[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    words = f"Python {version} on {machine.system_name()}"
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding("python", Status.PROBLEM, f"{words} is too old", "install Python 3.11 or newer")
    elif sys.version_info[:2] > NEWEST_TESTED_PYTHON:
        yield Finding("python", Status.NOTE, f"{words} is newer than what livegrade is tested with")
    else:
        yield Finding("python", Status.OK, words)
    cores = machine.usable_cores()
    cpu = f"{machine.processor_name()}, {cores} usable core{'s' if cores > 1 else ''}"
    slow = Finding("processor", Status.NOTE, cpu, "use 2 cores or more for live work with scopes")
    yield slow if cores < 2 else Finding("processor", Status.OK, cpu)


def _native() -> Iterable[Finding]:
    again = "install livegrade again with a C++ compiler on the machine: pip install --force-reinstall ."
    try:
        extension = importlib.import_module("livegrade_shaders._native")
    except ImportError as error:
        yield Finding("engine", Status.PROBLEM, f"the native extension cannot be loaded: {error}", again)
        return
    level = {"base": "portable", "v3": "AVX2", "v4": "AVX-512"}.get(extension.isa(), extension.isa())
    yield Finding("engine", Status.OK, f"native extension at instruction level {extension.isa()} ({level})")


def _libraries() -> Iterable[Finding]:
    for topic, name, package in (("numpy", "numpy", "numpy"), ("colour", "PyOpenColorIO", "opencolorio")):
        module, trouble = _load(name)
        if module is None:
            yield Finding(topic, Status.PROBLEM, f"{name} cannot be loaded: {trouble}", f"pip install {package}")
        else:
            yield Finding(topic, Status.OK, f"{name} {module.__version__}")
    av, trouble = _load("av")
    if av is None:
        yield Finding("files", Status.PROBLEM, f"PyAV cannot be loaded: {trouble}", "pip install av")
    else:
        yield Finding("files", Status.OK, f"PyAV {av.__version__} with FFmpeg {av.ffmpeg_version_info}")


def _encoders() -> Iterable[Finding]:
    if _load("av")[0] is None:
        return
    codec = importlib.import_module("av.codec.codec")
    missing: list[str] = []
    for name, use in ENCODERS.items():
        try:
            codec.Codec(name, "w")
        except codec.UnknownCodecError:
            missing.append(f"{name} ({use})")
    if missing:
        lack = f"this FFmpeg lacks the encoders {', '.join(missing)}"
        yield Finding("encoders", Status.NOTE, lack, "install the PyAV wheel from the package index: pip install av")
    else:
        yield Finding("encoders", Status.OK, ", ".join(ENCODERS))


def _ndi() -> Iterable[Finding]:
    try:
        runtime = ndi.version()
    except LivegradeError as error:
        yield Finding("ndi", Status.NOTE, f"no NDI in or out: {error}")
        return
    yield Finding("ndi", Status.OK, f"{runtime}. {NDI_TRADEMARK}")
    if (folder := ndi_network.configured_folder()) is not None:
        yield Finding("ndi network", Status.NOTE, f"NDI_CONFIG_DIR is set: NDI takes its networks from {folder}")
    elif ndi_network.is_without_mdns():
        silent = "avahi-daemon does not run, so NDI finds no names by itself"
        yield Finding("ndi network", Status.NOTE, silent, ndi_network.WITHOUT_MDNS)
    else:
        yield Finding("ndi network", Status.OK, "NDI finds names on the network by itself")


def _devices() -> Iterable[Finding]:
    if _load("av")[0] is None:
        return
    found = capture_devices()
    for device in found:
        yield Finding("device", Status.OK, f"{device.name} as {device.address}")
    if not found:
        yield Finding("device", Status.NOTE, "no capture device that FFmpeg can list")


def _gpu() -> Iterable[Finding]:
    if sys.platform == "darwin":
        yield Finding("gpu", Status.NOTE, "CUDA does not exist on macOS; the native engine is used")
        return
    has_driver = NVIDIA_DRIVER.exists() or sys.platform == "win32"
    cupy, trouble = _load("cupy")
    if cupy is None:
        no_driver = Finding("gpu", Status.NOTE, "no NVIDIA driver on this machine; the native engine is used")
        install = 'pip install "livegrade[cuda13]" (or [cuda12] for an older driver)'
        yield Finding("gpu", Status.NOTE, f"CUDA cannot be used: {trouble}", install) if has_driver else no_driver
        return
    try:
        device = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        advice = "install the NVIDIA driver, or carry on with the native engine"
        yield Finding("gpu", Status.NOTE, f"CuPy {cupy.__version__} finds no GPU: {error}", advice)
        return
    yield Finding("gpu", Status.OK, f"{device} through CuPy {cupy.__version__}")


def _choice() -> Iterable[Finding]:
    """What `--engine auto` would take here, and why not the others."""
    select, _ = _load("livegrade.engine.select")
    if select is None or _load("livegrade_shaders._native")[0] is None:
        return
    try:
        choice = select.choose("auto", machine.usable_cores())
    except ImportError:
        return  # what is missing has been named above
    except LivegradeError as error:
        yield Finding("engine auto", Status.PROBLEM, str(error), "install livegrade again, and report this")
        return
    yield Finding("engine auto", Status.OK, f"takes {choice.backend.name}")
    for detail in choice.details:
        yield Finding("engine auto", Status.OK, detail)


def _decklink() -> Iterable[Finding]:
    trouble = driver_trouble()
    if trouble is not None:
        sentence, _, advice = trouble.partition("; ")
        yield Finding("decklink", Status.NOTE, f"no SDI in or out: {sentence}", advice)
        return
    yield Finding("decklink", Status.OK, f"DeckLink driver {sdi.driver_version()}")
    cards = sdi.sdi_cards()
    if not cards:
        sentence, _, advice = (sdi.node_trouble() or "the driver sees no card: plug one in").partition(": ")
        yield Finding("decklink", Status.NOTE, sentence, advice)
    for card in cards:
        yield Finding("decklink", Status.OK, f"{card.address} is {card}")
        yield from _card_trouble(card)


def _card_trouble(card: sdi.SdiCard) -> Iterable[Finding]:
    others = [option for name in card.inputs if name != card.connector and (option := sdi.option_of(name))]
    if card.locked is False:
        way = " or ".join(f"{card.address},{option}" for option in others)
        advice = "is the camera on, and the cable in this connector?" + (f" For another one write {way}" if way else "")
        yield Finding("decklink", Status.NOTE, f"{card.address} has no signal at {card.connector}", advice)
    if card.reference is False:
        free = f"{card.address} has no reference signal: what it plays slips by a picture now and then"
        yield Finding("decklink", Status.NOTE, free, "feed black burst or tri-level sync to its reference connector")
    if card.pcie_mb_s is not None and card.pcie_mb_s < card.board_mb_s and card.address == card.board[0]:
        carries = f"slot carries {card.pcie_mb_s} MB/s each way and"
        slow = (
            f"{card.address}: its {carries} {card.largest_mode} needs {card.board_mb_s}"
            if len(card.board) == 1
            else f"{', '.join(card.board)}: their {carries} all of them at once need up to {card.board_mb_s}"
        )
        yield Finding("decklink", Status.NOTE, slow, "put the card into a slot with more or faster lanes")


def _folders() -> Iterable[Finding]:
    platformdirs, trouble = _load("platformdirs")
    if platformdirs is None:
        yield Finding(
            "folders", Status.PROBLEM, f"platformdirs cannot be loaded: {trouble}", "pip install platformdirs"
        )
        return
    places = (("settings", platformdirs.user_config_path), ("cache", platformdirs.user_cache_path))
    for topic, where in places:
        folder: Path = where("livegrade")
        if _can_write(folder):
            yield Finding(topic, Status.OK, f"{folder} can be written")
        else:
            locked = f"{folder} cannot be written, so nothing can be kept there from one run to the next"
            advice = f"make {_nearest(folder)} writable, or set HOME to a folder that is"
            yield Finding(topic, Status.NOTE, locked, advice)
    log = log_path()
    if _can_write(log.parent) and (not log.exists() or os.access(log, os.W_OK)):
        yield Finding("log", Status.OK, f"{log} tells what happened")
    else:
        advice = "say where: livegrade --log FILE, or set LIVEGRADE_LOG"
        yield Finding("log", Status.NOTE, f"{log} cannot be written, so no log is kept", advice)


def _licences() -> Iterable[Finding]:
    for sentence in LICENCES:
        yield Finding("licences", Status.OK, sentence)


def _load(name: str) -> tuple[ModuleType | None, str]:
    """The module, or None and why not. A damaged wheel shows as OSError, a missing one as ImportError."""
    try:
        return importlib.import_module(name), ""
    except (ImportError, OSError) as error:
        return None, str(error)


def _nearest(folder: Path) -> Path:
    """The folder itself, or the nearest parent that exists: nothing is created by looking."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _can_write(folder: Path) -> bool:
    place = _nearest(folder)
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)
