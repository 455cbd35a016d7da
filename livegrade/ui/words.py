"""How numbers and states of the session are written in the window: with their units, and nothing where they are not
known."""

from __future__ import annotations

import os.path
import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from livegrade.ui import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COLORS = {
    "running": theme.GREEN,
    "ready": theme.GREEN,
    "starting": theme.DIM,
    "connecting": theme.AMBER,
    "lost": theme.RED,
    "offline": theme.RED,
    "faulted": theme.RED,
    "ended": theme.DIM,
}
"""Of the states of sources, outputs and devices."""
MINUTE, HOUR, DAY = 60, 3600, 86400
MOST_FOLDER = 40
"""Letters of a folder: with a name there is room for it at the foot of a small window."""
WAITING = "waiting for the session"
"""What is said of what nobody knows before there is one."""


def milliseconds(value: float | None) -> str:
    """With the unit; "" where it is not known."""
    return "" if value is None else f"{_digits(value)} ms"


def durations(figures: Mapping[str, Any] | None) -> str:
    """Half and nearly all of the durations of the last seconds: "4.1 / 6.0 ms"."""
    if not figures or figures["p50"] is None:
        return ""
    return f"{_digits(figures['p50'])} / {_digits(figures['p99'])} ms"


def _digits(value: float) -> str:
    """One decimal; none where the number is long without."""
    return f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def worst(figures: Mapping[str, Any] | None) -> str:
    """What of `durations` is said in its tip."""
    if not figures or figures["worst"] is None:
        return "nothing was measured yet"
    return f"half of them, and 99 of 100, in the last seconds; the longest of the run: {figures['worst']:.1f} ms"


def count(value: int | None) -> str:
    return "" if value is None else f"{value:,}".replace(",", "\u202f")  # it does not break


def size(value: int | None) -> str:
    """Of a disk, decimal as disks are sold."""
    if value is None:
        return ""
    return f"{value / 1e12:.2f} TB" if value >= 1e12 else f"{value / 1e9:.1f} GB"


def camera(title: str | None, ei: int | None) -> str:
    """A camera without its gamut, and its exposure index once: "ALEXA 35, LogC4  EI 800". "" without a camera."""
    if not title:
        return ""
    model = title.rpartition(", ")[0] or title
    index = f"EI {ei or theme.DASH}"
    return model if model.endswith(index) else f"{model}  {index}"  # some curves are named with theirs


FALSE_COLOR, _FALSE_COLOR = "false colour", "false-color"
_NUMBERED = ("slot", "still")


def view(said: str) -> str:
    """A view, in the words of `view=` or of the session, for people: "false colour stops"."""
    rest = said.removeprefix(_FALSE_COLOR)
    return said if rest == said else FALSE_COLOR + rest.replace(":", " ", 1)


def shows(said: str) -> str:
    """The same of what an output is said to show, with what it is compared with."""
    parted = re.sub(r"\b(still:\d+) (?=[\d.]+ %)", r"\1, ", view(said))  # two numbers, side by side
    return re.sub(r"\b(slot|still):", r"\1 ", parted)


def view_meant(written: str) -> str:
    """In the words of `view=` what `view` or somebody has written."""
    rest = written.removeprefix(FALSE_COLOR)
    return written if rest == written else f"{_FALSE_COLOR}:{rest.lstrip(' :')}".rstrip(":")


def reference(said: str) -> str:
    """What a picture is compared with, in the words of `with=`, for people: "slot B"; a file with its folder."""
    kind, _, rest = said.partition(":")
    return f"{kind} {rest}" if kind in _NUMBERED and "+" not in rest else said


def reference_meant(written: str) -> str:
    """In the words of `with=` what `reference` or somebody has written."""
    kind, _, rest = written.partition(" ")
    return f"{kind}:{rest}" if kind in _NUMBERED and rest else written


def goes_to(address: str) -> str:
    """Where an output goes, without what it is to show: "ndi:Village"; of a file its name."""
    place = address.partition(",")[0]
    return place.rpartition("/")[2] if place.startswith("/") else place


