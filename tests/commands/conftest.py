"""What the tests of commands share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from typer import testing


@pytest.fixture(scope="session", autouse=True)
def parser_is_built_once() -> Iterator[None]:
    """As `run_command_line` has it: `CliRunner` would read the signatures of all commands anew for each line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(testing, "_get_command", cache(testing._get_command))
        yield
