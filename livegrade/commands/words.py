"""Options that several commands take, or that need many words, as the command line spells and explains them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Source_ = Annotated[str, typer.Argument(metavar="SOURCE", help="Where the pictures come from, see above.")]
Look_ = Annotated[
    list[str] | None,
    typer.Option(
        "--look",
        metavar="FILE",
        help="Look file (LUT, CDL, or FILE#ID of a collection, EDL or ALE); repeat for more. B:FILE for one slot.",
    ),
]
Camera_ = Annotated[
    str | None,
    typer.Option(
        "--camera",
        metavar="NAME",
        help="The camera: a model ('ALEXA 35') or a signal (sony-slog3); docs/cameras.md lists them.",
    ),
]
To_ = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="OUTPUT",
        help="Output transform: rec709, srgb, p3-d65, rec2100-pq, rec2100-hlg; :aces2 (default) or :aces1 behind it, "
        "or rec709:plain. Needs --camera.",
    ),
]
GradeIn_ = Annotated[
    str, typer.Option("--grade-in", metavar="SPACE", help="What the look is graded in: camera or acescct.")
]
Ei_ = Annotated[str | None, typer.Option("--ei", metavar="N", help="Its exposure index, such as 800.")]
View_ = Annotated[
    str | None,
    typer.Option(
        "--view",
        metavar="VIEW",
        help="What is shown: graded, bypass, source, compare[:PERCENT] or false-color[:PRESET].",
    ),
]
FalseColor_ = Annotated[
    str | None,
    typer.Option(
        "--false-color",
        metavar="PRESET",
        help="Short for --view false-color:PRESET; ire, levels, excursions, gamut, arri-classic, red-video, "
        "blackmagic; with --camera stops, stops-luminance, sensor-16, limits, red-exposure; or a file NAME.toml.",
    ),
]
Engine_ = Annotated[str, typer.Option("--engine", metavar="NAME", help="auto, cuda, native or reference.")]
Sampling_ = Annotated[
    str,
    typer.Option(
        "--scope-sampling",
        metavar="SAMPLING",
        help="What scopes count: full (every pixel), 2x2 (every second one both ways) or auto (2x2 above 1200 lines).",
    ),
]
Range_ = Annotated[
    str, typer.Option("--range", metavar="RANGE", help="auto, legal or full: how the source's code values are meant.")
]
Matrix_ = Annotated[str, typer.Option("--matrix", metavar="MATRIX", help="auto, bt601, bt709 or bt2020.")]
Threads_ = Annotated[
    int, typer.Option("--threads", metavar="N", min=0, max=64, help="CPU threads of the engine; 0: all cores.")
]
For_ = Annotated[float | None, typer.Option("--for", metavar="SECONDS", min=0.1, help="Stop after so many seconds.")]
Overwrite_ = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")]
Json_ = Annotated[bool, typer.Option("--json", help="Report as JSON on the standard output.")]
Sources_ = Annotated[
    list[str] | None, typer.Argument(metavar="SOURCE", help="Where the pictures come from, see above.")
]
Rig_ = Annotated[
    str | None,
    typer.Option("--rig", metavar="FILE", help="All of it from a rig (docs/rig-file.md), or demo:two-cameras."),
]
Cameras_ = Annotated[
    list[str] | None,
    typer.Option(
        "--camera",
        metavar="NAME",
        help="The camera: a model ('ALEXA 35') or a signal (sony-slog3); docs/cameras.md. B:NAME for one slot.",
    ),
]
Eis_ = Annotated[
    list[str] | None,
    typer.Option("--ei", metavar="N", help="Its exposure index, such as 800. B:N for one slot."),
]
Outs_ = Annotated[
    list[str] | None,
    typer.Option("--out", metavar="OUTPUT", help="Where the pictures go, see above; repeat for several."),
]
Stats_ = Annotated[
    Path | None, typer.Option("--stats", metavar="FILE", help="Write statistics as JSON to this file at the end.")
]
Loop_ = Annotated[bool, typer.Option("--loop", help="Files start again at their end.")]
Scopes_ = Annotated[
    int, typer.Option("--scopes", metavar="N", min=0, max=120, help="Scope measurements a second; 0: none.")
]
HlgPeak_ = Annotated[
    int,
    typer.Option(
        "--hlg-peak",
        metavar="NITS",
        min=400,
        max=2000,
        help="Of the display that scopes read HLG on.",
    ),
]
Headless_ = Annotated[
    bool, typer.Option("--headless", help="The API runs, for `livegrade ctl`, the desktop (`livegrade`) and others.")
]
NoApi_ = Annotated[bool, typer.Option("--no-api", help="With --headless: no API.")]
Listen_ = Annotated[
    str | None,
    typer.Option(
        "--listen",
        metavar="ADDRESS",
        help="The API for clients of other machines too: 0.0.0.0, or an address of this one, :PORT behind it.",
    ),
]
Library_ = Annotated[
    Path | None,
    typer.Option("--library", metavar="FOLDER", help="Where takes are kept; else LIVEGRADE_LIBRARY, or your own."),
]
NoLibrary_ = Annotated[bool, typer.Option("--no-library", help="Takes are not kept.")]
Osc_ = Annotated[
    int | None,
    typer.Option("--osc", metavar="PORT", min=1, max=65535, help="Surfaces drive the session by OSC on this port."),
]
OscPeers_ = Annotated[
    list[str] | None,
    typer.Option(
        "--osc-peer",
        metavar="ADDRESS",
        help="A surface on another machine that may; :PORT behind it is where it is told values. Repeat it.",
    ),
]
Midi_ = Annotated[
    Path | None,
    typer.Option("--midi", metavar="FILE", help="MIDI desks drive the session as this map says; docs/midi.md."),
]
Resume_ = Annotated[
    bool | None,
    typer.Option(
        "--resume/--anew", help="Goes on with the looks and views of the last session of this rig; or sets them aside."
    ),
]
Supervised_ = Annotated[
    bool,
    typer.Option("--supervised", help="Starts the session again when it is cut off, with what was done in it."),
]
