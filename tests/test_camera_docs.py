"""The documents about cameras and false colour say what the program knows."""

from __future__ import annotations

import re
from pathlib import Path

from livegrade.color.camera import CURVES, GAMUTS, MODELS, SIGNALS, camera
from livegrade.scopes.palette_file import read_palette
from livegrade.scopes.presets import PRESETS, STOPS

DOCS = Path(__file__).parents[1] / "docs"


def test_cameras_are_all_in_their_document() -> None:
    text = (DOCS / "cameras.md").read_text(encoding="utf-8")
    for curve in CURVES.values():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{curve.name}` | {curve.title} |"))
        clip = "-" if curve.clip is None else f"{100 * curve.clip:.2f} %"
        assert f"| {100 * curve.mid_grey:.2f} % | {clip} | {curve.wire or '-'} |" in row
        assert curve.document in row
    for gamut in GAMUTS.values():
        assert f"| `{gamut.name}` | {gamut.title} |" in text
    names = text.split("## Names")[1]
    for model in SIGNALS + MODELS:
        assert re.search(rf"[ `|]{re.escape(model.name)}[ `,|]", names), model.name


def test_the_palette_in_the_document_is_the_one_that_is_shipped(tmp_path: Path) -> None:
    text = (DOCS / "false-color.md").read_text(encoding="utf-8")
    for name in PRESETS:
        assert f"| `{name}` |" in text
    palette = tmp_path / "stops.toml"
    palette.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    assert read_palette(str(palette), camera("ALEXA 35")).bands == STOPS.bands
