"""`livegrade` and `python -m livegrade`: runs the command line and turns errors into one sentence and an exit code."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the console script."""
    from livegrade.cli import run_command_line

    sys.exit(run_command_line(sys.argv[1:]))


if __name__ == "__main__":
    main()
