"""`decklink:INDEX` as a source: the signal at a connector of an SDI card. No signal, another format and a card that is
pulled are states; the picture comes back by itself.

The picture stays in the driver's memory as long as few of them are held there, and is copied once otherwise: a card
that has no buffer left captures nothing. Numbers come from the card's own count of time, so that a picture that it lost
is a gap; sound is laid on the same time.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.decklinkpicture import (
    NO_SOURCE,
    picture_format,
    picture_metadata,
    picture_packets,
    picture_timecode,
)
from livegrade.capture.decklinktime import CardTime
from livegrade.capture.sound import SAMPLE_RATE
from livegrade.capture.source import Ended, NoSignal, SourceKind
from livegrade.errors import FormatError, MediaError, PoolExhaustedError, SourceError, UsageError
from livegrade.transport.decklink import cards, modes
from livegrade.transport.decklink._binding import Capture, DriverError, FormatChange, Picture, supports
from livegrade.transport.decklink._binding import modes as modes_of
from livegrade.video.frame import Frame
from livegrade.video.layouts import layout
from livegrade.video.pool import BufferPool, Lease

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from livegrade.capture.source import CaptureOptions
    from livegrade.timing.clock import Clock
    from livegrade.transport.address import SourceAddress
    from livegrade.transport.decklink._binding import CardFacts, Mode
    from livegrade.video.format import VideoFormat

AUTO_LAYOUT, AUTO_RGB, AUTO_RGB12 = "v210", "r210", "R12B"
"""How Y'CbCr, RGB and RGB of 12 bits are taken where the user does not say."""
DRIVERS_FRAMES = 6
"""Pictures that stay in the driver's memory at once; what goes on from there to slow readers is copied."""
OWN_FRAMES = 8
"""Buffers that a card captures into where the engine wants memory of its own kind (pinned, for a GPU)."""
DARK_AFTER = 2
"""Pictures without a signal, or without their memory, that make it lost; one alone comes with every change of format.
"""
FIRST_PICTURE_NS = 400_000_000
"""How long a card may take to begin; who stops the source waits as long."""
STALL_PERIODS = 2.5
LEAST_STALL_NS = 50_000_000
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
        self._shape: tuple[object, VideoFormat] | None = None
        self._pool: BufferPool | None = None
        self._own: set[int] = set()
        self._held: list[weakref.ref[NDArray[np.uint8]]] = []
        self._time = CardTime()
        self._lost: NoSignal | None = None
        self._refused: str | None = None
        self._missed = self._without = 0
        self._waited = False
        self._patience_ns = FIRST_PICTURE_NS

    @property
    def notes(self) -> tuple[str, ...]:
        card, shape = self._card, self._shape
        late_ms = self._time.sound.lag * 1000 // SAMPLE_RATE
        notes = (
            f"receiving through the {self._connector(card)} connector of the {card.name}" if card and shape else None,
            f"sound is {late_ms} ms behind the picture" if late_ms else None,
            f"{self._missed} pictures were lost before they could be taken" if self._missed else None,
            self._without_packets(card, shape[1] if shape is not None else None),
        )
        return tuple(note for note in notes if note)

    @staticmethod
    def _without_packets(card: CardFacts | None, format: VideoFormat | None) -> str | None:
        if card is None or format is None or not card.anc_needs_v210 or format.layout.name == "v210":
            return None
        return (
            f"the {card.model} gives ancillary packets with v210 only, not with {format.layout.name}: what a camera "
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
        self._patience_ns = FIRST_PICTURE_NS
        self._refused = None
        self._time.begin_anew()

    def _made(self, card: CardFacts, mode: Mode, detect: bool) -> Capture:
        chosen = modes.PIXEL_FORMATS[self._layout]
        is_rgb = not layout(self._layout).is_ycbcr
        rgb, rgb12 = (self._layout, self._layout) if is_rgb else (AUTO_RGB, AUTO_RGB12)
        buffers = self._buffers(mode)
        self._own = {buffer.ctypes.data for buffer in buffers}
        return Capture(
            card.index,
            mode=mode.code,
            pixel_format=modes.PIXEL_FORMATS["v210"] if is_rgb and detect else chosen,
            rgb_format=modes.PIXEL_FORMATS[rgb],
            rgb12_format=modes.PIXEL_FORMATS[rgb12],
            detect=detect,
            connection=self._connection,
            audio_channels=self._channels(card),
            buffers=buffers,
        )

    def _channels(self, card: CardFacts) -> int:
        return min(_MAX_CHANNELS, card.max_audio_channels or _MAX_CHANNELS) if self._with_sound else 0

    def _buffers(self, mode: Mode) -> list[NDArray[np.uint8]]:
        """Pinned memory for the card to write to, where the engine asks for it; else the driver's own will do."""
        if not self._options.pinned:
            return []
        names = (AUTO_LAYOUT, AUTO_RGB, AUTO_RGB12, self._layout)
        size = max(layout(name).geometry(mode.width, mode.height).size for name in names)
        return [self._options.allocate(size) for _ in range(OWN_FRAMES)]

    def _chosen_mode(self, card: CardFacts) -> tuple[Mode, bool]:
        """What to open the input in, and whether the card is to find out what comes. Raises SourceError."""
        if not card.captures:
            raise self._refusal(f"the {card.model} has no input")
        if self._connection is not None and not card.input_connections & self._connection:
            has = ", ".join(cards.connectors(card.input_connections))
            raise self._refusal(f"the {card.model} has no {cards.connector(self._connection)} input; it has {has}")
        try:
            offered = modes_of(card.index, output=False)
        except (DriverError, IndexError) as error:
            raise self._driver_refused(error, card) from None
        if self._mode != "auto":
            try:
                mode = modes.mode_called(self._mode, offered)
            except UsageError as error:
                raise UsageError(f"'{self.address}': {error}") from None
            self._require(card, mode, offered)
            return mode, False
        if not card.detects_format:
            raise self._refusal(f"the {card.model} cannot tell which signal comes; write it, as in ,mode=1080p25")
        by_code = {mode.code: mode for mode in offered}
        likely = by_code.get(card.detected_mode or 0) or by_code.get(modes.DEFAULT_MODE)
        return likely or offered[0], True

    def _require(self, card: CardFacts, mode: Mode, offered: list[Mode]) -> None:
        pixel_format = modes.PIXEL_FORMATS[self._layout]
        if not supports(card.index, False, self._connection or 0, mode.code, pixel_format)[0]:
            name = modes.name_of(mode)
            raise self._refusal(
                f"the {card.model} does not capture {name} as {self._layout} there; it knows {modes.names_of(offered)}"
            )

    def _driver_refused(self, error: DriverError | IndexError, card: CardFacts) -> SourceError | MediaError:
        if isinstance(error, IndexError):
            return self._refusal(f"the {card.model} is gone", temporary=True)
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
        give_up_ns = self._clock.now_ns() + self._patience_ns
        while (left_ns := give_up_ns - self._clock.now_ns()) > 0:
            got = _next_of(capture, left_ns)
            if isinstance(got, FormatChange):
                self._changed(got)
                if self._refused is not None:
                    return self._dark(self._refused)
            elif isinstance(got, Picture) and not got.flags & NO_SOURCE:
                return self._taken(got)
            elif got is not None:
                self._without += 1
                if self._without >= DARK_AFTER:
                    nothing = f"no signal at the {self._connector(card)} connector of the {card.name}"
                    fault = cards.sentence(got, card, capture=True) if isinstance(got, DriverError) else nothing
                    return self._dark(self._refused or fault)
        return self._silence()

    def _changed(self, change: FormatChange) -> None:
        """A format that the driver refused is the reason for all darkness until another one or a picture comes."""
        if not change.restarted:
            return
        self._refused = None
        if change.failed is not None:
            self._refused = f"{modes.name_of(change.mode)} comes, which cannot be captured"
        else:
            self._time.begin_anew()

    def _taken(self, picture: Picture) -> Frame | NoSignal:
        arrived_ns = self._clock.of_counter_ns(picture.arrived_ns)
        try:
            frame = self._frame(picture, arrived_ns)
        except (FormatError, PoolExhaustedError) as error:
            return self._dark(str(error))
        self._lost = self._refused = None
        self._without = 0
        self._missed = picture.missed
        self._patience_ns = max(LEAST_STALL_NS, int(STALL_PERIODS * frame.format.rate.period_ns))
        return frame

    def _silence(self) -> NoSignal | Ended:
        """The card calls no more: it is gone, or stands still."""
        try:
            card = cards.find(self._number, self._known)
        except SourceError as error:
            return Ended(self._time.index + 1, f"{self.address}: {error}")
        return self._dark(self._refused or f"the {card.model} gives no pictures")

    def _dark(self, reason: str) -> NoSignal:
        since_ns = self._lost.since_ns if self._lost is not None else self._clock.now_ns()
        if self._lost is None or self._lost.reason != reason:
            self._lost = NoSignal(reason, since_ns)
        return self._lost

    def _connector(self, card: CardFacts | None) -> str:
        return cards.connector(self._connection or (card.input_connection if card is not None else None))

    def _frame(self, picture: Picture, arrived_ns: int) -> Frame:
        """Raises FormatError, PoolExhaustedError."""
        format = self._format_of(picture)
        lease = self._lease(picture, format)
        index, pts = self._time.place(picture, format.rate, arrived_ns)
        audio = self._time.sound_of(picture, format.rate) if self._with_sound else None
        found = picture_timecode(picture.timecodes, format.rate)
        timecode, read_from = found if found is not None else (None, None)
        return Frame(
            pixels=lease,
            format=format,
            index=index,
            captured_ns=arrived_ns,
            pts=pts,
            timecode=timecode,
            audio=audio,
            metadata=picture_metadata(picture, read_from),
            ancillary=picture_packets(picture.packets),
        )

    def _format_of(self, picture: Picture) -> VideoFormat:
        """The same object while nothing changes."""
        key = picture.mode.code, picture.pixel_format, picture.flags & modes.CAPTURED_AS_PSF, picture.metadata_ints
        if self._shape is None or self._shape[0] != key:
            self._shape = key, picture_format(picture, self._options)
        return self._shape[1]

    def _lease(self, picture: Picture, format: VideoFormat) -> Lease:
        """The memory that the card wrote to; a copy where enough of it is held, it is not the kind that the engine
        wants, or its rows have another length."""
        data, (plane,) = picture.data, format.geometry.planes
        self._held = [one for one in self._held if one() is not None]
        fast_enough = not self._options.pinned or data.ctypes.data in self._own
        if fast_enough and picture.stride == plane.stride and len(self._held) < DRIVERS_FRAMES:
            self._held.append(weakref.ref(data))
            return Lease(data)
        if self._pool is None or self._pool.size != format.geometry.size:
            self._pool = BufferPool(format.geometry.size, allocate=self._options.allocate)
        lease = self._pool.lease()
        rows = data.reshape(-1, picture.stride)[: plane.rows, : plane.stride]
        np.copyto(lease.data.reshape(plane.rows, plane.stride)[:, : rows.shape[1]], rows)
        return lease


def _next_of(capture: Capture, timeout_ns: int) -> Picture | FormatChange | DriverError | None:
    """What the card has next; the error for a picture whose memory the driver does not give."""
    try:
        return capture.take(timeout_ns)
    except DriverError as error:
        return error
