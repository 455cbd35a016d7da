"""How NDI names are found from here, and what to do where they are not. It looks at this machine only."""

from __future__ import annotations

import os
import sys
from pathlib import Path

AVAHI_SOCKET = Path("/run/avahi-daemon/socket")
WITHOUT_MDNS = "install avahi-daemon, or name the senders' addresses in a configuration (NDI_CONFIG_DIR; see README)"
"""What to do where nothing tells NDI the names."""


def configured_folder() -> str | None:
    """The folder that NDI takes its networks from, where NDI_CONFIG_DIR names one."""
    return os.environ.get("NDI_CONFIG_DIR") or None


def is_without_mdns() -> bool:
    """Nothing on this machine tells NDI the names on the network. Only Linux leaves that to a service of its own."""
    return sys.platform == "linux" and configured_folder() is None and not AVAHI_SOCKET.exists()


def missing_name_hint() -> str:
    """Why a name may not be found though its sender runs, and what to do, as the end of a sentence."""
    folder = configured_folder()
    if folder is not None:
        return f"NDI looks only at the addresses in {folder} (NDI_CONFIG_DIR)"
    if is_without_mdns():
        return "avahi-daemon does not run, so NDI finds no names by itself (livegrade doctor says what to do)"
    return "is the sender on, and in the same network?"
