"""The types that are written down for the native module are those that it has."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from livegrade.transport.decklink import _binding

if TYPE_CHECKING:
    from pathlib import Path


def public(names: set[str]) -> set[str]:
    return {name for name in names if not name.startswith("_")}


def declared(body: list[ast.stmt]) -> set[str]:
    named = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return named | {
        node.target.id for node in body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def test_the_stub_names_all_that_there_is(repository: Path) -> None:
    stub = ast.parse((repository / "livegrade/transport/decklink/_binding.pyi").read_text(encoding="utf-8"))
    assert public(declared(stub.body)) == public(set(vars(_binding)))
    for node in stub.body:
        if not isinstance(node, ast.ClassDef) or node.name == "DriverError":
            continue
        assert public(declared(node.body)) == public(set(vars(getattr(_binding, node.name)))), node.name
