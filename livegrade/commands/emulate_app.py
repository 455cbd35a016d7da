"""`livegrade emulate ...` on the command line: parse and call. What a command does is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from livegrade_hardware.emulators.faults import WORDS
from livegrade_hardware.emulators.kinds import OURS

app = typer.Typer(help="Emulated equipment in place of the real: SDI cards for a command, devices on the network.")

TEXT = """Runs COMMAND with emulated DeckLink cards in place of the real ones; Linux only.

\b
  livegrade emulate decklink -- livegrade run decklink:0 --out decklink:1 --for 10

A generator stands at every input. At the end each output tells what it showed, counted by the index that is burned
into the pictures. The driver is built with the C++ compiler when it is first wanted. COMMAND's exit code is the
answer, and signals reach it as if it had been started alone.

\b
Settings for --set (CARD counts from 0):
  CARD.signal=720p59.94, none      CARD.rgb=on          CARD.psf=on
  CARD.pattern=moving, still, file:RAW                  CARD.sound=off
  CARD.timecode-carriers=rpv1,rphr CARD.user-bits=0x12  CARD.eotf=2
  CARD.packets="51/52@10:0102 ..."                      CARD.counter-packet=on
  CARD.record-flag=on              CARD.record-bits=1   CARD.record-noise=57
  CARD.drop-every=100              CARD.late-every=9    CARD.out-drop-every=9
  CARD.in-drift=50                 CARD.out-drift=-50   CARD.buffers=4
  CARD.busy=capture, playback      CARD.reference=none  CARD.lines=1080
  version=12.4                     speed=10             cards=0
"""


Command = Annotated[list[str], typer.Argument(metavar="COMMAND...", help="What to run, behind --.")]
Cards = Annotated[int, typer.Option("--cards", metavar="N", min=0, max=8, help="How many cards there are.")]
Signal = Annotated[
    str, typer.Option("--signal", metavar="FORMAT", help="What comes in at every card: 1080p50, 2160p25, none.")
]
FirstTimecode = Annotated[str, typer.Option("--timecode", metavar="TC", help="Of the first picture; off: none.")]
Record = Annotated[
    str | None,
    typer.Option("--record", metavar="FIRST-END", help="The camera records from one picture to another."),
]
Drifts = Annotated[
    list[str] | None,
    typer.Option("--drift", metavar="CARD:PPM", help="That card's clocks are faster by so many parts per million."),
]
Loops = Annotated[
    list[str] | None,
    typer.Option("--loop", metavar="OUT:IN", help="The output of one card is plugged into the input of another."),
]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Anything else, see above; repeat for more.")
]
PictureLog = Annotated[
    Path | None, typer.Option("--log", metavar="FILE", help="Write a line for every picture in and out.")
]


@app.command("decklink", help=TEXT, short_help="DeckLink cards.", context_settings={"allow_interspersed_args": False})
def decklink(
    command: Command,
    cards: Cards = 2,
    signal: Signal = "1080p25",
    timecode: FirstTimecode = "10:00:00:00",
    record: Record = None,
    drift: Drifts = None,
    loop: Loops = None,
    set_: Settings = None,
    log: PictureLog = None,
) -> int:
    from livegrade.commands.emulate import EmulateArguments, run_emulated

    return run_emulated(
        EmulateArguments(
            command=tuple(command),
            cards=cards,
            signal=signal,
            timecode=timecode,
            record=record,
            drifts=tuple(drift or ()),
            loops=tuple(loop or ()),
            settings=tuple(set_ or ()),
            log=log,
        )
    )


def _device(kind: str, title: str) -> None:
    """One command for each emulated device."""

    @app.command(kind, help=f"A stand-in for {title}, until Ctrl+C.", short_help=f"{title}.")
    def device(
        port: Annotated[
            int | None,
            typer.Option("--port", metavar="N", min=0, max=65535, help="Where it listens; 0: any that is free."),
        ] = None,
        host: Annotated[
            str, typer.Option("--host", metavar="ADDRESS", help="Of this machine; 0.0.0.0 for all.")
        ] = "127.0.0.1",
        set_: Annotated[
            list[str] | None,
            typer.Option("--set", metavar="NAME=VALUE", help="How it is set up; a wrong name lists all."),
        ] = None,
        delay: Annotated[int, typer.Option("--delay", metavar="MS", min=0, help="Before each answer.")] = 0,
        cut_after: Annotated[
            int | None, typer.Option("--cut-after", metavar="BYTES", min=0, help="Cuts each connection there.")
        ] = None,
        clients: Annotated[
            int | None, typer.Option("--clients", metavar="N", min=0, help="Turns away whoever is one too many.")
        ] = None,
        fault: Annotated[
            list[str] | None,
            typer.Option("--fault", metavar="WORD", help=f"What goes wrong with it: {WORDS}; repeat for more."),
        ] = None,
        log: Annotated[
            Path | None, typer.Option("--log", metavar="FILE", help="Write down everything that goes over it.")
        ] = None,
        serial: Annotated[
            bool, typer.Option("--serial", help="At a serial port that comes with it, and not on the network.")
        ] = False,
        link: Annotated[
            Path | None, typer.Option("--link", metavar="NAME", help="The same name each time for that serial port.")
        ] = None,
        announce: Annotated[
            bool, typer.Option("--announce", help="So that `livegrade devices` finds it, where the real one does so.")
        ] = False,
    ) -> int:
        from livegrade.commands.emulate_device import EmulateDeviceArguments, run_emulated_device

        settings = tuple(set_ or ())
        return run_emulated_device(
            EmulateDeviceArguments(
                kind, host, port, settings, delay, cut_after, clients, log, serial, link, announce, tuple(fault or ())
            )
        )


for _kind, (_title, _) in OURS.items():
    _device(_kind, _title)