def unbroken(text: str) -> str:
    """For what is wrapped: names such as S-Log3 stay in one line."""
    return re.sub("(?<=[A-Za-z])-(?=[A-Za-z])", "\u2011", text)


def breakable(name: str) -> str:
    """For what is wrapped: a name of a file or an output goes on in the next line behind what joins its parts, and
    within a long part."""
    joined = re.sub(r"(?<=[_/:=-])(?=\w)|(?<=[a-z])(?=[A-Z])", "\u200b", name)
    return re.sub(r"([^\W_]{8})(?=[^\W_]{3})", "\\1\u200b", joined)


def curve(title: str | None) -> str:
    """Of a camera: "LogC4"; "" where its gamut is all that is said."""
    return ", ".join((title or "").split(", ")[-2:-1])


def in_two(parts: Sequence[str], fits: Callable[[str], bool]) -> tuple[str, str]:
    """Parts of a sentence in one line where it `fits`, else in two: the first as long as it can be, and broken within a
    part only where that has no room in a line."""
    whole = " · ".join(parts)
    for between in (" · ", ", ", " "):
        first, *rest = whole.split(between)
        while rest and fits(f"{first}{between}{rest[0]}"):
            first += between + rest.pop(0)
        if fits(first):
            break
    return first, between.join(rest)


def age(at_ms: int | None) -> str:
    """How long ago a moment is, in milliseconds since 1970."""
    if at_ms is None:
        return ""
    seconds = max(0, round(time.time() - at_ms / 1000))
    if seconds < 2 * MINUTE:
        return f"{seconds} s ago"
    return f"{seconds // MINUTE} min ago" if seconds < 2 * HOUR else f"{seconds // HOUR} h ago"


def lasting(since_ms: int, until_ms: int) -> str:
    """From a moment to another: "36 s", "13 min 36 s", "2 h 13 min"."""
    seconds = max(0, round((until_ms - since_ms) / 1000))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min {seconds % MINUTE} s"
    return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"


def stopwatch(seconds: float) -> str:
    """As it runs: "00:07", with hours in front after the first."""
    minutes, rest = divmod(int(seconds), MINUTE)
    return f"{minutes // MINUTE}:{minutes % MINUTE:02}:{rest:02}" if minutes >= MINUTE else f"{minutes:02}:{rest:02}"


def clock(at_ms: int | None) -> str:
    """Time of day here."""
    return "" if at_ms is None else f"{datetime.fromtimestamp(at_ms / 1000):%H:%M:%S}"


def moment(timecode: str | None, at_ms: int | None) -> str:
    """When something was, and by what: "TC 10:00:00:00" where it belongs to a picture, else "clock 10:42:07"."""
    if timecode:
        return f"TC {timecode}"
    return "" if at_ms is None else f"clock {clock(at_ms)}"


def shortened(text: str, most: int) -> str:
    """Its beginning and its end where it is longer."""
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[-(most - 1 - head) :]}"


def files(written: Sequence[str]) -> str:
    """What was written: the name of the first, how many more, and the end of its folder. "" for nothing."""
    if not written:
        return ""
    folder, name = os.path.split(written[0])
    more = f" + {len(written) - 1}" if len(written) > 1 else ""
    return f"{name}{more} in {folder if len(folder) <= MOST_FOLDER else '…' + folder[1 - MOST_FOLDER :]}"


BY = {
    "api": "over the API",
    "key": "by a key",
    "window": "in the window",
    "osc": "by OSC",
    "midi": "by MIDI",
}
"""How people begin and end takes."""


def by(rule: str) -> str:
    """Who or what said that a take begins or ends, as an adverb; "" where nobody did."""
    return BY.get(rule, f"by {rule}" if rule else "")


DONE = {
    "sink.remove": "output {sink} is removed",
    "device.add": "{name} is added",
    "device.remove": "{device} is removed",
    "marker.add": "a marker is set, slot {slot}",
    "take.start": "a take begins, slot {slot}",
    "take.end": "the take ends, slot {slot}",
}
"""Of commands whose answers have no words, or the same for two."""


def done(command: str, arguments: Mapping[str, Any]) -> str:
    """What a command has done, "" for one that has its own words or is seen."""
    return DONE.get(command, "").format_map(arguments)
