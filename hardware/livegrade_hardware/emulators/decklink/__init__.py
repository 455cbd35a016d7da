"""An emulated DeckLink driver for Linux: cards with a signal generator, outputs with a log, and whatever can go wrong,
so that clients of real cards run and are proved without one.

It is a library of the driver's own name, libDeckLinkAPI.so, written in C++ from the interface's facts (folder `driver`)
and built here with the system's compiler when it is first wanted; the built library is never shipped. Load it into this
process before a client looks for the driver (`EmulatedDriver.load`), or give a child process `child_environment`. Each
process has cards of its own.
"""

from livegrade_hardware.emulators.decklink.build import library
from livegrade_hardware.emulators.decklink.card import BesidePicture, EmulatedCard
from livegrade_hardware.emulators.decklink.driver import EmulatedDriver, SettingError, Ticked, child_environment
from livegrade_hardware.emulators.decklink.log import (
    Continuity,
    InputRecord,
    LoggedTimecode,
    OutputRecord,
    continuity,
    read_log,
    sound_offsets,
)

__all__ = [
    "BesidePicture",
    "Continuity",
    "EmulatedCard",
    "EmulatedDriver",
    "InputRecord",
    "LoggedTimecode",
    "OutputRecord",
    "SettingError",
    "Ticked",
    "child_environment",
    "continuity",
    "library",
    "read_log",
    "sound_offsets",
]
