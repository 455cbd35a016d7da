"""The command line: parse, call, print, exit code. Whatever a command does lives in the module it calls, which is
imported when the command runs, so that `--help` answers at once.

Exit codes: 0 only when all that was asked is done, 2 for wrong use, 1 for failure; one plain sentence on stderr.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from livegrade import __version__
from livegrade.errors import LivegradeError

app = typer.Typer(
    name="livegrade",
    help="Live grading and monitoring for the film set: a signal in, the look applied, a graded signal and scopes out.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Look_ = Annotated[
    list[str] | None,
    typer.Option(
        "--look",
        help="Look file (LUT, CDL, or FILE#ID of a collection, EDL or ALE); repeat for more. B:FILE for one slot.",
    ),
]
Engine_ = Annotated[str, typer.Option("--engine", help="auto, cuda, native or reference.")]
Range_ = Annotated[str, typer.Option("--range", help="auto, legal or full: how the source's code values are meant.")]
Matrix_ = Annotated[str, typer.Option("--matrix", help="auto, bt601, bt709 or bt2020.")]
Threads_ = Annotated[int, typer.Option("--threads", min=0, max=64, help="CPU threads of the engine; 0: all cores.")]
Overwrite_ = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")]
Json_ = Annotated[bool, typer.Option("--json", help="Report as JSON.")]


def run_command_line(arguments: list[str]) -> int:
    """Runs one command and returns its exit code. Never raises for what a user can cause."""
    try:
        result = app(arguments or ["--help"], standalone_mode=False)
    except LivegradeError as error:
        print(f"livegrade: {_one_line(str(error))}", file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print("livegrade: stopped", file=sys.stderr)
        return 130
    except Exception as error:
        # The parser's own errors (typer carries its parser inside, under changing names) know how to say themselves.
        say = getattr(error, "format_message", None)
        if say is None:
            raise
        print(f"livegrade: {_one_line(say())}", file=sys.stderr)
        return 2
    return result if isinstance(result, int) else 0


def _one_line(text: str) -> str:
    """File names and parsers may bring line ends and control characters of their own."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _version(wanted: bool) -> None:
    if wanted:
        print(f"livegrade {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Live grading and monitoring for the film set: a signal in, the look applied, a graded signal and scopes out."""


@app.command()
def demo(
    for_seconds: Annotated[float | None, typer.Option("--for", min=0.1, help="Stop after so many seconds.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="No window (there is none yet).")] = False,
    format: Annotated[str, typer.Option("--format", help="Picture format of the simulated camera.")] = "1080p25",
    engine: Engine_ = "auto",
    threads: Threads_ = 0,
) -> int:
    """A simulated camera through a CDL and a LUT to NDI, with a contact sheet. Nothing to plug in."""
    from livegrade.demo import run_demo

    return run_demo(format, engine, threads, for_seconds)


@app.command()
def run(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Path, pattern:NAME, ndi:NAME, ffmpeg:...")],
    look: Look_ = None,
    out: Annotated[
        list[str] | None,
        typer.Option("--out", help="Output: ndi:NAME, a file, null:; with ,view=... ,slot=B ,cal=LUT."),
    ] = None,
    for_seconds: Annotated[float | None, typer.Option("--for", min=0.1, help="Stop after so many seconds.")] = None,
    stats: Annotated[
        Path | None, typer.Option("--stats", help="Write statistics as JSON to this file at the end.")
    ] = None,
    loop: Annotated[bool, typer.Option("--loop", help="Files start again at their end.")] = False,
    scopes: Annotated[int, typer.Option("--scopes", min=0, max=120, help="Scope measurements a second; 0: none.")] = 25,
    range_: Range_ = "auto",
    matrix: Matrix_ = "auto",
    engine: Engine_ = "auto",
    threads: Threads_ = 0,
    headless: Annotated[bool, typer.Option("--headless", help="No window (there is none yet).")] = False,
    overwrite: Overwrite_ = False,
) -> int:
    """Live: sources become slots A, B, C; the look is applied and sent to the outputs until Ctrl+C."""
    from livegrade.commands.run import LiveArguments, run_live

    return run_live(
        LiveArguments(
            sources=tuple(sources),
            looks=tuple(look or ()),
            outputs=tuple(out or ()),
            range=range_,
            matrix=matrix,
            engine=engine,
            threads=threads,
            scopes_per_second=scopes,
            loop=loop,
            for_seconds=for_seconds,
            stats=stats,
            overwrite=overwrite,
        )
    )


@app.command()
def render(
    source: Annotated[str, typer.Argument(metavar="SOURCE")],
    dest: Annotated[str, typer.Argument(metavar="DEST", help="The file to write; with ,codec=prores|dnxhr|v210|h264.")],
    look: Look_ = None,
    frames: Annotated[int | None, typer.Option("--frames", min=1, help="Only the first so many frames.")] = None,
    range_: Range_ = "auto",
    matrix: Matrix_ = "auto",
    engine: Engine_ = "auto",
    threads: Threads_ = 0,
    overwrite: Overwrite_ = False,
    as_json: Json_ = False,
) -> int:
    """Every frame of SOURCE through the look into a file; nothing is dropped."""
    from livegrade.commands.render import RenderArguments, run_render

    return run_render(
        RenderArguments(source, dest, look or [], frames, range_, matrix, engine, threads, overwrite, as_json)
    )


@app.command()
def still(
    source: Annotated[str, typer.Argument(metavar="SOURCE")],
    out: Annotated[Path, typer.Option("--out", "-o", help="PNG or TIFF to write.")],
    at: Annotated[str, typer.Option("--at", help="Frame number from 0, or timecode.")] = "0",
    look: Look_ = None,
    false_color: Annotated[str | None, typer.Option("--false-color", help="False-colour preset.")] = None,
    scopes: Annotated[
        str | None,
        typer.Option("--scopes", help="Of waveform, overlay, parade, ycbcr, vectorscope, histogram."),
    ] = None,
    scale: Annotated[str, typer.Option("--scale", help="Scale of the scopes: code, percent or mv.")] = "code",
    tap: Annotated[str | None, typer.Option("--tap", help="What is read: source or graded.")] = None,
    range_: Range_ = "auto",
    matrix: Matrix_ = "auto",
    engine: Engine_ = "auto",
    overwrite: Overwrite_ = False,
) -> int:
    """One frame as a 16-bit picture, or as a sheet with scopes."""
    from livegrade.commands.still import StillArguments, run_still

    return run_still(
        StillArguments(source, out, at, look or [], false_color, scopes, scale, tap, range_, matrix, engine, overwrite)
    )


@app.command()
def sources(
    wait: Annotated[float, typer.Option("--wait", min=0.1, max=60, help="Seconds to look for NDI sources.")] = 2.0,
    as_json: Json_ = False,
) -> int:
    """What can be opened: NDI sources on the network, patterns, devices."""
    from livegrade.commands.sources import run_sources

    return run_sources(wait, as_json)


@app.command()
def doctor(as_json: Json_ = False) -> int:
    """What this machine has, what is missing and what to do about it."""
    from livegrade.doctor import report

    return report(as_json)


@app.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Short live runs.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the table as JSON to this file.")] = None,
) -> int:
    """Speed and accuracy of this machine against its peers, in one run."""
    from livegrade.bench import report

    return report(quick, json_file)
