"""`decklink:INDEX` as a source: the signal at a connector of an SDI card. No signal, another format and a card that is
pulled are states; the picture comes back by itself.

Numbers come from the card's own count of time, so that a picture that it lost is a gap; sound is laid on the same time.
What a picture becomes is in `decklinkframes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.capture.decklinkframes import CardFrames
from livegrade.capture.decklinkpicture import NO_SOURCE
from livegrade.capture.sound import SAMPLE_RATE
from livegrade.capture.source import Ended, NoSignal, SourceKind
from livegrade.errors import FormatError, MediaError, PoolExhaustedError, SourceError, UsageError
from livegrade.transport.decklink import cards, modes
from livegrade.transport.decklink._binding import Capture, DriverError, FormatChange, Picture, supports
from livegrade.transport.decklink._binding import modes as modes_of
from livegrade.video.layouts import layout

if TYPE_CHECKING:
    from livegrade.capture.source import CaptureOptions
    from livegrade.timing.clock import Clock
    from livegrade.transport.address import SourceAddress
    from livegrade.transport.decklink._binding import CardFacts, Mode
    from livegrade.video.format import VideoFormat
    from livegrade.video.frame import Frame

AUTO_LAYOUT, AUTO_RGB, AUTO_RGB12 = "v210", "r210", "R12B"
"""How Y'CbCr, RGB and RGB of 12 bits are taken where the user does not say."""
DARK_AFTER = 2
"""Pictures without a signal, or without their memory, that make it lost; one alone comes with every change of format.
"""
FIRST_PICTURE_NS = 400_000_000
"""How long a card may take to begin, also in another format; who stops the source waits as long."""
GONE_PERIODS = 2.5
"""Without a picture for so long, it is looked whether the card is still there; a loss is told within three."""
STILL_NS = 2_000_000_000
"""A card that is there and has called for nothing at all for so long is opened anew; without a signal it calls too."""
LEAST_STALL_NS = 50_000_000
"""A card that is there stands still when it was silent for that long too: a busy machine is late."""
_MAX_CHANNELS = 16


