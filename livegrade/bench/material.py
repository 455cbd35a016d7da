"""The picture and the look that every benchmark uses, made from a seed, so that every machine has the same.

The picture is hard on purpose: smooth luma and colour fields with a 1/f spectrum, 60 hard-edged shapes with colours
beyond black and white, and sensor noise, so that it visits many lattice cells and has excursions. The look is an ASC
CDL with different slope, offset and power per channel and saturation, then a 33-point lattice (S-curve, cross-talk,
split tone).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from livegrade.color.slots import Affine, Clamp, Curve, Curves, Lattice, Matrix3, Power, SlotForm
from livegrade.video.format import Matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Words: TypeAlias = NDArray[np.uint16]

SEED = 20240611
SHAPES = 60
NOISE = 0.006
LUMA_709 = np.array(Matrix.BT709.luma_weights)
"""Weights of R', G', B' in Y'; the ASC CDL v1.2 uses the same for saturation."""


@dataclass(frozen=True, slots=True)
class Cdl:
    """ASC CDL v1.2 values; slope, offset and power per channel."""

    slope: tuple[float, float, float]
    offset: tuple[float, float, float]
    power: tuple[float, float, float]
    saturation: float


CDL = Cdl((1.08, 1.0, 0.93), (-0.012, 0.004, 0.016), (0.94, 1.04, 1.12), 1.15)


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """A 10-bit legal BT.709 4:2:2 picture. `y`: uint16 (h, w); `cb`, `cr`: uint16 (h, w / 2), co-sited left."""

    y: Words
    cb: Words
    cr: Words

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.y.shape[1], self.y.shape[0]


def picture(width: int = 1920, height: int = 1080, seed: int = SEED) -> Planes:
    """The synthetic picture. `width` is even. Words lie in 4..1019."""
    rng = np.random.default_rng(seed)
    rgb = 0.45 + 0.15 * _pink(rng, width, height)[..., np.newaxis]
    rgb = rgb + 0.045 * np.stack([_pink(rng, width, height) for _ in range(3)], axis=-1)
    _draw_shapes(rng, rgb)
    rgb += rng.normal(0.0, NOISE, rgb.shape)
    return _encode(rgb)


def decode(planes: Planes) -> Floats:
    """R'G'B' float64 (h, w, 3), legal black 0 and white 1, chroma interpolated linearly (co-sited)."""
    luma = (planes.y.astype(np.float64) - 64.0) / 876.0
    blue, red = (_chroma_up((plane.astype(np.float64) - 512.0) / 896.0) for plane in (planes.cb, planes.cr))
    kr, kg, kb = LUMA_709
    r = luma + 2.0 * (1.0 - kr) * red
    b = luma + 2.0 * (1.0 - kb) * blue
    g = (luma - kr * r - kb * b) / kg
    return np.stack([r, g, b], axis=-1)


def lattice(size: int = 33) -> Lattice:
    """An S-curve, a little cross-talk between channels, warm highlights and cool shadows. Entries lie in 0..1."""
    axis = np.linspace(0.0, 1.0, size)
    rgb = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    curved = rgb + 0.35 * rgb * (1.0 - rgb) * (2.0 * rgb - 1.0) * 2.0
    mixed = curved @ np.array([[0.93, 0.05, 0.02], [0.03, 0.94, 0.03], [0.02, 0.06, 0.92]]).T
    tone = (mixed @ LUMA_709)[..., np.newaxis]
    split = mixed + (tone - 0.5) * np.array([0.05, 0.01, -0.06])
    return Lattice(np.clip(split, 0.0, 1.0))


def lut_only() -> SlotForm:
    """The lattice and nothing else."""
    return SlotForm(lattice=lattice())


def cdl_and_lut(cdl: Cdl = CDL) -> SlotForm:
    """The clamping CDL followed by the lattice, as slots."""
    channels = [
        Curve((Affine(slope, offset), Clamp(0.0, 1.0), Power(power)))
        for slope, offset, power in zip(cdl.slope, cdl.offset, cdl.power, strict=True)
    ]
    saturation = np.outer(np.ones(3), LUMA_709) * (1.0 - cdl.saturation) + np.eye(3) * cdl.saturation
    clamp = Curve((Clamp(0.0, 1.0),))
    return SlotForm(Curves(*channels), Matrix3(saturation), Curves(clamp, clamp, clamp), lattice())


def cube_text(lut: Lattice) -> str:
    """The lattice as the text of a .cube file (red fastest), for programs that only read files."""
    rows = lut.values.transpose(2, 1, 0, 3).reshape(-1, 3)
    lines = [f"LUT_3D_SIZE {lut.size}", *(f"{r:.9f} {g:.9f} {b:.9f}" for r, g, b in rows)]
    return "\n".join(lines) + "\n"


def _pink(rng: np.random.Generator, width: int, height: int) -> Floats:
    """A field with amplitude spectrum 1/f, zero mean and unit deviation."""
    frequency = np.hypot(np.fft.fftfreq(height)[:, np.newaxis], np.fft.rfftfreq(width)[np.newaxis, :])
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.normal(size=(height, width))) / frequency
    field = np.fft.irfft2(spectrum, s=(height, width))
    return np.asarray(field / field.std())


def _draw_shapes(rng: np.random.Generator, rgb: Floats) -> None:
    """Rectangles and ellipses with hard edges, in place; some of the colours lie beyond black or white."""
    height, width = rgb.shape[:2]
    rows, columns = np.ogrid[:height, :width]
    for number in range(SHAPES):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        across, down = rng.uniform(0.01, 0.08) * width, rng.uniform(0.01, 0.08) * height
        near_x, near_y = np.abs(columns - x) / across, np.abs(rows - y) / down
        inside = np.maximum(near_x, near_y) < 1.0 if number % 2 else near_x**2 + near_y**2 < 1.0
        rgb[inside] = rng.uniform(-0.05, 1.06, 3)


def _encode(rgb: Floats) -> Planes:
    kr, _, kb = LUMA_709
    luma = rgb @ LUMA_709
    blue = _chroma_down((rgb[..., 2] - luma) / (2.0 * (1.0 - kb)))
    red = _chroma_down((rgb[..., 0] - luma) / (2.0 * (1.0 - kr)))
    return Planes(*(_words(plane) for plane in (64.0 + 876.0 * luma, 512.0 + 896.0 * blue, 512.0 + 896.0 * red)))


def _words(values: Floats) -> Words:
    return np.clip(np.rint(values), 4, 1019).astype(np.uint16)


def _chroma_up(plane: Floats) -> Floats:
    full = np.repeat(plane, 2, axis=1)
    full[:, 1:-1:2] = 0.5 * (plane[:, :-1] + plane[:, 1:])
    return full


def _chroma_down(plane: Floats) -> Floats:
    """[1 2 1] / 4, co-sited; how the material's own chroma is made is no part of what is measured."""
    before = np.concatenate([plane[:, :1], plane[:, 1:-1:2]], axis=1)
    return 0.25 * (before + 2.0 * plane[:, ::2] + plane[:, 1::2])
