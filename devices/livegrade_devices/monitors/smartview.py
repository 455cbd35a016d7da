"""Blackmagic SmartView and SmartScope: which LUT a monitor shows, its tally border, picture and scopes, over TCP 9992.

LUTs themselves are loaded into its two banks with Blackmagic's own program; no way to send them is known. Source:
bitfocus/companion-module-bmd-smartview (MIT).
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from livegrade.errors import DeviceRefusedError, UsageError
from livegrade_devices.blocks import Block, Dialogue, read_opening
from livegrade_devices.device import Capabilities, Device, Identity
from livegrade_devices.kinds import Kind, Service
from livegrade_devices.unit import UnitState
from livegrade_devices.wires.lines import Lines

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from livegrade_devices.address import DeviceAddress
    from livegrade_devices.device import Report
    from livegrade_devices.wires.values import Wires

PORT = 9992
PING_S = 10.0
MODEL = "SMARTVIEW DEVICE"
SIDES = {"a": "MONITOR A", "b": "MONITOR B"}
LEVELS = ("brightness", "contrast", "saturation")
WORDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "lut": ("LUT", {"1": "0", "2": "1", "none": "NONE"}),
    "border": ("Border", {"none": "None", "red": "red", "green": "green", "blue": "blue", "white": "white"}),
    "identify": ("Identify", {"on": "true", "off": "false"}),
    "input": ("MonitorInput", {"sdi-a": "SDI A", "sdi-b": "SDI B", "optical": "OPTICAL"}),
    "scope": (
        "ScopeMode",
        {
            "picture": "Picture",
            "waveform": "WaveformLuma",
            "vector-100": "Vector100",
            "vector-75": "Vector75",
            "parade-rgb": "ParadeRGB",
            "parade-yuv": "ParadeYUV",
            "histogram": "Histogram",
            "audio-dbfs": "AudioDbfs",
            "audio-dbvu": "AudioDbvu",
        },
    ),
}
"""Setting: the line of a monitor's block, and its values, ours first."""
LINES = frozenset({*(level.capitalize() for level in LEVELS), *(line for line, _ in WORDS.values())})
LONGEST = 40


class SmartView:
    """The monitors of one unit, as they say they are. `names`: settings, with the monitor behind: lut_a, border_b; a
    unit with one monitor has those of one."""

    def __init__(self, device: object, dialogue: Dialogue) -> None:
        self.identity = Identity()
        self.monitors: dict[str, dict[str, str]] = {}
        self.names: frozenset[str] = frozenset()
        self._device = device
        self._dialogue = dialogue

    @property
    def known(self) -> bool:
        """Enough to work with."""
        return bool(self.identity.model and self.monitors)

    async def set(self, name: str, value: float | str) -> bool:
        """As `SettingPort.set`: levels are 0 to 255, all else is a word."""
        if name not in self.names:
            raise UsageError(f"{self._device}: {name[:40]} cannot be set; {', '.join(sorted(self.names))} can")
        try:
            title, line = asked(name, value)
        except ValueError as error:
            raise UsageError(f"{self._device}: {error}") from None
        await self._dialogue.say(Block(title, (line,)))
        return True

    @property
    def state(self) -> UnitState:
        """By the names of the settings, and in their words."""
        values: dict[str, str] = {}
        for side, title in SIDES.items():
            said = self.monitors.get(title, {})
            values |= {f"{level}_{side}": said[line] for level in LEVELS if (line := level.capitalize()) in said}
            for setting, (line, words) in WORDS.items():
                ours = [word for word, theirs in words.items() if theirs == said.get(line)]
                values |= {f"{setting}_{side}": word for word in ours}
        return UnitState(values)

    async def take(self, block: Block) -> bool:
        """Learns what a block says; whether a monitor said something."""
        if block.word:
            self._dialogue.answers.came(block.title)
        elif block.title == MODEL:
            said = block.named()
            self.identity = Identity(said.get("Model", said.get("Model name", "SmartView")), said.get("Name", ""))
        elif block.title in SIDES.values():
            said = {line: value[:LONGEST] for line, value in block.named().items() if line in LINES}
            self.monitors[block.title] = {**self.monitors.get(block.title, {}), **said}
            sides = [side for side, title in SIDES.items() if title in self.monitors]
            self.names = frozenset(f"{name}_{side}" for name in (*LEVELS, *WORDS) for side in sides)
            return True
        return False


def asked(name: str, value: float | str) -> tuple[str, str]:
    """The block of a setting and its line. Raises ValueError with what is wanted."""
    setting, _, side = name.rpartition("_")
    text = f"{value:g}" if isinstance(value, float | int) else value.strip().lower()
    if setting in LEVELS:
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 255):
            raise ValueError(f"{name} is a whole number from 0 to 255, not {text[:40]!r}")
        return SIDES[side], f"{setting.capitalize()}: {int(text)}"
    line, values = WORDS[setting]
    if text not in values:
        raise ValueError(f"{name} is one of {', '.join(values)}, not {text[:40]!r}")
    return SIDES[side], f"{line}: {values[text]}"


@contextlib.asynccontextmanager
async def connect(address: DeviceAddress, wires: Wires) -> AsyncIterator[Device]:
    """As `Kind.connect`."""
    async with wires.tcp(address, address.host, address.port or PORT) as stream:
        lines = Lines(stream, address)
        dialogue = Dialogue(stream, address)
        unit = SmartView(address, dialogue)
        await read_opening(lines, unit.take, lambda: unit.known)
        if not unit.known:
            raise DeviceRefusedError(address, "it does not introduce itself as a SmartView")

        async def listen(report: Report) -> None:
            await dialogue.follow(lines, unit.take, lambda: unit.state, report, PING_S)

        yield Device(unit.identity, Capabilities(confirms=True), listen, settings=unit)


KIND = Kind(
    "smartview",
    "Blackmagic SmartView or SmartScope",
    connect,
    PORT,
    services=(Service("_blackmagic._tcp", port=PORT),),
)
