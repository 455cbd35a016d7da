"""`ndi:NAME` as a source. A source that is not there, goes away or comes back is a state; it is found again by itself.

Sound and picture travel apart in NDI. The sound is laid on a timeline by the sender's timecode and time stamps, and
then counted out in exact lengths; where it arrives after its picture it stays behind by that much, which `notes` says.
NDI is a lossy codec: what is measured here is not what the camera sent.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from livegrade.capture.ndipicture import CARRIERS, NO_XML, copy_picture, parse_xml, picture_format, single_field
from livegrade.capture.ndisound import NdiSound
from livegrade.capture.sound import SAMPLE_RATE, first_sample
from livegrade.capture.source import NoSignal, SourceKind
from livegrade.errors import FormatError, PoolExhaustedError, SourceError, UsageError
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport import ndi_abi as abi
from livegrade.transport.ndi import Finder, match_name, timecode_from_ndi
from livegrade.transport.ndi_network import missing_name_hint
from livegrade.transport.ndi_receiver import Receiver
from livegrade.video.frame import AudioBlock, Frame
from livegrade.video.pool import BufferPool

if TYPE_CHECKING:
    from livegrade.capture.ndipicture import PictureXml
    from livegrade.capture.source import CaptureOptions
    from livegrade.timing.clock import Clock
    from livegrade.timing.rate import Rate
    from livegrade.transport.address import SourceAddress
    from livegrade.video.format import VideoFormat
    from livegrade.video.pool import Lease

FIND_NS = 5 * NS_PER_SECOND
"""How long `open` looks for a name where the source may not wait for it."""
_WAIT_NS = NS_PER_SECOND // 10
_STALL_PERIODS = 2.5
_LISTEN_AFRESH_NS = 2 * NS_PER_SECOND
_SEARCH_AGAIN_NS = 2 * NS_PER_SECOND
"""A lost source is looked for afresh after this: it may have come back under another machine's name."""
_SOUND_WAITS = 8
"""Milliseconds that a picture waits for sound that used to be there in time; after that the sound is behind."""
_MAX_PACKETS = 64
_SHOWN_NAMES = 12


