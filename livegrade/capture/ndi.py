"""`ndi:NAME` as a source. A source that is not there, goes away or comes back is a state; it is found again by itself.

Sound and picture travel apart in NDI. The sound is laid on a timeline by the sender's timecode and time stamps, and
then counted out in exact lengths; where it arrives after its picture it stays behind by that much, which `notes` says.
NDI is a lossy codec: what is measured here is not what the camera sent.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from livegrade.capture.ndipicture import CARRIERS, NO_XML, copy_plan, parse_xml, picture_format
from livegrade.capture.ndisound import NdiSound
from livegrade.capture.sound import SAMPLE_RATE, first_sample
from livegrade.capture.source import NoSignal, SourceKind
from livegrade.errors import FormatError, SourceError, UsageError
from livegrade.timing.rate import NS_PER_SECOND
from livegrade.timing.timecode import Timecode, TimecodeRate
from livegrade.transport import ndi_abi as abi
from livegrade.transport.ndi import AUDIO_FULL_SCALE, TICKS_PER_SECOND, timecode_from_ndi
from livegrade.transport.ndi_network import missing_name_hint
from livegrade.transport.ndi_receiver import NdiReceiver, ReceivedSound
from livegrade.transport.ndi_sender import is_own
from livegrade.transport.ndi_wire import Plan
from livegrade.video.frame import AudioBlock, Frame

if TYPE_CHECKING:
    from livegrade.capture.ndipicture import PictureXml
    from livegrade.capture.source import CaptureOptions
    from livegrade.timing.clock import Clock
    from livegrade.timing.rate import Rate
    from livegrade.transport.address import SourceAddress
    from livegrade.transport.ndi_receiver import ReceivedPicture
    from livegrade.video.format import VideoFormat

FIRST_LOOK_NS = NS_PER_SECOND * 4 // 5
"""How long the first `read` waits to hear which sources there are, so that one mistake is one sentence."""
FIND_NS = 5 * NS_PER_SECOND
"""How long `open` looks for a name where the source may not wait for it."""
_NS_PER_TICK = NS_PER_SECOND // TICKS_PER_SECOND
_WAIT_NS = NS_PER_SECOND // 10
_STALL_PERIODS = 2.5
_SOUND_WAITS, _SOUND_WAIT_NS = 8, 1_000_000
"""Milliseconds that a picture waits for sound that used to be there in time; after that the sound is behind."""
_OUR_LEVEL = np.float32(1 / AUDIO_FULL_SCALE)
_MAX_PACKETS = 64
_SHOWN_NAMES = 12


class NdiSource:
    """Owns the process that looks for the source and receives it."""

    kind = SourceKind.SIGNAL

    def __init__(self, address: SourceAddress, options: CaptureOptions, clock: Clock) -> None:
        self.address = str(address)
        self._wanted = address.target
        self._options = options
        self._clock = clock
        self._receiver: NdiReceiver | None = None
        self._format: VideoFormat | None = None
        self._refused = ""
        self._xml = NO_XML
        self._xml_text: bytes | None = None
        self._sound = NdiSound()
        self._connection = self._seen_connection = 0
        self._index = -1
        self._lost_before = 0
        self._lost_pictures = 0
        self._first_ns: int | None = None
        self._last_ns = 0
        self._times = (0, 0)
        self._lost: NoSignal | None = None
        self._alpha = self._looked = False

    @property
    def notes(self) -> tuple[str, ...]:
        receiver, format = self._receiver, self._format
        name = receiver.name if receiver is not None else None
        late_ms = self._sound.lag * 1000 // SAMPLE_RATE
        wide = format is not None and format.height > 1080 and self._xml.matrix is None and not self._options.matrix
        notes = (
            f"receiving '{name}', which NDI has compressed" if name else None,
            "the sender does not name its matrix; BT.709 is taken (matrix=bt2020 for BT.2020)" if wide else None,
            "the alpha channel is left out" if self._alpha else None,
            f"sound is {late_ms} ms behind the picture" if late_ms else None,
            f"pictures lost before they could be taken: {self._lost_pictures}" if self._lost_pictures else None,
        )
        return tuple(note for note in notes if note)

    @property
    def length(self) -> None:
        """A live source does not end."""

    def open(self) -> None:
        """Starts looking for the name. Raises SourceError when it must be there and is not, MissingPackageError."""
        self._receiver = receiver = NdiReceiver(self._wanted, self._plan)
        if self._options.wait:
            return
        deadline = self._clock.now_ns() + FIND_NS
        while not receiver.connection:
            receiver.receive(_WAIT_NS)
            if self._clock.now_ns() >= deadline:
                self.close()
                raise SourceError(receiver.trouble or self._nowhere(receiver))

    def close(self) -> None:
        if self._receiver is not None:
            self._receiver.close()
            self._receiver = None

    def read(self) -> Frame | NoSignal:
        receiver = self._receiver
        if receiver is None:
            raise UsageError(f"'{self.address}' is read before it is open")
        looks, self._looked = not self._looked and receiver.names is None, True
        give_up = self._clock.now_ns() + (FIRST_LOOK_NS if looks else self._patience_ns())
        while (left := give_up - self._clock.now_ns()) > 0:
            got = receiver.receive(min(left, _WAIT_NS))
            self._follow(receiver)
            if isinstance(got, ReceivedSound):
                self._sound.push(got.header, got.samples * _OUR_LEVEL)
            elif got is not None:
                try:
                    frame = self._picture(receiver, got)
                except FormatError as error:
                    return self._no_signal(f"'{receiver.name}': {error}")
                self._lost = None
                return frame
            elif receiver.trouble or self._refused or (looks and receiver.names is not None):
                break
        return self._silence(receiver)

    def _patience_ns(self) -> int:
        period = self._format.rate.period_ns if self._format is not None else 0
        return max(_WAIT_NS, int(_STALL_PERIODS * period))

    def _follow(self, receiver: NdiReceiver) -> None:
        """A new connection counts and times its pictures and its sound afresh."""
        if receiver.connection != self._connection:
            self._connection = receiver.connection
            self._lost_before, self._times = 0, (0, 0)
            self._sound = NdiSound()

    def _silence(self, receiver: NdiReceiver) -> NoSignal:
        if receiver.trouble:
            return self._no_signal(receiver.trouble)
        if receiver.searching:
            return self._no_signal(self._nowhere(receiver))
        if self._refused:
            return self._no_signal(f"'{receiver.name}': {self._refused}")
        if receiver.connected:
            return self._no_signal(f"'{receiver.name}' is connected and sends no pictures")
        began = self._seen_connection == self._connection
        return self._no_signal(
            f"the connection to '{receiver.name}' is lost" if began else f"'{receiver.name}' does not answer yet"
        )

    def _nowhere(self, receiver: NdiReceiver) -> str:
        others = tuple(name for name in receiver.names or () if not is_own(name))
        return f"NDI source '{self._wanted}' is not on the network; {_listed(others)}"

    def _no_signal(self, reason: str) -> NoSignal:
        since = self._lost.since_ns if self._lost is not None else self._clock.now_ns()
        if self._lost is None or self._lost.reason != reason:
            self._lost = NoSignal(reason, since)
        return self._lost

    def _plan(self, header: abi.VideoFrame, xml: bytes) -> Plan:
        """How pictures of a new shape come into our buffers; an empty plan for what cannot be taken."""
        try:
            plan = copy_plan(header, picture_format(header, parse_xml(xml), self._options))
        except FormatError as error:
            self._refused = str(error)
            return Plan(0, 0, ())
        self._refused = ""
        return plan

    def _picture(self, receiver: NdiReceiver, got: ReceivedPicture) -> Frame:
        """The frame that has arrived. Raises FormatError."""
        video = got.header
        arrived_ns = self._clock.of_counter_ns(got.arrived_ns)
        xml = self._read_xml(got.xml)
        self._format = format = picture_format(video, xml, self._options)
        self._alpha = CARRIERS[video.fourcc].alpha
        self._seen_connection = self._connection
        ticks, stamp = video.timecode, video.timestamp
        steps = self._advance(got.lost, format.rate, arrived_ns, (ticks, stamp))
        audio = self._sound_of(receiver, format.rate, steps, ticks, stamp)
        return Frame(
            pixels=got.lease,
            format=format,
            index=self._index,
            captured_ns=arrived_ns,
            pts=Fraction(arrived_ns - (self._first_ns or 0), NS_PER_SECOND),
            timecode=_timecode(ticks, xml, format.rate),
            audio=audio,
            metadata=xml.metadata,
        )

    def _read_xml(self, text: bytes) -> PictureXml:
        if text != self._xml_text:
            self._xml_text = text
            self._xml = parse_xml(text)
        return self._xml

    def _advance(self, lost: int, rate: Rate, arrived_ns: int, times: tuple[int, int]) -> int:
        """Count on by this picture and by those that were lost before it; returns by how many. `times`: its timecode
        and its time stamp in 100 ns."""
        missing = max(0, lost - self._lost_before)
        steps = 1 + missing
        if self._lost is not None and self._index >= 0:
            steps = max(2, round(rate.frames_in(arrived_ns - self._last_ns)))
            # Late and not lost, where the sender's own times are less far apart.
            told = [new - old for new, old in zip(times, self._times, strict=True) if 0 < old < new]
            steps = max(1, min([steps, *(round(rate.frames_in(ticks * _NS_PER_TICK)) for ticks in told)]))
        self._lost_before, self._last_ns = lost, arrived_ns
        self._times = times
        self._index += steps
        if self._first_ns is None:
            self._first_ns, self._index = arrived_ns, 0
            return 1
        self._lost_pictures += missing
        return steps

    def _sound_of(self, receiver: NdiReceiver, rate: Rate, steps: int, ticks: int, stamp: int) -> AudioBlock | None:
        count = first_sample(self._index + 1, rate) - first_sample(self._index, rate)
        skipped = first_sample(self._index, rate) - first_sample(self._index - steps + 1, rate)
        self._catch_up(receiver, count + skipped)
        samples = self._sound.take(count, skipped, ticks, stamp)
        return AudioBlock(samples, SAMPLE_RATE) if samples is not None else None

    def _catch_up(self, receiver: NdiReceiver, count: int) -> None:
        """Take the sound that waits in the library, and wait a little for what belongs to the picture just received."""
        waits = _SOUND_WAITS
        for _ in range(_MAX_PACKETS):
            if not self._sound.waits_for(count):
                return
            got = receiver.receive(_SOUND_WAIT_NS, pictures=False)
            if isinstance(got, ReceivedSound):
                self._sound.push(got.header, got.samples * _OUR_LEVEL)
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
