"""`decklink:INDEX` as an output: pictures, sound, timecode and ancillary packets at a connector of an SDI card.

The card has a clock of its own, and a picture is handed over at each of its ticks. `preroll` pictures wait in the card,
the one on the cable among them: that is the delay which it adds, and the time that a picture may be late. A v210 source
in the source view goes out word for word. A card that is pulled or fails is tried again; a signal that it cannot show,
or is told not to follow, leaves the mode as it was, with the last picture, black or bars.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from livegrade.errors import FormatError, SinkError, SourceError, UsageError
from livegrade.outputs.decklinkpicture import eotf_of, kinds_of
from livegrade.outputs.decklinkplay import Beside, Playing
from livegrade.outputs.sink import CardCounts, Tick
from livegrade.timing.backoff import Backoff
from livegrade.transport.decklink import cards, modes
from livegrade.transport.decklink._binding import DriverError, supports
from livegrade.transport.decklink._binding import modes as modes_of
from livegrade.video.format import Range
from livegrade.video.latency import Percentiles
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from livegrade.outputs.decklinkplay import Begun, SetUp
    from livegrade.outputs.sink import StreamStart
    from livegrade.timing.clock import Clock
    from livegrade.transport.address import SinkAddress
    from livegrade.transport.decklink._binding import CardFacts, Mode
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

PREROLL = 3
"""Pictures scheduled ahead: one on the cable, one to follow it, and one for a thread that is late."""
GONE_PERIODS = 2.5
"""Without a tick for so long, it is looked whether the card is still there."""
STILL_NS = 500_000_000
"""A card that is there and shows no other picture for so long stands still, and is set up anew."""
_FULL_RGB = frozenset({"R12B", "R12L", "bgra"})
"""RGB that SDI carries from 0 up; the 10-bit ones are 64 to 940, as they are captured."""


class DeckLinkSink:
    """Owns one output of one card while it is open."""

    lossy = False

    def __init__(self, address: SinkAddress, clock: Clock) -> None:
        self.address = str(address)
        self.frames_written = 0
        self.delay_ns = Percentiles()
        if not address.target.isdecimal() or len(address.target) > 3:
            raise UsageError(f"'{address}': write a card as decklink:0, decklink:1...; `livegrade sources` lists them")
        self._number = int(address.target)
        self._layout = address.option("layout") or "v210"
        if self._layout not in modes.PIXEL_FORMATS:
            raise UsageError(f"'{address}': layout= takes {', '.join(modes.PIXEL_FORMATS)} here")
        self._preroll = int(address.option("preroll") or PREROLL)
        self._follows = address.option("on-change") != "hold"
        self._on_loss = address.on_loss
        self._beside = Beside(address.option("audio") != "off", kinds_of(address.option("packets")))
        self._clock = clock
        self._card: CardFacts | None = None
        self._modes: tuple[Mode, ...] = ()
        self._playing: Playing | None = None
        self._format: VideoFormat | None = None
        self._setup: SetUp | None = None
        self._still: Frame | None = None
        self._held = ""
        self._away = ""
        self._stuck: str | None = None
        self._lines = 0
        self._counted: tuple[CardCounts, Playing | None] = CardCounts(), None  # before, and what is still to be stopped
        self._ticked_ns = 0
        self._backoff = Backoff()
        self._try_at_ns = 0

    # ---- what it can show

    def prepare(self) -> None:
        """Finds the card. Raises SinkError: no driver, no such card, no output on it."""
        if self._card is not None:
            return
        try:
            self._find()
        except SourceError as error:
            raise SinkError(f"{self.address}: {error}") from None

    def _find(self) -> CardFacts:
        """Raises SourceError."""
        known = None if self._card is None else cards.Identity.of(self._card)
        card = cards.find(self._number, known)
        if not card.plays:
            raise SourceError(f"the {card.name} has no output")
        try:
            self._modes = tuple(modes_of(card.index, output=True))
        except (DriverError, IndexError) as error:
            raise SourceError(_refusal(error, card)) from None
        self._card = card
        return card

    def accept(self, source: VideoFormat) -> VideoFormat:
        """v210, or what `layout=` says, in a mode of the card. Raises SinkError, with what the card can show, for the
        first pictures; later ones that it cannot show leave its picture as it was."""
        self.prepare()
        span = Range.FULL if self._layout in _FULL_RGB else Range.LEGAL
        format = replace(source, layout=layout(self._layout), range=span)
        if self._format is None and self._mode_for(format) is None:
            raise SinkError(f"{self.address}: {self._cannot(format)}")
        return format

    def _mode_for(self, format: VideoFormat) -> Mode | None:
        mode, card = modes.mode_for(format, self._modes), self._card
        if mode is None or card is None:
            return None
        try:
            able, _ = supports(card.index, True, 0, mode.code, modes.PIXEL_FORMATS[format.layout.name])
        except (DriverError, IndexError):
            return mode  # the card has gone, which is said elsewhere
        return mode if able else None

    def _cannot(self, format: VideoFormat) -> str:
        name = "card" if self._card is None else self._card.name
        near = modes.names_of(self._modes, (format.width, format.height), format.rate)
        return f"the {name} does not play {format}; it plays {near}"

    # ---- pictures

    def open(self, format: VideoFormat, start: StreamStart) -> None:
        """The next picture has this format. The card is set up with that picture, unless it goes on in the mode it
        has, or had before it was pulled."""
        del start
        self.prepare()
        setup, mode = self._setup, self._mode_for(format)
        self._held = ""
        if setup is not None and not setup.shows(format, mode):
            if mode is None:
                self._held = f"{self.address}: {self._cannot(format)}; it goes on with {setup.name}"
            elif not self._follows and setup.mode.code != mode.code:
                self._held = f"{self.address} stays at {setup.name} (on-change=hold); the signal is {format}"
            elif self._playing is not None:
                self._stop()
        self._format = format

    def write(self, frame: Frame) -> str | None:
        if self._format is None:
            raise SinkError(f"{self.address} is not open")
        if frame.format != self._format:
            raise FormatError(f"{self.address} was opened for {self._format} and got {frame.format}")
        playing = self._playing
        if playing is None or (playing.misleads(frame) and not self._held):
            return self._begin(frame)
        try:
            if self._held:
                playing.hold(self._on_loss)
                return self._held
            if not playing.write(frame):
                return f"{self.address}: the {playing.card.name} takes no pictures"
        except (DriverError, IndexError) as error:
            return self._lose(_refusal(error, playing.card))
        self.frames_written += 1
        return None

    def _begin(self, frame: Frame) -> str | None:
        """Sets the card up for the format of `frame` and shows it; for the one that is held, with what stays. Raises
        SinkError the first time; later the card is tried again."""
        now_ns = self._clock.now_ns()
        if now_ns < self._try_at_ns:
            return self._away
        self._stop()
        if self._held and self._still is not None:
            frame = self._still
        try:
            card, mode = self._find(), self._mode_for(frame.format)
        except SourceError as error:
            return self._later(f"{self.address}: {error}")
        if mode is None:
            return self._later(f"{self.address}: {self._cannot(frame.format)}")
        try:
            playing = Playing(card, mode, frame, self._preroll, self._beside)
            playing.start(frame)
        except (DriverError, IndexError) as error:
            if self._has_gone():
                return self._away
            fault = self._stuck or f"{self.address}: {_refusal(error, card)}"
            if not self._lines:
                raise SinkError(fault) from None
            return self._later(fault)
        came_back = CardCounts(restarts=int(bool(self._away and self._lines)))
        self._counted = self._counted[0] + came_back, playing
        self._playing, self._setup, self._still = playing, playing.setup, None
        self._ticked_ns = self._clock.now_ns()
        self._away, self._stuck = "", None
        self._lines += 1
        self._backoff.worked(now_ns)
        if self._held:
            return self._held
        self.frames_written += 1
        return None

    def _later(self, fault: str) -> str:
        now_ns = self._clock.now_ns()
        self._try_at_ns = now_ns + self._backoff.failed(now_ns)
        self._away = fault
        return fault

    def _lose(self, fault: str) -> str:
        playing, self._playing = self._playing, None
        if playing is not None:
            # To stop one that has gone may take a second; the state is told first.
            self._still = playing.still(self._on_loss)
        return self._later(f"{self.address}: {fault}")

    def wait_tick(self, timeout_ns: int) -> Tick | None:
        playing = self._playing
        if playing is None:
            return None
        now_ns = self._clock.now_ns()
        began = self._wait(playing, now_ns + min(timeout_ns, int(GONE_PERIODS * playing.period_ns)))
        if began is None and not self._has_gone():
            began = self._wait(playing, now_ns + timeout_ns)
            if began is None and self._clock.now_ns() - self._ticked_ns >= STILL_NS:
                self._lose(f"the {playing.card.name} shows no pictures any more")
        if began is None:
            return None
        self._ticked_ns = self._clock.now_ns()
        at_ns = self._clock.of_counter_ns(began.host_ns)
        if began.captured_ns is not None:
            self.delay_ns.record(at_ns - began.captured_ns)
        return Tick(self._lines, began.number, at_ns)

    def _wait(self, playing: Playing, until_ns: int) -> Begun | None:
        """Until then on the program's clock."""
        while (began := playing.wait(max(0, until_ns - self._clock.now_ns()))) is None:
            if self._clock.now_ns() >= until_ns:
                return None
        return began

    def _has_gone(self) -> bool:
        """Whether the card is not there any more. It is let go then, and tried again."""
        card = self._card
        try:
            cards.find(self._number, cards.Identity.of(card) if card is not None else None)
        except SourceError as error:
            self._lose(str(error))
            return True
        return False

    # ---- what it says

    @property
    def notes(self) -> tuple[str, ...]:
        playing, format = self._playing, self._format
        if playing is None or format is None:
            return ()
        card = playing.card
        free = playing.runs_free
        tagged = eotf_of(format) is None or card.hdr
        refused = playing.refused()
        notes = (
            f"plays {playing.setup.name} on the {card.name}, {playing.preroll} pictures ahead",
            "it runs free, without a reference: now and then a picture is left out or shown twice" if free else None,
            "the driver does not take some timecodes or ancillary packets" if refused else None,
            None if tagged else f"the {card.name} cannot tell a monitor that this is {format.transfer.value}",
        )
        return tuple(note for note in notes if note)

    def counts(self) -> CardCounts:
        earlier, playing = self._counted
        return earlier if playing is None else earlier + playing.counts()

    def _stop(self) -> str | None:
        """Why the card goes on, as a sentence."""
        (earlier, playing), self._playing = self._counted, None
        if playing is None:
            return None
        at_rest = playing.stop()
        self._counted = earlier + playing.counts(), None
        self._stuck = None if at_rest else f"{self.address}: {cards.does_not_stop(playing.card, capture=False)}"
        return self._stuck

    def close(self) -> None:
        self._format = self._setup = self._still = None
        stuck = self._stop()
        if stuck is not None:
            raise SinkError(stuck)

    def abort(self) -> None:
        with contextlib.suppress(SinkError):
            self.close()


def _refusal(error: Exception, card: CardFacts) -> str:
    if isinstance(error, DriverError):
        return cards.sentence(error, card, capture=False)
    return f"the {card.name} is gone"
