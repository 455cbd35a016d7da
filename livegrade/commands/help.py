"""What `--help` of run, render and still says beside the options: sources, outputs, views, codecs. Text only."""

from __future__ import annotations

SOURCES = """\b
Sources, with ,range=auto|legal|full ,matrix=auto|bt601|bt709|bt2020:
  clip.mov                      any file FFmpeg reads
  ndi:NAME                      `livegrade sources` lists them
  pattern:NAME[@1080p25]        camera, bars, ramp, zoneplate, patches,
                                black, grey, white, red, green, blue, cyan,
                                magenta, yellow;
                                ,layout=v210 ,timecode=10:00:00:00
                                ,camera=sony-slog3
  decklink:INDEX                an SDI card; ,connection=sdi|hdmi|optical
        ,mode=auto or what comes (1080p25, 1080i50) ,audio=on|off
        ,layout=v210, uyvy; for RGB r210, R10l, R10b, R12B, R12L
  ffmpeg:FORMAT:URL             devices and streams: ffmpeg:v4l2:/dev/video0,
                                ffmpeg::srt://10.0.0.5:9000
"""
RECORD = """\b
Options behind a camera, for its takes; docs/record-flags.md:
  ,record=auto|off|flag|sender|running|bits:MASK|packet:DID/SDID:BYTE:MASK
        where its record flag stands
  ,record-frames=2              for how many pictures it must stand
"""
VIEWS = """\b
Options behind an output:
  ,view=source|bypass|graded|false-color[:PRESET]|compare[:PERCENT]
        PRESET: ire (default), arri-classic, red-video, levels, excursions,
        gamut, blackmagic; with --camera: stops, sensor-16, stops-luminance,
        limits, red-exposure; or a file NAME.toml
        compare: source left, graded right, half of each or PERCENT source
  ,with=slot:B|slot:B:source|still:12|still:12:source|file:PATH|bypass
                                what compare shows beside; in a session
  ,mode=wipe|wipe-horizontal|split|blend|toggle|difference|grid
        grid: with=graded+slot:B+still:12, or all slots
  ,at=30                        percent of wipe, blend, split
  ,gain=8                       of a difference
  ,tap=source|graded            what false colour reads
  ,zebra=95 or 70-75 or 70-75+95    percent; two bands lean two ways
  ,peaking=low|medium|high      or percent; +red, +green, +blue, +yellow,
        +white; +grey: the picture between the edges loses its colour
  ,guides=2.39+shade:60         frames by aspect; +action, +title, +thirds,
        +cross, +line:50, +yellow, +squeezed:2; several aspects
  ,burn-in=all                  or of tc+clip+slot+look+camera+view; +top
  ,legend=right|left            of false colour, in the picture
  ,desqueeze=2                  factor of the lens: 1.25, 1.33, 1.5, 1.8...
  ,opacity=60                   percent of false colour over the picture
  ,to=rec709|srgb|p3-d65|rec2100-pq|rec2100-hlg[:aces1]
                                its output transform, with --camera
  ,cal=monitor.cube             a LUT of that monitor alone
"""
CODECS = """\
  ,codec=                       prores (= prores-hq), prores-proxy, prores-lt,
        prores-422, prores-4444, prores-fast, dnxhr (= dnxhr-hqx), dnxhr-lb,
        dnxhr-sq, dnxhr-hq, dnxhr-444, v210, h264, h265 (= hevc)
  ,quality=0...51               h264 and h265; 0 is best
"""
OUTPUTS = """\b
Outputs:
  ndi:NAME                      a source on the network
  decklink:INDEX                an SDI card; ,preroll=2...8 pictures ahead
        ,on-change=follow|hold  when the signal changes its format
        ,packets=all, none, 51/53+61/01   ancillary ones that go out
        ,layout=v210, uyvy, r210, R10l, R10b, R12B, R12L
  graded.mov                    a file: .mov .mp4 .m4v
  graded.%06d.tif .png          16-bit stills
  null:                         nowhere, for measuring
"""
RUN_TEXT = f"""Live: sources become slots A, B, C; the look is applied and sent to the outputs until Ctrl+C.

{SOURCES}
{RECORD}
{OUTPUTS}
{VIEWS}  ,slot=B                       the source it shows; A where not said
  ,on-loss=hold|black|bars      what it shows while there is no signal
  ,layout=p216|uyvy ,audio=off
{CODECS}"""
RENDER_TEXT = f"""Every frame of SOURCE through the look into the file DEST; nothing is dropped.

{SOURCES}
{VIEWS}{CODECS}"""
STILL_TEXT = f"""One frame of SOURCE as a 16-bit picture, or as a sheet with scopes.

{SOURCES}"""

CTL_TEXT = """Drives a session that runs with `livegrade run ... --headless` on this machine.

\b
  livegrade ctl look set --slot A slope.r=1.05 saturation=0.9
  livegrade ctl look set --slot A --relative offset=0.01,0,-0.01
  livegrade ctl look undo --slot A
  livegrade ctl look load --slot A --path day1.cdl
  livegrade ctl look save --slot A --path day1.json
  livegrade ctl look add --slot A --kind contrast
  livegrade ctl still grab --slot A
  livegrade ctl view set --sink 1 --view false-color:stops
  livegrade ctl sink add --address ndi:Director,to=rec709
  livegrade ctl source set --slot A --camera "ALEXA 35" --ei 800
  livegrade ctl take slate --scene 12 --shot A director=Varda
  livegrade ctl take list scene=12 circled
  livegrade ctl state              the whole state, JSON
  livegrade ctl slot list          also sink, event
  livegrade ctl commands           all commands and what they take
  livegrade ctl commands take      those on takes; look, view, sink and the others too

A command is answered when it is in effect, with the picture of the source from which it counts; exit code 1 when it is
refused. docs/api.md has the API behind it.
"""
