"""`livegrade devices ...` on the command line: parse and call. What a command does is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from livegrade.commands.words import Json_
from livegrade.errors import UsageError

app = typer.Typer()

Address_ = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="KIND:HOST[:PORT][,key=value]..., such as colorbox:10.0.0.5.")
]
Look_ = Annotated[
    list[str] | None,
    typer.Option("--look", metavar="FILE", help="Look file; repeat for more, which apply in order. None: no change."),
]
Range_ = Annotated[
    str,
    typer.Option("--range", metavar="RANGE", help="legal or full: the codes that pass through the box."),
]
Record_ = Annotated[
    Path | None,
    typer.Option("--record", metavar="FILE", help="Write down all that goes over the wire, for a report; a new file."),
]

Preset_ = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Of the preset, counted from 1.")]


@app.callback(invoke_without_command=True)
def devices(
    context: typer.Context,
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0.1, max=60, help="How long announcements are waited for.")
    ] = 3.0,
    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="ADDRESS", help="A device that may not announce itself; repeat for more."),
    ] = None,
    rig: Annotated[str | None, typer.Option("--rig", metavar="FILE", help="And the devices of this rig.")] = None,
    kinds: Annotated[
        bool, typer.Option("--kinds", help="The kinds of device that there are, and what may stand in their addresses.")
    ] = False,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Whether each is asked who it is.")] = True,
    as_json: Json_ = False,
) -> int:
    """Devices that announce themselves on the network, serial ports, and those that are named: kind and address as
    other commands take them, model, firmware, and how they stand. Exit code 1 where a named one is not there."""
    if context.invoked_subcommand is not None:
        return 0
    if kinds:
        from livegrade.commands.devices_kinds import run_kinds

        return run_kinds(as_json)
    from livegrade.commands.devices_list import run_devices

    return run_devices(wait, tuple(at or ()), rig, as_json, ask=ask)


@app.command("push")
def push(
    address: Address_,
    look: Look_ = None,
    range_: Range_ = "legal",
    record: Record_ = None,
    as_json: Json_ = False,
) -> int:
    """Sends a look to a box and says what the box makes of it: in which form, how far that is from the look, how long
    it took, and whether the box has confirmed it. The look stays there."""
    from livegrade.commands.devices import DeviceArguments, run_push

    return run_push(DeviceArguments(address, tuple(look or ()), _is_full(range_), record, as_json))


@app.command("prove")
def prove(
    address: Address_,
    look: Annotated[
        list[str] | None,
        typer.Option(
            "--look",
            metavar="FILE",
            help="Look file to prove; repeat for more. By colours, without it: what the box holds now.",
        ),
    ] = None,
    range_: Range_ = "legal",
    threshold: Annotated[
        float,
        typer.Option("--threshold", metavar="CODES", min=0, help="Codes of the box by which it may be off its tables."),
    ] = 1.0,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="MEANS",
            help="colours: put through the box; grab: those of its picture now; capture: a chart, from outside.",
        ),
    ] = "colours",
    source: Annotated[
        str | None, typer.Option("--source", metavar="SOURCE", help="Of a capture: where the box's output comes in.")
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="OUTPUT", help="Of a capture: sends the chart to the box; none: another does."),
    ] = None,
    size: Annotated[
        str | None, typer.Option("--size", metavar="FORMAT", help="Of the chart at --out, such as 1080p25 (usual).")
    ] = None,
    record: Record_ = None,
    as_json: Json_ = False,
) -> int:
    """Puts known colours through a box and compares what comes out with what its tables give. With --look it gets that
    look first, is compared with it too, and is set back to what it showed, as far as it can say what that was; without,
    nothing of it changes. The box shows the colours and not its input for some seconds. Exit code 1 where it is off,
    or is left otherwise than it was. With --by grab the colours are those that stand still in its picture, the look is
    only compared with and not sent, and nothing is seen of it. With --by capture a chart of known colours goes out at
    --out, through the box, and comes in again at --source; of all boxes whose tables are known. The look is only
    compared with."""
    from livegrade.commands.devices import DeviceArguments, run_prove

    if by not in ("colours", "grab", "capture"):
        raise UsageError(f"--by {by[:40]}: choose colours, grab or capture")
    if by != "capture" and (source, out, size) != (None, None, None):
        raise UsageError("--source, --out and --size belong to --by capture")
    arguments = DeviceArguments(address, tuple(look or ()), _is_full(range_), record, as_json)
    if by == "capture":
        from livegrade.commands.devices_capture import CapturePlan, run_prove_by_capture

        return run_prove_by_capture(arguments, threshold, CapturePlan.of(source, out, size))
    if by == "grab":
        from livegrade.commands.devices_pictures import run_prove_by_grab

        return run_prove_by_grab(arguments, threshold)
    return run_prove(arguments, threshold)


@app.command("grab")
def grab(
    address: Address_,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FILE", help="A new .png or .tif of 16 bits.")],
    is_input: Annotated[bool, typer.Option("--input", help="Its input in place of its output.")] = False,
) -> int:
    """A picture of what a box shows, or of its input: codes as the box gives them. Nothing of it is seen."""
    from livegrade.commands.devices import DeviceArguments
    from livegrade.commands.devices_pictures import run_grab

    return run_grab(DeviceArguments(address), out, behind=not is_input)


@app.command("bypass")
def bypass(
    address: Address_,
    switch: Annotated[str, typer.Argument(metavar="on|off", help="on: its input as it is; off: its look.")],
) -> int:
    """A box shows its input as it is, or its look again."""
    from livegrade.commands.devices import DeviceArguments, run_bypass

    if switch not in ("on", "off"):
        raise UsageError(f"bypass {switch[:40]}: choose on or off")
    return run_bypass(DeviceArguments(address), on=switch == "on")


@app.command("presets")
def presets(address: Address_, as_json: Json_ = False) -> int:
    """The presets that a box keeps itself: number and name."""
    from livegrade.commands.devices import DeviceArguments, run_presets

    return run_presets(DeviceArguments(address, as_json=as_json))


@app.command("store")
def store(
    address: Address_,
    preset: Preset_,
    name: Annotated[str, typer.Option("--name", help="What the box calls it.")],
    look: Look_ = None,
    range_: Range_ = "legal",
) -> int:
    """What a box shows becomes one of its presets, which outlasts a power cut. With --look it gets that look first."""
    from livegrade.commands.devices import DeviceArguments, run_store

    return run_store(DeviceArguments(address, tuple(look or ()), _is_full(range_)), preset, name)


@app.command("recall")
def recall(address: Address_, preset: Preset_) -> int:
    """A box shows one of its presets in place of its look."""
    from livegrade.commands.devices import DeviceArguments, run_recall

    return run_recall(DeviceArguments(address), preset)


@app.command("library")
def library(
    address: Address_,
    show: Annotated[
        str,
        typer.Option("--show", metavar="STAGE:NUMBER", help="A stage shows that entry, such as 3d:4; 0 is none."),
    ] = "",
    put: Annotated[
        Path | None,
        typer.Option("--put", metavar="FILE", help="A .cube that becomes an entry of the box's (experimental)."),
    ] = None,
    entry: Annotated[
        int | None, typer.Option("--entry", metavar="NUMBER", min=1, max=999, help="With --put: which.")
    ] = None,
    record: Record_ = None,
    as_json: Json_ = False,
) -> int:
    """The LUTs and matrices that a box keeps in its libraries, and what its stages show. With --show a stage shows one
    of them in place of the look; the other stages stay as they are. With --put a .cube becomes an entry, and the
    library is read again: exit code 1 where the box does not say that it has it."""
    from livegrade.commands.devices import DeviceArguments
    from livegrade.commands.devices_library import run_library, run_put, run_show

    arguments = DeviceArguments(address, record=record, as_json=as_json)
    if (put is None) != (entry is None) or (put is not None and show):
        raise UsageError("--put FILE and --entry NUMBER go together, and not with --show")
    if put is not None and entry is not None:
        return run_put(arguments, put, entry)
    if not show:
        return run_library(arguments)
    stage, colon, number = show.partition(":")
    if not (stage and colon and number.isascii() and number.isdigit() and len(number) <= 3):
        raise UsageError(f"--show {show[:40]}: a stage and the number of an entry are wanted, such as 3d:4")
    return run_show(arguments, stage, int(number))


def _is_full(text: str) -> bool:
    if text not in ("legal", "full"):
        raise UsageError(f"--range {text[:40]}: choose legal or full")
    return text == "full"