class DeckLinkSource:
    """Owns one input of one card while it is open."""

    kind = SourceKind.SIGNAL

    def __init__(self, address: SourceAddress, options: CaptureOptions, clock: Clock) -> None:
        self.address = str(address)
        if not address.target.isdecimal() or len(address.target) > 3:
            raise UsageError(f"'{address}': write a card as decklink:0, decklink:1...; `livegrade sources` lists them")
        self._number = int(address.target)
        self._mode = address.option("mode") or "auto"
        self._connection = cards.CONNECTIONS.get(address.option("connection") or "")
        self._layout = address.option("layout") or AUTO_LAYOUT
        self._with_sound = address.option("audio") != "off"
        if self._layout not in modes.PIXEL_FORMATS:
            raise UsageError(f"'{address}': layout= takes {', '.join(modes.PIXEL_FORMATS)} here")
        self._options = options
        self._clock = clock
        self._card: CardFacts | None = None
        self._known: cards.Identity | None = None
        self._capture: Capture | None = None
        self._frames = CardFrames(options, with_sound=self._with_sound)
        self._lost: NoSignal | None = None
        self._refused: str | None = None
        self._missed = self._without = 0
        self._waited = False
        self._gone_ns = self._still_ns = FIRST_PICTURE_NS
        self._heard_ns = self._called_ns = 0
        self._names: dict[int, str] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        card, format = self._card, self._frames.format
        late_ms = self._frames.time.sound.lag * 1000 // SAMPLE_RATE
        notes = (
            f"receiving through the {self._connector(card)} connector of the {card.name}" if card and format else None,
            f"sound is {late_ms} ms behind the picture" if late_ms else None,
            f"pictures lost before they could be taken: {self._missed}" if self._missed else None,
            self._without_packets(card, format),
        )
        return tuple(note for note in notes if note)

    @staticmethod
    def _without_packets(card: CardFacts | None, format: VideoFormat | None) -> str | None:
        if card is None or format is None or not card.anc_needs_v210 or format.layout.name == "v210":
            return None
        return (
            f"the {card.name} gives ancillary packets with v210 only, not with {format.layout.name}: what a camera "
            "tells in packets, such as that it records, does not arrive"
        )

    @property
    def length(self) -> None:
        """A live source does not end."""

    # ---- opening

    def open(self) -> None:
        """Begins to capture, whether there is a signal or not. Raises SourceError for a card, connector or mode that is
        not there; MediaError where that may change: the input is in use, the card is gone for now."""
        try:
            card = self._card = cards.find(self._number, self._known)
        except SourceError as error:
            raise self._refusal(str(error), temporary=self._known is not None) from None
        mode, detect = self._chosen_mode(card)
        try:
            capture = self._made(card, mode, detect)
            capture.start()
        except (DriverError, IndexError) as error:
            raise self._driver_refused(error, card) from None
        self._capture, self._known, self._waited = capture, cards.Identity.of(card), True
        self._gone_ns = self._still_ns = FIRST_PICTURE_NS
        self._refused = None
        self._frames.time.begin_anew()

    def _made(self, card: CardFacts, mode: Mode, detect: bool) -> Capture:
        chosen = modes.PIXEL_FORMATS[self._layout]
        is_rgb = not layout(self._layout).is_ycbcr
        rgb, rgb12 = (self._layout, self._layout) if is_rgb else (AUTO_RGB, AUTO_RGB12)
        return Capture(
            card.index,
            mode=mode.code,
            pixel_format=modes.PIXEL_FORMATS["v210"] if is_rgb and detect else chosen,
            rgb_format=modes.PIXEL_FORMATS[rgb],
            rgb12_format=modes.PIXEL_FORMATS[rgb12],
            detect=detect,
            connection=self._connection,
            audio_channels=self._channels(card),
            buffers=self._frames.buffers(mode, (AUTO_LAYOUT, rgb, rgb12, self._layout)),
        )

    def _channels(self, card: CardFacts) -> int:
        return min(_MAX_CHANNELS, card.max_audio_channels or _MAX_CHANNELS) if self._with_sound else 0

    def _chosen_mode(self, card: CardFacts) -> tuple[Mode, bool]:
        """What to open the input in, and whether the card is to find out what comes. Raises SourceError."""
        if not card.captures:
            raise self._refusal(f"the {card.name} has no input")
        if self._connection is not None and not card.input_connections & self._connection:
            has = ", ".join(cards.connectors(card.input_connections))
            raise self._refusal(f"the {card.name} has no {cards.connector(self._connection)} input; it has {has}")
        try:
            offered = modes_of(card.index, output=False)
        except (DriverError, IndexError) as error:
            raise self._driver_refused(error, card) from None
        self._names = {mode.code: modes.name_of(mode) for mode in offered}
        if self._mode != "auto":
            try:
                mode = modes.mode_called(self._mode, offered)
            except UsageError as error:
                raise UsageError(f"'{self.address}': {error}") from None
            self._require(card, mode, offered)
            return mode, False
        if not card.detects_format:
            raise self._refusal(f"the {card.name} cannot tell which signal comes; write it, as in ,mode=1080p25")
        by_code = {mode.code: mode for mode in offered}
        likely = by_code.get(card.detected_mode or 0) or by_code.get(modes.DEFAULT_MODE)
        return likely or offered[0], True

    def _require(self, card: CardFacts, mode: Mode, offered: list[Mode]) -> None:
        pixel_format = modes.PIXEL_FORMATS[self._layout]
        if not supports(card.index, False, self._connection or 0, mode.code, pixel_format)[0]:
            near = modes.names_of(offered, (mode.width, mode.height), modes.rate_of(mode))
            name = modes.name_of(mode)
            raise self._refusal(f"the {card.name} does not capture {name} as {self._layout} there; it knows {near}")

    def _driver_refused(self, error: DriverError | IndexError, card: CardFacts) -> SourceError | MediaError:
        if isinstance(error, IndexError):
            return self._refusal(f"the {card.name} is gone", temporary=True)
        return self._refusal(cards.sentence(error, card, capture=True), temporary=True)

    def _refusal(self, fault: str, *, temporary: bool = False) -> SourceError | MediaError:
        """`temporary`: it may go another time, for who waits."""
        if temporary and (self._options.wait or self._known is not None):
            return MediaError(self.address, fault)
        return SourceError(f"{self.address}: {fault}")

    def close(self) -> None:
        capture, self._capture = self._capture, None
        if capture is not None and not capture.stop(cards.STOP_LIMIT_NS) and self._card is not None:
            raise MediaError(self.address, cards.does_not_stop(self._card, capture=True))

    # ---- reading

    def read(self) -> Frame | NoSignal | Ended:
        capture, card = self._capture, self._card
        if capture is None or card is None:
            raise UsageError(f"'{self.address}' is read before it is open")
        if self._waited:
            # Pictures that came between the opening and the first read are old; a change of format holds on.
            self._waited = False
            while (old := _next_of(capture, 0)) is not None:
                if isinstance(old, FormatChange):
                    self._changed(old)
            self._heard_ns = self._called_ns = self._clock.now_ns()
        for there in (False, True):
            got = self._read_on(capture, card, there)
            if got is not None:
                return got
            try:
                cards.find(self._number, self._known)
            except SourceError as error:
                return Ended(self._frames.time.index + 1, f"{self.address}: {error}")
        self._heard_ns = self._clock.now_ns()  # as long again until the next look
        fault = self._refused or f"the {card.name} gives no pictures"
        if self._heard_ns - self._called_ns >= STILL_NS:
            return Ended(self._frames.time.index + 1, fault)  # in the same words: it was told as a loss
        return self._dark(fault)

    def _read_on(self, capture: Capture, card: CardFacts, there: bool) -> Frame | NoSignal | None:
        """None: the card has not called for too long. `there`: it is not gone."""
        while True:
            left_ns = self._heard_ns + (self._still_ns if there else self._gone_ns) - self._clock.now_ns()
            got = _next_of(capture, max(0, left_ns))
            if got is None:
                if left_ns <= 0:
                    return None
                continue
            self._heard_ns = self._called_ns = self._clock.now_ns()
            if isinstance(got, FormatChange):
                self._changed(got)
                if self._refused is not None:
                    return self._dark(self._refused)
            elif isinstance(got, Picture) and not got.flags & NO_SOURCE:
                return self._taken(got)
            else:
                self._without += 1
                if self._without >= DARK_AFTER:
                    failed = cards.sentence(got, card, capture=True) if isinstance(got, DriverError) else None
                    return self._dark(self._refused or failed or self._nothing(capture, card))

    def _changed(self, change: FormatChange) -> None:
        """A format that the driver refused is the reason for all darkness until another one or a picture comes."""
        if not change.restarted:
            return
        self._refused = None
        if change.failed is not None:
            self._refused = f"{modes.name_of(change.mode)} comes, which cannot be captured"
        else:
            self._frames.time.begin_anew()
            self._gone_ns = self._still_ns = FIRST_PICTURE_NS

    def _taken(self, picture: Picture) -> Frame | NoSignal:
        arrived_ns = self._clock.of_counter_ns(picture.arrived_ns)
        try:
            frame = self._frames.frame(picture, arrived_ns)
        except (FormatError, PoolExhaustedError) as error:
            return self._dark(str(error))
        self._lost = self._refused = None
        self._without = 0
        self._missed = picture.missed
        self._gone_ns = int(GONE_PERIODS * frame.format.rate.period_ns)
        self._still_ns = max(LEAST_STALL_NS, self._gone_ns)
        return frame

    def _dark(self, reason: str) -> NoSignal:
        since_ns = self._lost.since_ns if self._lost is not None else self._clock.now_ns()
        if self._lost is None or self._lost.reason != reason:
            self._lost = NoSignal(reason, since_ns)
        return self._lost

    def _nothing(self, capture: Capture, card: CardFacts) -> str:
        """No signal; or another one than was asked for, where the card tells which."""
        where = f"the {self._connector(card)} connector of the {card.name}"
        locked, code = capture.status()
        comes = self._names.get(code or 0)
        if self._mode == "auto" or not locked or comes is None:
            return f"no signal at {where}"
        return f"{comes} comes at {where} and mode={self._mode} was asked for; leave mode= out, and it is found out"

    def _connector(self, card: CardFacts | None) -> str:
        return cards.connector(self._connection or (card.input_connection if card is not None else None))


def _next_of(capture: Capture, timeout_ns: int) -> Picture | FormatChange | DriverError | None:
    """What the card has next; the error for a picture whose memory the driver does not give."""
    try:
        return capture.take(timeout_ns)
    except DriverError as error:
        return error
