"""Demo rigs: whole carts of simulated cameras, with nothing to plug in. `livegrade run --rig demo:two-cameras`."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent


def demo_rigs() -> dict[str, Path]:
    """The files of the demo rigs under their names, in the order of the names."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.toml"))}
