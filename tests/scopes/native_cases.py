"""What the native kernels of scopes, false colour and zebra are tried on, each case with NumPy's answer.

Run as a program it prints the instruction-set level of this process and, for every case, a digest of the native answer:
the level is chosen once a process, so other levels are tried in processes of their own.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from hashlib import blake2b

import numpy as np

from livegrade.color.camera import camera
from livegrade.color.space import REC709
from livegrade.scopes import native
from livegrade.scopes.area import Area
from livegrade.scopes.bands import BandTable
from livegrade.scopes.falsecolor import Zebra, draw_zebra, false_color
from livegrade.scopes.measure import ScopeCounts, ScopeRequest, measure
from livegrade.scopes.plot import Balance, Chromaticities, Diagram
from livegrade.scopes.presets import PRESETS, preset
from livegrade.timing.rate import Rate
from livegrade.video.codes import Codes, pack
from livegrade.video.format import Matrix, Range, VideoFormat
from livegrade.video.layouts import LAYOUTS, layout
from livegrade_shaders import _native

POOL = _native.BandPool(2)
METER = native.ScopeMeter(POOL)
EVERYTHING = ScopeRequest(ycbcr=True)
PLOTS = (
    Chromaticities(Diagram.XY, camera("ALEXA 35").space, Range.LEGAL),
    Chromaticities(Diagram.UV, REC709, Range.FULL),
    Balance(300, 600),
)

Answer = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """Both answers as all their bytes."""

    native: Answer
    reference: Answer


def video(name: str, width: int, height: int, range: Range = Range.LEGAL, matrix: Matrix = Matrix.BT709) -> VideoFormat:
    return VideoFormat(width, height, Rate(25), layout(name), range, matrix)


def picture(format: VideoFormat, seed: int = 1) -> np.ndarray:
    """Random codes, as wide as the layout's own codes go."""
    noise = np.random.default_rng(seed)
    shape = (format.height, format.width)
    chroma = (format.height, format.layout.chroma_width(format.width))
    top = 2**format.layout.bits
    planes = tuple(noise.integers(0, top, size, dtype=np.uint16) for size in (shape, chroma, chroma))
    return pack(Codes(planes, format.layout.bits, format.layout.is_ycbcr), format)


def image(pixels: np.ndarray, format: VideoFormat) -> _native.Image:
    planes = format.geometry.planes
    offsets, strides = [plane.offset for plane in planes], [plane.stride for plane in planes]
    return _native.Image(pixels, format.layout.name, format.width, format.height, offsets, strides)


def sparse(counts: np.ndarray) -> bytes:
    """The shape, and all counts that are not zero with their places."""
    flat = counts.ravel()
    places = np.flatnonzero(flat != 0)
    return str(counts.shape).encode() + places.tobytes() + flat[places].tobytes()


def counts_case(format: VideoFormat, request: ScopeRequest, pixels: np.ndarray | None = None) -> Case:
    def taken() -> np.ndarray:
        return picture(format, request.phase) if pixels is None else pixels

    def counted(by: Callable[[np.ndarray, ScopeCounts], None]) -> bytes:
        counts = ScopeCounts.empty(request, format)
        counts.waveform[:] = 77
        by(taken(), counts)
        return b"".join(sparse(array) for array in (counts.waveform, counts.histogram, counts.vectorscope, counts.plot))

    return Case(
        lambda: counted(lambda pixels, counts: METER.measure(image(pixels, format), format, request, counts)),
        lambda: counted(lambda pixels, counts: measure(pixels, format, request, counts)),
    )


def bands(name: str) -> BandTable:
    """A preset for a camera: one whose clip point is published."""
    return preset(name, camera("ALEXA Mini", 400))


def false_color_case(source: VideoFormat, target: VideoFormat, name: str) -> Case:
    def ours() -> bytes:
        out = np.zeros(target.geometry.size, np.uint8)
        into = image(out, target)
        native.false_color(image(picture(source), source), source, bands(name), into, target, POOL)
        return out.tobytes()

    def truth() -> bytes:
        out = np.zeros(target.geometry.size, np.uint8)
        false_color(picture(source), source, bands(name), target, out)
        return out.tobytes()

    return Case(ours, truth)


def zebra_case(format: VideoFormat, zebra: Zebra, phase: int) -> Case:
    def ours() -> bytes:
        out = picture(format)
        native.draw_zebra(image(out, format), format, zebra, phase, POOL)
        return out.tobytes()

    def truth() -> bytes:
        out = picture(format)
        draw_zebra(out, format, zebra, phase)
        return out.tobytes()

    return Case(ours, truth)


def joined(cases: list[Case]) -> Case:
    return Case(
        lambda: b"".join(case.native() for case in cases),
        lambda: b"".join(case.reference() for case in cases),
    )


