"""The error tree drawn in livegrade/errors.py is the tree of its classes."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from livegrade import errors


def test_drawn_tree_is_the_tree_of_classes() -> None:
    assert _drawn_tree(errors.__doc__ or "") == _tree_of_classes()


def test_drawn_exit_codes_are_those_of_the_classes() -> None:
    drawn = dict(re.findall(r"(\w+Error)\b.*exit code (\d)", errors.__doc__ or ""))
    assert drawn, "the drawn tree names no exit codes"
    for name, code in drawn.items():
        assert getattr(errors, name).exit_code == int(code), name


@pytest.mark.parametrize("error", [e for e in vars(errors).values() if inspect.isclass(e)], ids=lambda e: e.__name__)
def test_every_error_is_a_livegrade_error_with_a_docstring(error: type) -> None:
    assert issubclass(error, errors.LivegradeError)
    assert error.__doc__


def test_a_fault_with_a_line_names_file_and_line() -> None:
    assert str(errors.LookFileError(Path("a.cube"), "the size is 1", line=3)) == "a.cube, line 3: the size is 1"
    assert str(errors.LookFileError("a.cube", "it is empty")) == "a.cube: it is empty"
    assert str(errors.MediaError("a.mov", "it holds no video")) == "a.mov: it holds no video"


def _drawn_tree(docstring: str) -> dict[str, str | None]:
    """Child to parent, from the drawing: a child hangs on the last name that is drawn further left."""
    tree: dict[str, str | None] = {}
    above: list[tuple[int, str]] = []
    for line in docstring.splitlines():
        drawn = re.match(r"^(\s+(?:[|+\s-]*))(\w+Error)\b", line)
        if drawn is None:
            continue
        column, name = len(drawn[1]), drawn[2]
        above = [(c, n) for c, n in above if c < column]
        tree[name] = above[-1][1] if above else None
        above.append((column, name))
    return tree


def _tree_of_classes() -> dict[str, str | None]:
    classes = [value for value in vars(errors).values() if inspect.isclass(value)]
    return {c.__name__: None if c.__base__ is Exception else c.__base__.__name__ for c in classes}
