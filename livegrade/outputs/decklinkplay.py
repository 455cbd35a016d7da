"""A card's output at work in one mode: what is scheduled, and what the card began to show."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from livegrade.outputs.decklinkpicture import eotf_of, mastering_of, packets_of, timecode_of
from livegrade.outputs.fallback import bars, black
from livegrade.outputs.sink import CardCounts
from livegrade.outputs.sound import SoundTrack, pcm24
from livegrade.transport.address import OnLoss
from livegrade.transport.decklink import cards, modes, tags
from livegrade.transport.decklink._binding import Playout
from livegrade.video.frame import Frame
from livegrade.video.pool import Lease

if TYPE_CHECKING:
    from livegrade.transport.decklink._binding import CardFacts, Mode
    from livegrade.video.format import VideoFormat

CHANNELS = 16
SOUND_RATE = 48_000
REFERENCE_EVERY = 50
"""Pictures between two looks at the reference."""


class Begun(NamedTuple):
    """A picture that the card began to show. `number`: on its time line; `host_ns`: of the machine's performance
    counter; `captured_ns`: when the picture was captured, None where it had been shown before."""

    number: int
    host_ns: int
    captured_ns: int | None


class SetUp(NamedTuple):
    """What a card is set up for."""

    mode: Mode
    format: VideoFormat

    @property
    def name(self) -> str:
        return modes.name_of(self.mode)

    def shows(self, format: VideoFormat, mode: Mode | None) -> bool:
        """Whether pictures of `format` can go on as the card is set up."""
        return mode is not None and mode.code == self.mode.code and _key(self.format) == _key(format)


class Beside(NamedTuple):
    """What goes out beside the pictures. `packets`: kinds, by DID and SDID; None: all."""

    sound: bool
    packets: frozenset[tuple[int, int]] | None


class Playing:
    """One run of the card in one mode. Raises what the binding raises."""

    def __init__(self, card: CardFacts, mode: Mode, first: Frame, preroll: int, beside: Beside) -> None:
        format = first.format
        self.card = card
        self.setup = SetUp(mode, format)
        self.period_ns = first.format.rate.period_ns
        channels = min(CHANNELS, card.max_audio_channels or CHANNELS) if beside.sound else 0
        self._sound = SoundTrack(channels, SOUND_RATE, format.rate.fps) if channels else None
        self._kinds = beside.packets
        self.runs_free = False
        """Without a reference, when it was last looked at."""
        self._written = 0
        self._last: Lease | None = None
        self._still: Lease | None = None
        self._scheduled: deque[tuple[int, int | None]] = deque()
        eotf = eotf_of(format) if card.hdr else None
        self._tagged = eotf is not None
        values = mastering_of(first) if self._tagged else {}
        self._mastered = bool(values)
        self._playout = Playout(
            card.index,
            mode=mode.code,
            pixel_format=modes.PIXEL_FORMATS[format.layout.name],
            preroll=preroll,
            audio_channels=channels,
            colorspace=tags.SPACES[format.matrix] if card.colorspace else None,
            eotf=eotf,
            hdr_floats=values,
        )
        self.preroll = self._playout.preroll
        """Pictures that wait in the card: as many as were asked for, or as it needs at least."""

    def start(self, frame: Frame) -> None:
        """Fills the card with the first picture; its sound and its packets go with the last of them."""
        self._last = frame.pixels
        still = replace(frame, audio=None, ancillary=())
        for _ in range(self.preroll - 1):
            self.write(still)
        self.write(frame)

    def misleads(self, frame: Frame) -> bool:
        """Whether the card tells of the source's mastering display, and `frame` is not the source's picture."""
        return self._mastered and frame.drawn

    def write(self, frame: Frame) -> bool:
        """False where the card has not shown what it has."""
        if len(self._scheduled) >= self.preroll:
            return False
        self._still = None
        if self.card.has_reference and self._written % REFERENCE_EVERY == 0:
            self.runs_free = self._playout.reference()[0] is False
        self._written += 1
        timecode = timecode_of(frame)
        hfr = timecode is not None and timecode.format == tags.HFR_TIMECODE and self.card.hfr_timecode
        again = self._last is frame.pixels
        number = self._playout.write(
            frame.data,
            audio=pcm24(self._sound.next(frame.audio)) if self._sound is not None else None,
            timecode=timecode,
            hfr_timecode=hfr,
            packets=packets_of(frame, tagged=self._tagged, hfr=hfr, kinds=self._kinds),
        )
        if number is None:
            return False
        self._scheduled.append((number, None if again else frame.captured_ns))
        self._last = frame.pixels
        return True

    def hold(self, on_loss: OnLoss) -> None:
        """One more picture of the mode in force: black, bars, or the last one again."""
        if len(self._scheduled) >= self.preroll:
            return
        still = self._stays(on_loss)
        if still is None:
            return
        silence = pcm24(self._sound.next(None)) if self._sound is not None else None
        number = self._playout.write(still.data, audio=silence)
        if number is not None:
            self._scheduled.append((number, None))
            self._last = None

    def still(self, on_loss: OnLoss) -> Frame | None:
        """What `hold` shows, to begin another run of the card with; None before the first picture."""
        still = self._stays(on_loss)
        return None if still is None else Frame(still, self.setup.format, 0, 0)

    def _stays(self, on_loss: OnLoss) -> Lease | None:
        if self._still is None:
            charts = {OnLoss.BLACK: black, OnLoss.BARS: bars}
            self._still = Lease(charts[on_loss](self.setup.format)) if on_loss in charts else self._last
        return self._still

    def wait(self, timeout_ns: int) -> Begun | None:
        """Waits until the picture on the cable gives way to the next one: that one."""
        got = self._playout.wait_tick(timeout_ns)
        if got is None or not self._scheduled:
            return None
        done, _ = self._scheduled.popleft()
        number, captured_ns = self._scheduled[0] if self._scheduled else (done + 1, None)
        return Begun(number, got[0], captured_ns)

    def refused(self) -> int:
        """Timecodes and packets that the driver did not take."""
        return self._playout.counters().refused

    def counts(self) -> CardCounts:
        """Until now, or until it had stopped. Asks no driver."""
        counters = self._playout.counters()
        return CardCounts(
            late=counters.late,
            dropped=counters.dropped,
            underruns=counters.underruns,
            flushed=counters.flushed,
            sound_lost=counters.sound_lost,
        )

    def stop(self) -> bool:
        """False: the driver does not come to rest, and is left alone. Takes STOP_LIMIT_NS at most."""
        return self._playout.stop(cards.STOP_LIMIT_NS)


def _key(format: VideoFormat) -> tuple[object, ...]:
    """What a card is set up for, beside the mode."""
    return format.layout.name, format.matrix, format.transfer