def _counts() -> Iterator[tuple[str, Case]]:
    sizes = ((1, 1, Range.LEGAL), (149, 9, Range.FULL), (97, 6, Range.LEGAL))
    for name in LAYOUTS:
        for step in (1, 2):
            request = ScopeRequest(ycbcr=True, step=step)
            phases = range(1 if step == 1 else 4)
            cases = [counts_case(video(name, *size), request.at(index)) for size in sizes for index in phases]
            yield f"counts-{name}-{step}", joined(cases)
    for name in ("v210", "r210", "yuv420p", "gbrp16"):
        for matrix in Matrix:
            for span in Range:
                yield f"counts-{name}-{matrix}-{span}", counts_case(video(name, 480, 64, span, matrix), EVERYTHING)
    areas = (Area(0, 0, 149, 1), Area(4, 3, 8, 6), Area(100, 8, 49, 1), Area(48, 0, 96, 9), Area(144, 2, 5, 5))
    for name in LAYOUTS:
        requests = [ScopeRequest(ycbcr=True, area=area, step=step) for area in areas for step in (1, 2)]
        cases = [counts_case(video(name, 149, 9), request.at(number)) for number, request in enumerate(requests)]
        yield f"counts-area-{name}", joined(cases)
    for name in ("v210", "yuv420p", "p216", "yuv444p10", "r210", "gbrp16"):
        requests = [
            ScopeRequest(False, False, False, False, False, step, plot=plot, area=area)
            for plot in PLOTS
            for step in (1, 2)
            for area in (None, Area(100, 8, 49, 1), Area(48, 0, 96, 9))
        ]
        cases = [counts_case(video(name, 149, 9), request.at(number)) for number, request in enumerate(requests)]
        yield f"counts-plot-{name}", joined(cases)
    uhd = video("v210", 3840, 16)
    for index in range(4):
        yield f"counts-uhd-2x2-{index}", counts_case(uhd, ScopeRequest(ycbcr=True, step=2).at(index))
    selections = (
        ScopeRequest(),
        ScopeRequest(rgb=False, vectorscope=False, histogram=False),
        ScopeRequest(luma=False, histogram=False),
        ScopeRequest(luma=False, rgb=False, histogram=False),
        ScopeRequest(rgb=False, histogram=False, ycbcr=True, vectorscope=False),
    )
    for number, request in enumerate(selections):
        cases = [counts_case(video(name, 100, 20), request) for name in ("v210", "bgra")]
        yield f"counts-selection-{number}", joined(cases)


def _false_colors() -> Iterator[tuple[str, Case]]:
    for name in LAYOUTS:
        cases = []
        for size in ((1, 1), (2, 3), (131, 38)):
            cases.append(false_color_case(video(name, *size), video("v210", *size), "ire"))
            cases.append(false_color_case(video("yuv422p10", *size), video(name, *size), "ire"))
            full = video(name, *size, Range.FULL)
            cases.append(false_color_case(full, video(name, *size), "arri-classic"))
        yield f"falsecolor-{name}", joined(cases)
    for name in (*PRESETS, "stops-luminance"):
        for matrix in Matrix:
            source, target = video("r210", 64, 64, matrix=matrix), video("p216", 64, 64, Range.FULL, matrix)
            yield f"falsecolor-{name}-{matrix}", false_color_case(source, target, name)
    for name in LAYOUTS:
        cases = []
        for size in ((1, 1), (2, 3), (131, 38), (133, 5)):
            for span in Range:
                for preset_name in ("limits", "gamut", "stops-luminance"):
                    one = video(name, *size, span)
                    cases.append(false_color_case(one, video("yuv422p10", *size), preset_name))
        yield f"falsecolor-classes-{name}", joined(cases)


def _zebras() -> Iterator[tuple[str, Case]]:
    kinds = ((1, 1, -100, None, 0), (131, 38, 60, 90, 5), (192, 33, 40, None, 9))
    for name in LAYOUTS:
        cases = []
        for width, height, low, high, phase in kinds:
            zebra = Zebra(Fraction(low), None if high is None else Fraction(high))
            cases.append(zebra_case(video(name, width, height), zebra, phase))
        two = Zebra(Fraction(20), Fraction(60), Zebra(Fraction(40)))
        cases.append(zebra_case(video(name, 131, 38), two, 3))
        yield f"zebra-{name}", joined(cases)


CASES: dict[str, Case] = dict((*_counts(), *_false_colors(), *_zebras()))


def digest(answer: bytes) -> str:
    return blake2b(answer, digest_size=16).hexdigest()


@cache
def native_digest(name: str) -> str:
    """Of the native answer of this process."""
    return digest(CASES[name].native())


def digests() -> dict[str, str]:
    return {name: native_digest(name) for name in CASES}


if __name__ == "__main__":
    print(json.dumps({"level": _native.isa(), "digests": digests()}))
