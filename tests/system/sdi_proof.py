"""What the proofs of SDI in and out share: whether each picture at the output's connector has what came with it at the
input's, by the emulated driver's own log."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction

from livegrade_hardware.emulators.decklink import InputRecord, OutputRecord

SECOND_OF_PAIR = 2
"""The field mark."""


def fresh(ticks: Sequence[OutputRecord]) -> list[OutputRecord]:
    """The pictures in them, each once: one that is shown again has neither sound nor packets."""
    pairs = itertools.pairwise(ticks)
    return [record for before, record in pairs if record.index not in (-1, before.index)]


def require_whole(came: Iterable[InputRecord], shown: Iterable[OutputRecord], rate: Fraction) -> None:
    """Each picture that was shown has the timecode and the packets that came with it, its own among them, and sound
    without a hole. `rate`: frames a second."""
    told = {record.index: record for record in came}
    for record in shown:
        source = told[record.index]
        [sent] = source.timecodes.values()
        carrier = "rp12" if rate > 30 and sent.flags & SECOND_OF_PAIR else "rpv1"
        assert record.timecodes[carrier] == sent
        assert record.counter_packet == record.index
        assert (record.packets, record.packets_sum) == (source.packets, source.packets_sum)
        assert record.sound_missing == 0
