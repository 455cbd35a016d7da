"""`livegrade look ...` on the command line: parse and call. What a command does is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from livegrade.commands.words import Camera_, Ei_, GradeIn_, Json_, Look_, Matrix_, Overwrite_, Range_, To_

app = typer.Typer(help="Look files: what they say, other kinds of file, LUTs for boxes, matching pictures.")


@app.command("info")
def look_info(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Look files; FILE#ID for one of a collection.")],
    as_json: Json_ = False,
) -> int:
    """What look files are: size, domain, range, title, comments, and what livegrade assumes."""
    from livegrade.commands.look import run_info

    return run_info(files, as_json)


@app.command("convert")
def look_convert(
    source: Annotated[str, typer.Argument(metavar="A", help="Look file; FILE#ID for one of a collection.")],
    destination: Annotated[Path, typer.Argument(metavar="B", help="File to write; its extension says which kind.")],
    size: Annotated[int | None, typer.Option("--size", min=2, help="Points a side, or entries of a 1D LUT.")] = None,
    bits: Annotated[int | None, typer.Option("--bits", help="Depth of a .3dl: 10, 12 or 16.")] = None,
    dialect: Annotated[str | None, typer.Option("--dialect", help="Of a .cube: iridas or resolve.")] = None,
    output_space: Annotated[
        str | None, typer.Option("--output-space", help="Tag to write: rgb/PRIMARIES/WHITE/EOTF.")
    ] = None,
    overwrite: Overwrite_ = False,
) -> int:
    """A look file as another kind, with the error that this costs."""
    from livegrade.commands.look import ConvertArguments, run_convert

    return run_convert(ConvertArguments(source, destination, size, bits, dialect, output_space, overwrite))


@app.command("bake")
def look_bake(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="LUT to write: .cube .3dl .csp .clf .spi3d .vlt.")
    ],
    look: Look_ = None,
    camera: Camera_ = None,
    ei: Ei_ = None,
    to: To_ = None,
    grade_in: GradeIn_ = "camera",
    made_for: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="DEVICE",
            help="generic, colorbox, boxio, boxio-dual, teranex-mini, panasonic-vlt or arri-3dl.",
        ),
    ] = "generic",
    size: Annotated[int | None, typer.Option("--size", help="Points a side: 17, 26, 32, 33, 64 or 65.")] = None,
    bits: Annotated[str | None, typer.Option("--bits", help="Depth of the entries: 10, 12 or float.")] = None,
    range_map: Annotated[
        str | None,
        typer.Option("--range-map", help="10-bit codes that 0 and 1 stand for: 64-940, 64-1019, 4-1019 or 0-1023."),
    ] = None,
    range_: Annotated[
        str,
        typer.Option(
            "--range", metavar="RANGE", help="auto, legal or full: the codes that are black and white to the look."
        ),
    ] = "auto",
    shaper: Annotated[
        str, typer.Option("--shaper", help="none, or auto: a 1D table before the lattice where it is worth it.")
    ] = "none",
    overwrite: Overwrite_ = False,
    as_json: Json_ = False,
) -> int:
    """The looks, in the order given, as one LUT, with the error that this costs and where it is worst."""
    from livegrade.commands.look_bake import BakeArguments, run_bake

    looks = look or []
    return run_bake(
        BakeArguments(
            looks, out, camera, ei, to, grade_in, made_for, size, bits, range_map, range_, shaper, overwrite, as_json
        )
    )


@app.command("match")
def look_match(
    first: Annotated[
        str, typer.Argument(metavar="A", help="Still, or frame of a clip: clip.mov@25, clip.mov@10:00:00:00.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="The picture that A is to be brought to.")],
    camera: Camera_ = None,
    ei: Ei_ = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            "--region", metavar="X,Y,W,H", help="Pixels to compare; once for both, or twice, for A and for B."
        ),
    ] = None,
    unaligned: Annotated[
        bool, typer.Option("--unaligned", help="The pictures do not show the same in every pixel.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write the CDL: .cdl .cc .ccc .edl .ale.")
    ] = None,
    range_: Range_ = "auto",
    matrix: Matrix_ = "auto",
    overwrite: Overwrite_ = False,
    as_json: Json_ = False,
) -> int:
    """How B differs from A in stops, white balance and contrast, and the CDL that brings A there."""
    from livegrade.commands.look_match import MatchArguments, run_match

    return run_match(
        MatchArguments(first, second, camera, ei, region or [], unaligned, out, range_, matrix, overwrite, as_json)
    )
