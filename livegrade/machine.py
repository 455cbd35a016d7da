"""What this machine is, in words a table can hold: processor, usable cores, system. Standard library only."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path


def usable_cores() -> int:
    """Cores this process may run on, which a container or an affinity mask makes fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def processor_name() -> str:
    """The maker's name of the processor, or its architecture where the system does not tell."""
    if platform.system() == "Linux":
        return _name_in(Path("/proc/cpuinfo")) or platform.machine()
    if platform.system() == "Darwin":
        asked = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() or platform.machine()
    return platform.processor() or platform.machine()


def system_name() -> str:
    """System and release, for example "Linux 6.1.0"."""
    return f"{platform.system()} {platform.release()}"


def _name_in(cpuinfo: Path) -> str:
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
