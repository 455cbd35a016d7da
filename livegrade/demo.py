"""`livegrade demo`: a simulated camera through a CDL and a LUT to NDI (to a file without it) and to an emulated LUT
box, and a contact sheet.

Nothing to plug in and nothing to prepare: the photograph, the camera curve and the look come with the program.
"""

from __future__ import annotations

import importlib.util
import time
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.source import CaptureOptions
from livegrade.color.camera import camera_curve
from livegrade.color.look import Look
from livegrade.color.nodes import REC709_WEIGHTS, Cdl, Lut3d, Samples
from livegrade.commands.options import require_seconds
from livegrade.commands.voice import say
from livegrade.engine.select import choose
from livegrade.engine.view import View, ViewKind
from livegrade.folders import state_folder
from livegrade.machine import usable_cores
from livegrade.outputs.staging import write_fault
from livegrade.outputs.still import write_still
from livegrade.scopes.measure import ScopeRequest
from livegrade.scopes.presets import preset
from livegrade.session import Session
from livegrade.session.report import status_text
from livegrade.session.setup import DeviceSetup, ScopePlan, SessionSetup, SinkSetup, SlotSetup
from livegrade.sheet import contact_sheet
from livegrade.transport.address import parse_sink, parse_source
from livegrade_devices.address import parse_device
from livegrade_hardware.emulators.cart import EmulatedCart
from livegrade_hardware.emulators.colorbox import EmulatedColorBox

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SHEET_AFTER_S = 2.0
REPORT_EVERY_S = 5.0
NDI_NAME = "livegrade demo"


def demo_look() -> Look:
    """A warm CDL in LogC4 and a plain film-like LUT from LogC4 to Rec.709, 33 points."""
    cdl = Cdl(
        slope=(1.06, 1.0, 0.95), offset=(-0.004, 0.0, 0.006), power=(1.02, 1.0, 0.98), saturation=1.12, name="Day 1"
    )
    return Look((cdl, Lut3d(Samples(_show_lut(33)), name="Show LUT, LogC4 to Rec.709")))


def _show_lut(size: int) -> NDArray[np.float64]:
    """Scene light through a filmic curve to BT.1886, with some desaturation of the highlights.

    Curve: y = x (a x + b) / (x (c x + d) + e), the well-known fit by K. Narkowicz to the ACES response; mid grey of
    0.18 comes out near a third of the display signal.
    """
    axis = camera_curve("arri-logc4").decode(np.linspace(0.0, 1.0, size))
    light = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    luminance = light @ np.array(REC709_WEIGHTS)
    wash = np.clip((luminance - 1.0) / 40.0, 0.0, 0.7)[..., None]
    light = np.maximum(light + wash * (luminance[..., None] - light), 0.0) * 0.35
    shown = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)
    return np.asarray(np.clip(shown, 0.0, 1.0) ** (1 / 2.4))


def run_demo(format: str, engine: str, threads: int, for_seconds: float | None) -> int:
    """Runs until Ctrl+C or for `for_seconds`; prints what it does. Raises LivegradeError."""
    require_seconds("--for", for_seconds)
    folder = demo_folder()
    with EmulatedCart() as cart:
        session = Session(_setup(format, engine, threads, folder, _box(cart)))
        try:
            session.start()
            _introduce(session, format, for_seconds)
            _watch(session, folder, for_seconds)
        except KeyboardInterrupt:
            say("")
        finally:
            session.stop()
    _say_box(session)
    say(status_text(session.stats()))
    return 1 if session.failed else 0


def _box(cart: EmulatedCart) -> DeviceSetup:
    """An emulated LUT box that shows the look of the camera."""
    box = EmulatedColorBox()
    port = cart.add(box)
    return DeviceSetup("village", parse_device(f"colorbox:127.0.0.1:{port},data-port={box.data_port}"), "A")


def _say_box(session: Session) -> None:
    """What became of the look on it."""
    (followed,) = session.devices.all
    report = followed.state.report
    if report is None:
        say(f"box     {followed.setup.name} has no look: {followed.state.reason or 'there was no time'}")
    elif report.error is not None:
        say(f"box     {followed.setup.name} has look {report.look_id[:12]}: {report.form}; {report.error.sentence}")


def demo_folder() -> Path:
    """Where the sheet, and a recording without NDI, of the newest demo are: in livegrade's own folder, where the next
    demo replaces them. Raises ControlError, SinkError."""
    folder = state_folder() / "demo"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise write_fault(folder, error) from None
    return folder


def _introduce(session: Session, format: str, for_seconds: float | None) -> None:
    say(f"camera  pattern:camera@{format}, LogC4, with timecode and 1 kHz tone")
    say(f"look    CDL 'Day 1' and 'Show LUT, LogC4 to Rec.709', id {session.slots[0].look.id[:12]}")
    say(f"output  {session.outputs[0].address}")
    say(f"box     {session.devices.all[0].state.address}, an emulated AJA ColorBox that gets the look")
    say(f"engine  {session.backend.name}: {session.reason}")
    say("Ctrl+C stops." if for_seconds is None else f"Runs for {for_seconds:g} s.")


def _watch(session: Session, folder: Path, for_seconds: float | None) -> None:
    """Until the end: a line of figures now and then, and the sheet once there is a picture."""
    began = time.monotonic()
    sheet_done, next_report = False, began + REPORT_EVERY_S
    while not session.ended and (for_seconds is None or time.monotonic() - began < for_seconds):
        now = time.monotonic()
        if not sheet_done and now - began >= SHEET_AFTER_S:
            sheet_done = _write_sheet(session, folder)
        if now >= next_report:
            next_report += REPORT_EVERY_S
            say(status_text(session.stats()))
        time.sleep(0.05)
    if not sheet_done:
        _write_sheet(session, folder)


def _setup(format: str, engine: str, threads: int, folder: Path, box: DeviceSetup) -> SessionSetup:
    has_ndi = importlib.util.find_spec("cyndilib") is not None
    sink = parse_sink(f"ndi:{NDI_NAME}" if has_ndi else str(folder / "graded.mov"))
    return SessionSetup(
        slots=(SlotSetup("A", parse_source(f"pattern:camera@{format}"), CaptureOptions(), demo_look()),),
        sinks=(SinkSetup(sink, "A", View()),),
        engine=engine,
        threads=threads or usable_cores(),
        scopes=ScopePlan(ScopeRequest()),
        overwrite=True,
        devices=(box,),
    )


def _write_sheet(session: Session, folder: Path) -> bool:
    slot = session.slots[0]
    if not slot.last:
        return False
    frame = slot.last[0]
    # One thread of its own: drawing the sheet must not hold up the picture.
    backend = choose("native", 1).backend
    sheet = contact_sheet(slot.address, frame, slot.look, backend, View(ViewKind.FALSE_COLOR, preset("ire")))
    path = folder / "contact-sheet.png"
    write_still(path, sheet, overwrite=True)
    say(f"contact sheet: {path}")
    return True
