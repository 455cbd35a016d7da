"""Native scopes, false colour and zebra give NumPy's bytes, at every level this processor runs."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from livegrade.errors import FormatError
from livegrade.scopes import native
from livegrade.scopes.measure import ScopeCounts
from livegrade.scopes.presets import preset
from livegrade.video.codes import Codes, pack
from livegrade_shaders import _native

PROGRAM = Path(__file__).with_name("native_cases.py")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


cases = load(PROGRAM)


@pytest.mark.parametrize("name", cases.CASES)
def test_native_is_numpy(name: str) -> None:
    assert cases.native_digest(name) == cases.digest(cases.CASES[name].reference())


@pytest.mark.emulated
@pytest.mark.parametrize("level", [level for level in _native.isa_levels() if level != _native.isa()])
def test_every_other_level_of_this_processor(level: str) -> None:
    environment = os.environ | {"LIVEGRADE_ISA": level}
    done = subprocess.run(
        [sys.executable, str(PROGRAM)], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["level"] == level
    assert answer["digests"] == cases.digests()


def test_a_flat_full_frame_fills_one_bin_a_column() -> None:
    format = cases.video("v210", 1920, 1080)
    luma, chroma = np.full((1080, 1920), 940, np.uint16), np.full((1080, 960), 512, np.uint16)
    counts = ScopeCounts.empty(cases.EVERYTHING, format)
    pixels = pack(Codes((luma, chroma, chroma), 10, True), format)
    cases.METER.measure(cases.image(pixels, format), format, cases.EVERYTHING, counts)
    for row in range(4):
        assert np.all(counts.waveform[row, :, 940] == 1080)
    assert counts.vectorscope[256, 256] == 1080 * 960
    assert counts.histogram[0, 940] == 1080 * 1920


@pytest.mark.parametrize("step", [1, 2])
def test_a_real_picture(step: int, shared_data: Path) -> None:
    import av

    with av.open(str(shared_data / "footage" / "bigbuckbunny.mp4")) as clip:
        frame = next(clip.decode(video=0)).reformat(format="yuv422p10le")
    format = cases.video("v210", frame.width, frame.height)
    planes = []
    for plane, width in zip(frame.planes, (format.width, format.width // 2, format.width // 2), strict=True):
        rows = np.frombuffer(plane, np.uint16).reshape(plane.height, -1)
        planes.append(rows[:, :width].copy())
    pixels = pack(Codes(tuple(planes), 10, True), format)
    case = cases.counts_case(format, cases.ScopeRequest(ycbcr=True, step=step, phase=step - 1), pixels)
    assert case.native() == case.reference()


def test_sizes_that_do_not_fit_are_refused() -> None:
    small, large = cases.video("v210", 48, 4), cases.video("v210", 96, 4)
    source, target = (cases.image(cases.picture(format), format) for format in (small, large))
    with pytest.raises(FormatError, match="does not scale"):
        native.false_color(source, small, preset("ire"), target, large, cases.POOL)
