"""One emulated card under control: what comes in at it, what goes wrong, and what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from livegrade.video.ancillary import AncillaryPacket
from livegrade_hardware.emulators.decklink.log import InputRecord, OutputRecord, input_record, output_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

_PAGE = 5000
"""Log records fetched at once."""

Use = Literal["none", "capture", "playback", "both"]
Reference = Literal["locked", "unlocked", "none"]


@dataclass(frozen=True, slots=True)
class BesidePicture:
    """`ints` and `floats`: colour space and HDR metadata by the driver's own names (cspc, eotf, mcll ...)."""

    packets: tuple[AncillaryPacket, ...]
    ints: Mapping[str, int]
    floats: Mapping[str, float]


class EmulatedCard:
    """One card: the signal at its input, its faults, its logs. Made by `EmulatedDriver.card`."""

    def __init__(self, command: Callable[[str], str], index: int) -> None:
        self._command = command
        self.index = index

    def set(self, name: str, value: str | float | bool) -> None:
        """As EmulatedDriver.set, for this card: `card.set("drop-next", 1)`."""
        self._command(f"set {self.index}.{name} {spelled(value)}")

    def _set_all(self, **settings: str | float | bool | None) -> None:
        for name, value in settings.items():
            if value is not None:
                self.set(name.replace("_", "-"), value)

    def signal(
        self,
        mode: str | None,
        *,
        rgb: bool = False,
        depth: Literal[8, 10, 12] = 10,
        psf: bool = False,
        connection: Literal["sdi", "hdmi"] = "sdi",
    ) -> None:
        """What is plugged in: "1080p50" (also "720p59.94", "1080i50", "2160p25", "2Kp24 DCI", or the driver's own code,
        "Hp50"); None: nothing. `psf`: pictures are marked as captured from segmented frames."""
        self._set_all(rgb=rgb, depth=depth, psf=psf, connection=connection, signal=mode or "none")

    def pattern(self, picture: Literal["moving", "still"] | Path) -> None:
        """moving: an index and a square that changes with every picture; still: neither. A file holds raw pictures of
        just this size and pixel format one behind the other, and is shown in a loop as it is."""
        self.set("pattern", picture if isinstance(picture, str) else f"file:{picture}")

    def loop_from(self, card: int | None) -> None:
        """Plugs the output of that card into this input; `signal` must not be None. None: the generator again."""
        self.set("loop", "none" if card is None else card)

    def next_index(self, index: int) -> None:
        """The index of the next picture."""
        self.set("index", index)

    def timecode(
        self,
        start: str | None,
        *,
        carriers: Sequence[str] = ("rpv1",),
        user_bits: int = 0,
        running: bool = True,
    ) -> None:
        """RP188 timecode, "10:00:00:00" (";" before the frames for drop-frame) at the next picture and counting; None:
        none. `carriers`: rpv1, rp12, rplt count pairs above 30 frames a second and mark the second one; rphr counts
        frames."""
        self._set_all(
            timecode_carriers=",".join(carriers), user_bits=user_bits, timecode_running=running, timecode=start or "off"
        )

    def record_forms(
        self,
        *,
        flag: bool = False,
        bits: int = 0,
        packets: tuple[AncillaryPacket, AncillaryPacket] | None = None,
    ) -> None:
        """How the camera tells that it records: with the trigger flags of the timecode, with these user bits, with the
        first packet (the second one while it does not record)."""
        packed = "none" if packets is None else " ".join(map(_packet, packets))
        self._set_all(record_flag=flag, record_bits=bits, record_packets=packed)

    def record(self, on: bool) -> None:
        """From the next picture on."""
        self._set_all(record_frames="none", record=on)

    def record_frames(self, first: int, end: int | None = None, *, noise: Sequence[int] = ()) -> None:
        """Records from index `first` to the one before `end`; the pictures in `noise` tell the opposite."""
        self.set("record-noise", ",".join(map(str, noise)) or "none")
        self.set("record-frames", f"{first}-{'' if end is None else end}")

    def packets(self, packets: Iterable[AncillaryPacket]) -> None:
        """Ancillary packets of every picture from now on."""
        self.set("packets", " ".join(map(_packet, packets)) or "none")

    def counter_packet(self, on: bool) -> None:
        """A packet 5F/01 whose four bytes are the picture's index, so that the output's log tells whose packets those
        are."""
        self.set("counter-packet", on)

    def sound(self, on: bool) -> None:
        """The counting sound of the generator (log.py), or silence."""
        self.set("sound", on)

    def hdr(
        self, *, eotf: int | None = None, colorspace: str | None = None, values: Mapping[str, float] | None = None
    ) -> None:
        """`eotf`: 0 SDR, 1 traditional HDR, 2 PQ, 3 HLG. `colorspace`: r601, r709, 2020. `values`: hdrx ... fall."""
        floats = ",".join(f"{name}={value}" for name, value in (values or {}).items())
        self._set_all(eotf="none" if eotf is None else eotf, colorspace=colorspace or "none", hdr=floats or "none")

    def input_faults(
        self,
        *,
        drop_every: int | None = None,
        drop_next: int | None = None,
        refuse_next: int | None = None,
        buffers: int | None = None,
        buffers_ahead: bool | None = None,
        detect_frames: int | None = None,
    ) -> None:
        """`drop_every`: every n-th picture is lost, 0: none. `drop_next`: so many at once. `refuse_next`: so many come
        whose memory the driver does not give. `buffers`: pictures that a client may hold or be late before others are
        lost, in whose memory they ever are. `buffers_ahead`: an allocator is asked for all of them before the first
        picture and has them back at the end; else for each. `detect_frames`: pictures until a new format is noticed."""
        self._set_all(drop_every=drop_every, drop_next=drop_next, refuse_next=refuse_next)
        self._set_all(buffers=buffers, buffers_ahead=buffers_ahead, detect_frames=detect_frames)

    def output_faults(
        self, *, late_every: int | None = None, drop_every: int | None = None, skip_ticks: int | None = None
    ) -> None:
        """Every n-th scheduled frame is told late, or is dropped (0: none); `skip_ticks`: the card jumps ahead by so
        many."""
        self._set_all(late_every=late_every, out_drop_every=drop_every, skip_ticks=skip_ticks)

    def drift(self, *, input_ppm: float | None = None, output_ppm: float | None = None) -> None:
        """Parts per million by which each clock of this card is faster than true time."""
        self._set_all(in_drift=input_ppm, out_drift=output_ppm)

    def pull(self) -> None:
        """The card is gone: no call-back comes, nothing answers, it is not found."""
        self.set("present", False)

    def plug_in(self) -> None:
        """It is back, for those who look for cards anew."""
        self.set("present", True)

    def used_elsewhere(self, by: Use) -> None:
        """Another program has it: enabling that is refused."""
        self.set("busy", by)

    def hang_stop(self, seconds: float) -> None:
        """Stopping or pausing an input, or stopping playback, does not come back for so long."""
        self.set("hang-stop", seconds)

    def reference(self, state: Reference) -> None:
        """none: the card has no reference input."""
        self.set("reference", state)

    def abilities(
        self,
        *,
        captures: bool | None = None,
        plays: bool | None = None,
        detects: bool | None = None,
        hdr: bool | None = None,
        lines: int | None = None,
        least_preroll: int | None = None,
        packets_need_v210: bool | None = None,
    ) -> None:
        """What kind of card it is. `lines`: modes of more lines are not supported; `least_preroll`: pictures that it
        wants to have before it begins to show them; `packets_need_v210`: packets come with pictures in v210 only."""
        self._set_all(captures=captures, plays=plays, detects=detects, does_hdr=hdr, lines=lines)
        self._set_all(least_preroll=least_preroll, packets_need_v210=packets_need_v210)

    def sums(self, on: bool) -> None:
        """Whether the logs hold a checksum of every picture, both ways. Costs about half a millisecond each at 1080."""
        self._set_all(in_sums=on, out_sums=on)

    def save_next(self, path: Path) -> None:
        """Writes the next picture that the output shows, raw, to this file."""
        self.set("save", str(path))

    def input_log(self, start: int = 0) -> list[InputRecord]:
        """From record `start` on."""
        return [input_record(line) for line in self._log("in", start)]

    def output_log(self, start: int = 0) -> list[OutputRecord]:
        """From record `start` on."""
        return [output_record(line) for line in self._log("out", start)]

    def output_counters(self) -> dict[str, int]:
        """scheduled, completed, late, dropped, flushed, underruns, buffered."""
        return counts(self._command(f"counters {self.index}"))

    def beside_picture(self) -> BesidePicture:
        """What goes out with the picture that the output shows now."""
        packets, ints, floats = [], {}, {}
        for kind, *words in map(str.split, self._command(f"beside {self.index}").splitlines()):
            if kind == "packet":
                packets.append(_read_packet(words[0]))
            elif kind == "int":
                ints[words[0]] = int(words[1])
            else:
                floats[words[0]] = float(words[1])
        return BesidePicture(tuple(packets), ints, floats)

    def log_sizes(self) -> tuple[int, int]:
        """Records in the input's log and in the output's."""
        sizes = counts(self._command(f"log-sizes {self.index}"))
        return sizes["in"], sizes["out"]

    def _log(self, side: str, start: int) -> list[str]:
        lines: list[str] = []
        while page := self._command(f"log {self.index} {side} {start + len(lines)} {_PAGE}").splitlines():
            lines += page
        return lines


def spelled(value: str | float | bool) -> str:
    """A setting's value as the driver reads it."""
    return ("on" if value else "off") if isinstance(value, bool) else str(value)


def counts(text: str) -> dict[str, int]:
    """Lines "NAME COUNT", as the driver answers."""
    return {name: int(count) for name, _, count in (line.rpartition(" ") for line in text.splitlines())}


def _packet(packet: AncillaryPacket) -> str:
    return f"{packet.did:02x}/{packet.sdid:02x}@{packet.line}:{packet.data.hex()}"


def _read_packet(text: str) -> AncillaryPacket:
    head, _, data = text.partition(":")
    kind, _, line = head.partition("@")
    return AncillaryPacket(int(kind[:2], 16), int(kind[3:], 16), bytes.fromhex(data), int(line))
