"""`livegrade sources`: what can be opened here and now."""

from __future__ import annotations

import json

from livegrade.capture.scenes import SCENES
from livegrade.errors import MissingPackageError
from livegrade.transport.ndi import list_sources


def run_sources(wait_s: float, as_json: bool) -> int:
    """Prints NDI sources (looking for `wait_s` seconds) and the built-in patterns. Always returns 0."""
    try:
        ndi = list(list_sources(wait_s))
        missing = ""
    except MissingPackageError as error:
        ndi, missing = [], str(error)
    if as_json:
        print(json.dumps({"ndi": ndi, "ndi_missing": missing, "patterns": list(SCENES)}))
        return 0
    for name in ndi:
        print(f'ndi:"{name}"')
    if not ndi:
        print(missing or f"no NDI source answered within {wait_s:g} s")
    for name in SCENES:
        print(f"pattern:{name}")
    return 0
