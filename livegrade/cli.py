"""The command line: parse, call, print, exit code. Whatever a command does lives in the module it calls, which is
imported when the command runs, so that `--help` answers at once.

Exit codes: 0 only when all that was asked is done, 2 for wrong use, 1 for failure; one plain sentence on stderr.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from livegrade import __version__
from livegrade.commands import devices_app, emulate_app, library_app, look_app
from livegrade.commands.attempt import attempt
from livegrade.commands.help import CTL_TEXT, RENDER_TEXT, RUN_TEXT, STILL_TEXT
from livegrade.commands.live import LiveArguments, ScopeFlags, SurfaceWords, start_live
from livegrade.commands.logfile import LogFile
from livegrade.commands.words import (
    Camera_,
    Cameras_,
    Ei_,
    Eis_,
    Engine_,
    FalseColor_,
    For_,
    GradeIn_,
    Headless_,
    HlgPeak_,
    Json_,
    Library_,
    Listen_,
    Look_,
    Loop_,
    Matrix_,
    Midi_,
    NoApi_,
    NoLibrary_,
    Osc_,
    OscPeers_,
    Outs_,
    Overwrite_,
    Range_,
    Resume_,
    Rig_,
    Sampling_,
    Scopes_,
    Source_,
    Sources_,
    Stats_,
    Supervised_,
    Threads_,
    To_,
    View_,
)
from livegrade.errors import UsageError
from livegrade.straight import open_desktop

app = typer.Typer(
    name="livegrade",
    help="Live grading and monitoring for the film set: a signal in, the look applied, a graded signal and scopes out.",
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_INPUT = re.compile(r"Input should be (.*?)(?:, unable to .*)?$")
"""How some versions of the parser begin what they say about a number."""

# The base of what the parser raises for wrong use. typer does not export it, and where it comes from has changed.
_WrongUse: type[typer.BadParameter] = typer.BadParameter.__mro__[1]


def run_command_line(arguments: list[str]) -> int:
    """Runs one command and returns its exit code. Never raises: what nobody expected is one sentence too, and its
    traceback stands in the log."""
    with LogFile(arguments) as log:
        return attempt(lambda: _parsed(arguments, log), log)


@cache
def _parser() -> Callable[..., object]:
    """Of all commands. `app` itself would build it anew for each line."""
    return typer.main.get_command(app)


def _parsed(arguments: list[str], log: LogFile) -> object:
    """What the command made. Raises UsageError for what the parser does not take."""
    try:
        return _parser()(arguments, standalone_mode=False, obj=log)
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except _WrongUse as error:
        raise UsageError(_wrong_use(error)) from error


def _wrong_use(error: typer.BadParameter) -> str:
    """What the parser says, with only those of its guesses at an option that could be a slip of the fingers: it takes
    --ei for near to --view."""
    given, guesses = (getattr(error, name, None) for name in ("option_name", "possibilities"))
    if not isinstance(given, str) or not isinstance(guesses, list):
        return _INPUT.sub(r"it must be \1", error.format_message()).replace("a valid integer", "a whole number")
    near = get_close_matches(given.strip("-"), [guess.strip("-") for guess in guesses], cutoff=0.7)
    hint = f"; did you mean {' or '.join(f'--{guess}' for guess in near)}?" if near else ""
    return f"{error.message}{hint}"


def _version(wanted: bool) -> None:
    if wanted:
        print(f"livegrade {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option("--log", metavar="FILE", help="Keep the log here; `livegrade doctor` says where it is else."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Write more into the log.")] = False,
) -> None:
    """Live grading and monitoring for the film set: a signal in, the look applied, a graded signal and scopes out."""
    # The doctor looks and changes nothing. What parses only, as shell completion does, brings no log along.
    if isinstance(context.obj, LogFile) and (log is not None or context.invoked_subcommand != "doctor"):
        context.obj.open(log, verbose=verbose)
    if context.invoked_subcommand is None:
        raise typer.Exit(open_desktop())


@app.command(short_help="A simulated camera through a look to NDI; nothing to plug in.")
def demo(
    for_seconds: For_ = None,
    headless: Annotated[bool, typer.Option("--headless", help="No window: `livegrade demo` never has one.")] = False,
    format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="Picture format of the simulated camera.")
    ] = "1080p25",
    engine: Engine_ = "auto",
    threads: Threads_ = 0,
) -> int:
    """A simulated camera through a CDL and a LUT to NDI, with a contact sheet. Nothing to plug in."""
    from livegrade.demo import run_demo

    return run_demo(format, engine, threads, for_seconds)


@app.command(help=RUN_TEXT, short_help="Live: sources through the look to the outputs, until Ctrl+C.")
def run(
    sources: Sources_ = None,
    rig: Rig_ = None,
    look: Look_ = None,
    camera: Cameras_ = None,
    ei: Eis_ = None,
    to: To_ = None,
    grade_in: GradeIn_ = "camera",
    out: Outs_ = None,
    for_seconds: For_ = None,
    stats: Stats_ = None,
    loop: Loop_ = False,
    scopes: Scopes_ = 25,
    scope_sampling: Sampling_ = "auto",
    hlg_peak: HlgPeak_ = 1000,
    range_: Range_ = "auto",
    matrix: Matrix_ = "auto",
    engine: Engine_ = "auto",
    threads: Threads_ = 0,
    headless: Headless_ = False,
    no_api: NoApi_ = False,
    listen: Listen_ = None,
    library: Library_ = None,
    no_library: NoLibrary_ = False,
    osc: Osc_ = None,
    osc_peer: OscPeers_ = None,
    midi: Midi_ = None,
    resume: Resume_ = None,
    supervised: Supervised_ = False,
    overwrite: Overwrite_ = False,
) -> int:
    return start_live(
        LiveArguments(
            rig=rig,
            sources=tuple(sources or ()),
            looks=tuple(look or ()),
            cameras=tuple(camera or ()),
            exposure_indices=tuple(ei or ()),
            to=to,
            grade_in=grade_in,
            outputs=tuple(out or ()),
            range=range_,
            matrix=matrix,
            engine=engine,
            threads=threads,
            scopes=ScopeFlags(scopes, scope_sampling, hlg_peak),
            loop=loop,
            for_seconds=for_seconds,
            stats=stats,
            overwrite=overwrite,
            api=None if no_api else headless or resume is not None or listen is not None,
            listen=listen,
            library=library,
            keep=not no_library,
            surfaces=SurfaceWords(osc, tuple(osc_peer or ()), midi),
            resume=resume,
            supervised=supervised,
        )
    )


@app.command(help=RENDER_TEXT, short_help="Every frame of a source through the look into a file.")
def render(
    source: Source_,
    dest: Annotated[
        str, typer.Argument(metavar="DEST", help="The file to write (.mov .mp4 .m4v, or name.%06d.tif .png).")
    ],
    look: Look_ = None,
    camera: Camera_ = None,
    ei: Ei_ = None,
    to: To_ = None,
    grade_in: GradeIn_ = "camera",
    frames: Annotated[
        int | None, typer.Option("--frames", metavar="N", min=1, help="Only the first so many frames.")
    ] = None,
    range_: Range_ = "auto",
    matrix: Matrix_ = "auto",
    engine: Engine_ = "auto",
    threads: Threads_ = 0,
    overwrite: Overwrite_ = False,
    as_json: Json_ = False,
) -> int:
    from livegrade.commands.render import RenderArguments, run_render

    return run_render(
        RenderArguments(
            source=source,
            dest=dest,
            looks=look or [],
            camera=camera,
            ei=ei,
            to=to,
            grade_in=grade_in,
            frames=frames,
            range=range_,
            matrix=matrix,
            engine=engine,
            threads=threads,
            overwrite=overwrite,
            as_json=as_json,
        )
    )


@app.command(help=STILL_TEXT, short_help="One frame as a 16-bit picture, or as a sheet with scopes.")
def still(
    source: Source_,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="PNG or TIFF to write.")],
    at: Annotated[str, typer.Option("--at", metavar="FRAME", help="Frame number from 0, or timecode.")] = "0",
    look: Look_ = None,
    camera: Camera_ = None,
    ei: Ei_ = None,
    to: To_ = None,
    grade_in: GradeIn_ = "camera",
    view: View_ = None,
    false_color: FalseColor_ = None,
    scopes: Annotated[
        str | None,
        typer.Option(
            "--scopes",
            metavar="LIST",
            help="Of waveform, overlay, parade, ycbcr, vectorscope, histogram, cie-xy, cie-uv, hml; by commas.",
        ),
    ] = None,
    scale: Annotated[
        str, typer.Option("--scale", metavar="SCALE", help="Scale of the scopes: code, percent, mv, nits or stops.")
    ] = "code",
    hlg_peak: HlgPeak_ = 1000,
    tap: Annotated[str | None, typer.Option("--tap", metavar="TAP", help="What is read: source or graded.")] = None,
    range_: Range_ = "auto",
    matrix: Matrix_ = "auto",
    engine: Engine_ = "auto",
    overwrite: Overwrite_ = False,
    as_json: Json_ = False,
) -> int:
    from livegrade.commands.still import StillArguments, run_still

    return run_still(
        StillArguments(
            source=source,
            out=out,
            at=at,
            looks=look or [],
            camera=camera,
            ei=ei,
            to=to,
            grade_in=grade_in,
            view=view,
            false_color=false_color,
            scopes=scopes,
            scale=scale,
            hlg_peak=hlg_peak,
            tap=tap,
            range=range_,
            matrix=matrix,
            engine=engine,
            overwrite=overwrite,
            as_json=as_json,
        )
    )


@app.command(short_help="What can be opened: NDI sources, devices, patterns; what comes beside the pictures of one.")
def sources(
    address: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="With --anc: the source to watch; decklink:0 if not said.")
    ] = None,
    wait: Annotated[
        float,
        typer.Option(
            "--wait", metavar="SECONDS", min=0.1, max=60, help="Seconds to look for NDI sources, or to watch."
        ),
    ] = 2.0,
    anc: Annotated[
        bool,
        typer.Option(
            "--anc", help="Watch ADDRESS for --wait seconds: its ancillary packets, timecode flags and user bits."
        ),
    ] = False,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FOLDER", help="With --anc: keep it all here, for a report.")
    ] = None,
    as_json: Json_ = False,
) -> int:
    """What can be opened: NDI sources on the network, capture devices, patterns.

    With --anc: what comes beside the pictures of one source. Start and stop the camera meanwhile, and the bits that
    change with it are told as rules for its record flag (docs/record-flags.md).
    """
    if anc:
        from livegrade.commands.anc import run_anc

        return run_anc(address, wait, save, as_json)
    if address is not None or save is not None:
        raise UsageError("ADDRESS and --save go with --anc: livegrade sources decklink:0 --anc --save FOLDER")
    from livegrade.commands.sources import run_sources

    return run_sources(wait, as_json)


@app.command()
def doctor(as_json: Json_ = False) -> int:
    """What this machine has, what is missing and what to do about it."""
    from livegrade.doctor import report

    return report(as_json)


@app.command(
    help=CTL_TEXT,
    short_help="Drives a running session: looks, views, state.",
    context_settings={"ignore_unknown_options": True},
)
def ctl(
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="The command and what belongs to it.")],
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", min=1, max=65535, help="Of the session, where several run.")
    ] = None,
    as_json: Json_ = False,
) -> int:
    from livegrade.commands.ctl import run_ctl

    return run_ctl(words, port, as_json)


@app.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Short live runs, some minutes in all; else 20.")] = False,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json", metavar="FILE", help="Write the table to this file too: JSON, or Markdown if it ends in .md."
        ),
    ] = None,
    scope_sampling: Sampling_ = "auto",
    only: Annotated[str, typer.Option("--only", metavar="TEXT", help="Only rows with this in their name.")] = "",
) -> int:
    """Speed and accuracy of this machine against its peers, in one run."""
    from livegrade.bench import report

    return report(quick, json_file, scope_sampling, only)


app.add_typer(look_app.app, name="look")
app.add_typer(devices_app.app, name="devices")
app.add_typer(emulate_app.app, name="emulate")
app.add_typer(library_app.app, name="library")