class NdiSource:
    """Owns a finder, and a receiver while the source is known."""

    kind = SourceKind.SIGNAL

    def __init__(self, address: SourceAddress, options: CaptureOptions, clock: Clock) -> None:
        self.address = str(address)
        self._wanted = address.target
        self._options = options
        self._clock = clock
        self._finder: Finder | None = None
        self._receiver: Receiver | None = None
        self._format: VideoFormat | None = None
        self._pool: BufferPool | None = None
        self._xml = NO_XML
        self._xml_text: bytes | None = None
        self._sound = NdiSound()
        self._field: Lease | None = None
        self._index = -1
        self._dropped = 0
        self._first_ns: int | None = None
        self._last_ns = 0
        self._listening_ns = 0
        self._seen: tuple[str, ...] = ()
        self._lost: NoSignal | None = None
        self._without_room = 0
        self._alpha = False

    @property
    def notes(self) -> tuple[str, ...]:
        receiver, format = self._receiver, self._format
        late_ms = self._sound.lag * 1000 // SAMPLE_RATE
        wide = format is not None and format.height > 1080 and self._xml.matrix is None and not self._options.matrix
        notes = (
            f"receiving '{receiver.name}', which NDI has compressed" if receiver is not None else None,
            "the sender does not name its matrix; BT.709 is taken (matrix=bt2020 for BT.2020)" if wide else None,
            "the alpha channel is left out" if self._alpha else None,
            f"sound is {late_ms} ms behind the picture" if late_ms else None,
            f"{self._without_room} pictures were lost for lack of buffers" if self._without_room else None,
        )
        return tuple(note for note in notes if note)

    @property
    def length(self) -> None:
        """A live source does not end."""

    def open(self) -> None:
        """Starts looking for the name. Raises SourceError when it must be there and is not, MissingPackageError."""
        self._finder = Finder()
        self._listening_ns = self._clock.now_ns()
        if self._options.wait:
            return
        deadline = self._clock.now_ns() + FIND_NS
        while self._connect(self._finder) is None:
            if self._clock.now_ns() >= deadline:
                names = self._finder.names()
                self.close()
                raise SourceError(f"NDI source '{self._wanted}' is not on the network; {_listed(names)}")

    def close(self) -> None:
        self._disconnect()
        if self._finder is not None:
            self._finder.close()
            self._finder = None

    def read(self) -> Frame | NoSignal:
        if self._finder is None:
            raise UsageError(f"'{self.address}' is read before it is open")
        receiver = self._receiver or self._connect(self._finder)
        if receiver is None:
            return self._no_signal(f"NDI source '{self._wanted}' is not on the network; {_listed(self._seen)}")
        give_up = self._clock.now_ns() + self._patience_ns()
        while (left := give_up - self._clock.now_ns()) > 0:
            kind = receiver.receive(min(left, _WAIT_NS) // 1_000_000 + 1)
            if kind == abi.FRAME_AUDIO:
                self._hear(receiver)
            elif kind == abi.FRAME_METADATA:
                receiver.take_metadata()
            elif kind == abi.FRAME_VIDEO:
                try:
                    frame = self._picture(receiver)
                except FormatError as error:
                    return self._no_signal(f"'{receiver.name}': {error}")
                if frame is not None:
                    self._lost = None
                    return frame
        return self._silence(receiver)

    def _patience_ns(self) -> int:
        period = self._format.rate.period_ns if self._format is not None else 0
        return max(_WAIT_NS, int(_STALL_PERIODS * period))

    def _silence(self, receiver: Receiver) -> NoSignal:
        if receiver.connected:
            return self._no_signal(f"'{receiver.name}' is connected and sends no pictures")
        lost = self._no_signal(f"the connection to '{receiver.name}' is lost")
        if self._clock.now_ns() - max(self._last_ns, lost.since_ns) > _SEARCH_AGAIN_NS:
            self._disconnect()
        return lost

    def _no_signal(self, reason: str) -> NoSignal:
        since = self._lost.since_ns if self._lost is not None else self._clock.now_ns()
        if self._lost is None or self._lost.reason != reason:
            self._lost = NoSignal(reason, since)
        self._field = None
        return self._lost

    def _connect(self, finder: Finder) -> Receiver | None:
        name = match_name(self._wanted, finder.names())
        if name is None:
            self._listen(finder)
            name = match_name(self._wanted, finder.names())
        if name is None:
            return None
        self._receiver = Receiver(name)
        self._dropped = 0
        self._last_ns = self._clock.now_ns()
        self._sound = NdiSound()
        return self._receiver

    def _listen(self, finder: Finder) -> None:
        now = self._clock.now_ns()
        if now - self._listening_ns > _LISTEN_AFRESH_NS:
            self._listening_ns = now
            finder.renew()
        finder.wait(_WAIT_NS // 1_000_000)
        if not self._seen or now - self._listening_ns > _LISTEN_AFRESH_NS // 2:
            self._seen = finder.names()

    def _disconnect(self) -> None:
        self._field = None
        if self._receiver is not None:
            self._receiver.close()
            self._receiver = None

    def _hear(self, receiver: Receiver) -> None:
        heard = receiver.take_sound()
        if heard is not None:
            self._sound.push(*heard)

    def _picture(self, receiver: Receiver) -> Frame | None:
        """The frame that has arrived; None for the first of two fields and for a picture nobody has room for."""
        video = receiver.video
        arrived_ns = self._clock.now_ns()
        xml = self._read_xml(video.metadata)
        format = picture_format(video, xml, self._options)
        if format != self._format or self._pool is None:
            if self._pool is None or self._pool.size != format.geometry.size:
                self._pool = BufferPool(format.geometry.size)
            self._format, self._field = format, None
        self._alpha = CARRIERS[video.fourcc].alpha
        lease = self._field
        if lease is None:
            if video.frame_format == abi.FIELD_1:
                return None
            try:
                lease = self._pool.lease()
            except PoolExhaustedError:
                self._without_room += 1
                self._advance(receiver, format.rate, arrived_ns)
                return None
        copy_picture(video, format, lease.data)
        if single_field(video) and video.frame_format == abi.FIELD_0:
            self._field = lease
            return None
        self._field = None
        steps = self._advance(receiver, format.rate, arrived_ns)
        ticks, stamp = video.timecode, video.timestamp
        audio = self._sound_of(receiver, format.rate, steps, ticks, stamp)
        return Frame(
            pixels=lease,
            format=format,
            index=self._index,
            captured_ns=arrived_ns,
            pts=Fraction(arrived_ns - (self._first_ns or 0), NS_PER_SECOND),
            timecode=_timecode(ticks, xml, format.rate),
            audio=audio,
            metadata=xml.metadata,
        )

    def _read_xml(self, text: bytes | None) -> PictureXml:
        if text != self._xml_text:
            self._xml_text = text
            self._xml = parse_xml(text)
        return self._xml

    def _advance(self, receiver: Receiver, rate: Rate, arrived_ns: int) -> int:
        """Count on by this picture and by those that were lost before it; returns by how many."""
        dropped = receiver.dropped()
        steps = 1 + max(0, dropped - self._dropped)
        if self._lost is not None and self._index >= 0:
            steps = max(2, round(rate.frames_in(arrived_ns - self._last_ns)))
        self._dropped = dropped
        self._index += steps
        self._last_ns = arrived_ns
        if self._first_ns is None:
            self._first_ns, self._index = arrived_ns, 0
            return 1
        return steps

    def _sound_of(self, receiver: Receiver, rate: Rate, steps: int, ticks: int, stamp: int) -> AudioBlock | None:
        count = first_sample(self._index + 1, rate) - first_sample(self._index, rate)
        skipped = first_sample(self._index, rate) - first_sample(self._index - steps + 1, rate)
        self._catch_up(receiver, count + skipped)
        samples = self._sound.take(count, skipped, ticks, stamp)
        return AudioBlock(samples, SAMPLE_RATE) if samples is not None else None

    def _catch_up(self, receiver: Receiver, count: int) -> None:
        """Take the sound that waits in the library, and wait a little for what belongs to the picture just received."""
        waits = _SOUND_WAITS
        for _ in range(_MAX_PACKETS):
            if not self._sound.waits_for(count):
                return
            kind = receiver.receive(1, pictures=False)
            if kind == abi.FRAME_AUDIO:
                self._hear(receiver)
            elif kind == abi.FRAME_METADATA:
                receiver.take_metadata()
            elif waits := waits - 1:
                continue
            else:
                return


def _timecode(ticks: int, xml: PictureXml, rate: Rate) -> Timecode | None:
    if xml.timecode is not None:
        counting = TimecodeRate.sdi(rate) if "." in xml.timecode else TimecodeRate(rate)
        try:
            return Timecode.parse(xml.timecode, counting)
        except UsageError:
            pass
    return None if ticks == abi.TIMECODE_SYNTHESIZE or ticks < 0 else timecode_from_ndi(ticks, rate)


def _listed(names: tuple[str, ...]) -> str:
    if not names:
        return f"no NDI source is; {missing_name_hint()}"
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return f"there are {', '.join(names[:_SHOWN_NAMES])}{more}"
