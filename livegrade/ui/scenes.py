"""What the screenshots show: a rig with everything that can be seen, and the scenes by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livegrade.ui.dayscenes import hand_off, library, takes, unkept
from livegrade.ui.gradescenes import node, toe, whole
from livegrade.ui.picturescenes import (
    alone,
    compared,
    markers,
    meters,
    no_signal,
    pixels,
    region,
    through,
    views,
    wipe_meters,
)
from livegrade.ui.scene import page, slot
from livegrade.ui.scopescenes import COLOURS, PARTS, SCALES, arranged, scope_menu, scopes
from livegrade.ui.scopewish import ScopeChoice
from livegrade.ui.statusrows import SUBJECTS
from livegrade.ui.toolscenes import (
    assigning,
    compared_output,
    ended,
    form,
    keys,
    palette,
    palette_asks,
    port_taken,
    source_menu,
    status,
)

if TYPE_CHECKING:
    from livegrade.ui.scene import Scene

RIG = """
livegrade = 1
name = "Screenshots"

[[slot]]
name = "A"
source = "pattern:camera@1920x1080p5,camera=arri-logc4"
camera = "ALEXA 35"
ei = 800
to = "rec709"

[[slot]]
name = "B"
source = "pattern:camera@1920x1080p5,camera=sony-slog3,timecode=12:00:00:00"
camera = "VENICE 2"
to = "rec709"

[[slot]]
name = "C"
source = "pattern:camera@1920x1080p5,camera=arri-logc3"
camera = "arri-logc3"
to = "rec709"

[[slot]]
name = "D"
source = "ffmpeg::tcp://127.0.0.1:9"

[[output]]
address = "null:"

[[output]]
address = "null:"
slot = "B"
view = "false-color:stops"

[[output]]
address = "null:"
slot = "C"

[[device]]
name = "village"
address = "colorbox:127.0.0.1:9"
slot = "A"
role = "box"
"""
"""Three cameras, a source that does not come, a box that is not there."""

SCENES: dict[str, Scene] = {
    "first-start": page("Grade"),
    "grade-cdl": node("cdl", **{"slope.r": 1.08, "slope.b": 0.94, "offset.g": -0.006, "saturation": 0.92}),
    "grade-lgg": node("lift-gamma-gain", **{"gain.r": 1.03, "lift.b": 0.012}),
    "grade-printer": node("printer-points"),
    "grade-balance": node("white-balance", temperature=5200.0),
    "grade-exposure": node("exposure", stops=0.25),
    "grade-curves": node("rgb-curves"),
    "grade-toe": toe,
    "takes": takes(False),
    "takes-running": takes(True),
    "hand-off": hand_off,
    **{f"library-{kind}": library(kind) for kind in ("looks", "stills", "takes")},
    "outputs": page("Outputs"),
    "outputs-compare": compared_output,
    **{f"status-{subject.lower()}": status(subject) for subject in SUBJECTS},
    "alarms": page("Alarms"),
    "views": views,
    "false-color-through": through,
    "false-color-logc4": slot("A", "false-color:stops"),
    "false-color-slog3": slot("B", "false-color:stops"),
    "false-color-logc3": slot("C", "false-color:stops"),
    "no-signal": no_signal,
    "meters": meters,
    "pixels": pixels,
    "markers": markers,
    **{f"scopes-{count}": scopes(count) for count in (1, 2, 4)},
    "scopes-scales": arranged("C", 4, *SCALES, ScopeChoice(scale="nits")),
    "scopes-stops": arranged("C", 1, SCALES[0]),
    "scopes-pairs": arranged("A", 2, SCALES[0], ScopeChoice(scale="percent")),
    "scopes-colours": arranged("C", 4, *COLOURS),
    "scopes-parts": arranged("A", 4, *PARTS),
    "scope-menu": scope_menu,
    "compare-wipe": compared("wipe"),
    "compare-blend": compared("blend", "slot:B"),
    "compare-difference": compared("difference"),
    "compare-split": compared("split", "slot:B"),
    "compare-grid": compared("grid"),
    "compare-region": region,
    "wipe-meters": wipe_meters,
    "picture-alone": alone,
    "palette": palette,
    "palette-asks": palette_asks,
    "source-menu": source_menu,
    **{f"form-{name}": form(name) for name in ("false-color", "guides", "zebra", "peaking")},
    "keys": keys,
    "midi-osc": assigning,
    "whole": whole,
    "rec-not-kept": unkept,
    "port-taken": port_taken,
    "session-ended": ended,
}
"""In the order in which they are taken: what the last ones do to the window and the session stays."""
