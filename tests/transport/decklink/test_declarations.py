"""Our declarations of the driver's interfaces against the published order of their methods, and the client without a
driver. Truth: the numbered method lists of the reference, which foreign clients and an emulated driver agreed on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from livegrade.transport.decklink import _binding

PUBLISHED = {
    "IUnknown": {"QueryInterface": 0, "AddRef": 1, "Release": 2},
    "IDeckLinkIterator": {"Next": 3},
    "IDeckLink": {"GetDisplayName": 4},
    "IDeckLinkAPIInformation": {"GetString": 6},
    "IDeckLinkProfileAttributes": {"GetString": 6},
    "IDeckLinkStatus": {"GetString": 6},
    "IDeckLinkConfiguration": {"GetInt": 6},
    "IDeckLinkDisplayMode": {"GetFlags": 9},
    "IDeckLinkTimecode": {"GetTimecodeUserBits": 7},
    "IDeckLinkAncillaryPacket": {"GetDataStreamIndex": 7},
    "IDeckLinkAncillaryPacketIterator": {"Next": 3},
    "IDeckLinkVideoFrameAncillaryPackets": {"DetachAllPackets": 7},
    "IDeckLinkVideoFrameMetadataExtensions": {"GetBytes": 7},
    "IDeckLinkVideoFrame": {"GetBytes": 8, "GetAncillaryData": 10},
    "IDeckLinkMutableVideoFrame": {"SetFlags": 13, "SetTimecodeUserBits": 17},
    "IDeckLinkVideoInputFrame": {"GetStreamTime": 13, "GetHardwareReferenceTimestamp": 14},
    "IDeckLinkAudioInputPacket": {"GetPacketTime": 5},
    "IDeckLinkInputCallback": {"VideoInputFormatChanged": 3, "VideoInputFrameArrived": 4},
    "IDeckLinkVideoOutputCallback": {"ScheduledFrameCompleted": 3, "ScheduledPlaybackHasStopped": 4},
    "IDeckLinkMemoryAllocator": {"AllocateBuffer": 3, "Decommit": 6},
    "IDeckLinkInput": {
        "DoesSupportVideoMode": 3,
        "EnableVideoInput": 7,
        "SetVideoInputFrameMemoryAllocator": 10,
        "EnableAudioInput": 11,
        "StartStreams": 14,
        "SetCallback": 18,
        "GetHardwareReferenceClock": 19,
    },
    "IDeckLinkOutput": {
        "EnableVideoOutput": 7,
        "CreateVideoFrame": 10,
        "ScheduleVideoFrame": 13,
        "SetScheduledFrameCompletionCallback": 14,
        "EnableAudioOutput": 16,
        "ScheduleAudioSamples": 21,
        "StartScheduledPlayback": 25,
        "GetScheduledStreamTime": 28,
        "GetHardwareReferenceClock": 30,
    },
}


def test_every_method_stands_in_its_published_slot() -> None:
    placed = dict(_binding.slots())
    if not placed:
        pytest.skip("the compiler of this machine lays out its tables another way; x86-64 Linux and macOS are checked")
    published = {f"{interface}::{name}": slot for interface, rows in PUBLISHED.items() for name, slot in rows.items()}
    assert placed == published


def test_a_machine_without_a_driver_imports_and_is_told_why() -> None:
    """In a process of its own with an empty search path: another test may have loaded an emulated driver here. What is
    installed is asked (-P), and not the sources that the tests may be started beside."""
    probe = """
from livegrade.transport.decklink import _binding
if _binding.driver_version() is not None:
    raise SystemExit
assert _binding.cards() == []
try:
    _binding.modes(0, False)
except _binding.DriverError as error:
    print(error.call, hex(error.code), error, _binding.load_error(), sep="|")
"""
    run = subprocess.run(
        [sys.executable, "-P", "-c", probe],
        check=True,
        capture_output=True,
        text=True,
        env={"LD_LIBRARY_PATH": "", "PATH": ""},
    )
    if not run.stdout:
        pytest.skip("a DeckLink driver is installed on this machine")
    call, code, sentence, why = run.stdout.strip().split("|")
    assert (call, code) == ("CreateDeckLinkIteratorInstance", "0x80000008")
    assert sentence == "CreateDeckLinkIteratorInstance answered 0x80000008"
    assert "libDeckLinkAPI.so" in why
