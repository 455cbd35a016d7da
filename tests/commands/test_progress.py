"""Progress: what it says, and that nothing but plain lines goes where nobody can redraw."""

from __future__ import annotations

import pytest

from livegrade.commands.progress import LINE_S, Progress, progress_text


@pytest.mark.parametrize(
    ("frames", "total", "seconds", "text"),
    [
        (120, 1440, 2.5, "120 of 1440 frames (8 %), 48.0 frames/s, 28 s left"),
        (120, None, 2.5, "120 frames, 48.0 frames/s"),
        (0, 10, 0.0, "0 of 10 frames (0 %), 0.0 frames/s"),
        (10, 10, 5.0, "10 of 10 frames (100 %), 2.0 frames/s, 0 s left"),
        (100, 10_000, 100.0, "100 of 10000 frames (1 %), 1.0 frames/s, 2 h 45 min left"),
        (25, 100, 50.0, "25 of 100 frames (25 %), 0.5 frames/s, 2 min 30 s left"),
        (11, 10, 11.0, "11 of 10 frames (110 %), 1.0 frames/s"),
    ],
)
def test_what_is_said(frames: int, total: int | None, seconds: float, text: str) -> None:
    assert progress_text(frames, total, seconds) == text


@pytest.mark.parametrize("quiet", [False, True])
def test_without_a_terminal_a_plain_line_now_and_then(capsys: pytest.CaptureFixture[str], quiet: bool) -> None:
    seconds = 0.0
    with Progress(quiet=quiet, now=lambda: seconds) as progress:
        for frames in range(1, 301):
            seconds = frames / 25
            progress.advance(frames, 300)
    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert len(lines) == (0 if quiet else int(300 / 25 / LINE_S))
    assert printed.err.isprintable() or all(line.isprintable() for line in lines)
    assert quiet or lines[0] == "125 of 300 frames (41 %), 25.0 frames/s, 7 s left"
