"""The emulated driver's own log of every tick of an input or output: parsed records, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

SOUND_MODULUS = 1 << 24
"""The generator's sound counts samples modulo this; channel c is c * 65536 ahead of channel 0."""


@dataclass(frozen=True, slots=True)
class LoggedTimecode:
    """`text`: "10:00:00:00", with ; before the frames in drop-frame. `flags`: 1 drop frame, 2 field mark, 8 trigger
    embedded, 16 triggered. `user_bits`: 32 bits."""

    text: str
    flags: int
    user_bits: int


@dataclass(frozen=True, slots=True)
class InputRecord:
    """One tick of an input while its streams ran.

    `fate`: delivered; no-source (delivered without a signal); change (the client was told of another format and started
    anew with the next tick); dropped (on command, or no call-back was set); starved
    (the client held every buffer, or was too slow). `index`: the generator's count, burned into the picture. `number`:
    frames since the streams were started. `host_ns`: time.perf_counter_ns. `sum`: checksum of the picture, 0 unless
    asked for. `sound_first`: count of its first sample since the generator began.
    """

    card: int
    index: int
    host_ns: int
    number: int
    fate: str
    sum: int
    timecodes: Mapping[str, LoggedTimecode]
    packets: int
    packets_sum: int
    sound_first: int
    sound_count: int


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """One tick of an output while it was enabled.

    `fate`: shown, late (shown, past its time), repeat (nothing was due, the picture before stays), black (nothing yet).
    `time`: of the tick on the playback's time line, in units of 1/scale of the mode. `index`: what was read out of the
    picture, -1 where no index is burned in. `sum`: as in InputRecord. `counter_packet`: the index in the counter
    packet, -1 without one. `sound_at`: position of the tick in samples on the playback's time line; `sound_first`:
    counter in the first sample (modulo 2**24), -1 for silence or none; `sound_breaks`: samples that did not follow the
    one before, or whose channels did not agree; `sound_missing`: samples that the client had not delivered.
    """

    card: int
    tick: int
    host_ns: int
    time: int
    fate: str
    index: int
    sum: int
    timecodes: Mapping[str, LoggedTimecode]
    packets: int
    packets_sum: int
    counter_packet: int
    sound_at: int
    sound_first: int
    sound_count: int
    sound_breaks: int
    sound_missing: int


@dataclass(frozen=True, slots=True)
class Continuity:
    """What an observer at the connector counts, from the first picture with an index to the last one.

    `pictures`: with an index, each once. `gaps`: indices that were left out. `repeats`: ticks on which an index was
    shown again. `backward`: indices smaller than the one before. `black`: ticks without a picture.
    """

    pictures: int
    gaps: int
    repeats: int
    backward: int
    black: int


def continuity(records: Iterable[OutputRecord]) -> Continuity:
    """Counts over the burned-in indices of all ticks, whatever the driver or the client said of them."""
    pictures = gaps = repeats = backward = black = 0
    last: int | None = None
    for record in records:
        if record.index < 0:
            black += last is not None
            continue
        if last is None or record.index > last:
            pictures += 1
            gaps += 0 if last is None else record.index - last - 1
        elif record.index == last:
            repeats += 1
        else:
            backward += 1
        last = record.index
    return Continuity(pictures, gaps, repeats, backward, black)


def sound_offsets(inputs: Iterable[InputRecord], outputs: Iterable[OutputRecord], rate: Fraction) -> set[int]:
    """By how many samples the sound of each shown picture comes later than it came in with that picture; one value is a
    constant offset. `rate`: of both modes, in frames a second. Ticks that repeat a picture, and silent ones, do not
    count.

    Where a frame has no whole number of samples, a frame's sound begins at the next whole one; that is allowed for.
    """
    first_of = {record.index: record.sound_first for record in inputs if record.fate == "delivered"}
    samples = Fraction(48000) / rate
    offsets = set()
    for record in outputs:
        if record.fate not in {"shown", "late"} or record.index not in first_of or record.sound_first < 0:
            continue
        frame = round(record.sound_at / samples)  # of the tick, on the time line of the playback
        expected = first_of[record.index] + (record.sound_at - int(frame * samples))
        late = (expected - record.sound_first) % SOUND_MODULUS
        offsets.add(late - SOUND_MODULUS if late >= SOUND_MODULUS // 2 else late)
    return offsets


def read_log(path: Path) -> tuple[list[InputRecord], list[OutputRecord]]:
    """Both kinds of records of a log file, of all cards; a last line that was cut off is left out."""
    lines = path.read_text(encoding="ascii").splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n")]
    inputs = [input_record(line) for line in whole if line.startswith("in ")]
    return inputs, [output_record(line) for line in whole if line.startswith("out ")]


def input_record(line: str) -> InputRecord:
    """A line that begins with "in"."""
    _, card, index, host, number, fate, summed, timecodes, packets, packets_sum, first, count = line.split()
    return InputRecord(
        card=int(card),
        index=int(index),
        host_ns=int(host),
        number=int(number),
        fate=fate,
        sum=int(summed, 16),
        timecodes=_timecodes(timecodes),
        packets=int(packets),
        packets_sum=int(packets_sum, 16),
        sound_first=int(first),
        sound_count=int(count),
    )


def output_record(line: str) -> OutputRecord:
    """A line that begins with "out"."""
    words: Sequence[str] = line.split()
    _, card, tick, host, time, fate, index, summed, timecodes, packets, packets_sum, *rest = words
    counter, at, first, count, breaks, missing = (int(word) for word in rest)
    return OutputRecord(
        card=int(card),
        tick=int(tick),
        host_ns=int(host),
        time=int(time),
        fate=fate,
        index=int(index),
        sum=int(summed, 16),
        timecodes=_timecodes(timecodes),
        packets=int(packets),
        packets_sum=int(packets_sum, 16),
        counter_packet=counter,
        sound_at=at,
        sound_first=first,
        sound_count=count,
        sound_breaks=breaks,
        sound_missing=missing,
    )


def _timecodes(text: str) -> dict[str, LoggedTimecode]:
    found = {}
    for part in text.split("|") if text != "-" else ():
        carrier, _, value = part.partition("=")
        spelled, flags, bits = value.split("/")
        found[carrier] = LoggedTimecode(spelled, int(flags[1:], 16), int(bits[1:], 16))
    return found
