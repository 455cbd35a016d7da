"""What the package promises as a whole: light imports, clean names in site-packages, documented modules, short code."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

IMPORT_PACKAGES = {"livegrade", "livegrade_devices", "livegrade_shaders", "livegrade_hardware"}
PRODUCT_FOLDERS = ("livegrade", "devices", "shaders", "hardware")
CODE_FOLDERS = (*PRODUCT_FOLDERS, "tests")
MOST_MODULES_FOR_HELP = 300
"""About 200 today, 80 of them the interpreter's own. numpy alone is another 150: who adds such a thing sees it here."""
FILE_CEILING, FUNCTION_CEILING = 500, 60
"""Lines of a file and of a function; tests may be twice that (house style, section 2)."""


def test_import_loads_the_standard_library_only() -> None:
    loaded = _modules_loaded_by("import livegrade")
    foreign = {name for name in loaded if name.split(".")[0] not in sys.stdlib_module_names}
    assert {name for name in foreign if name.split(".")[0] != "livegrade"} == set()


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["doctor", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """What a command needs is loaded when it runs; `livegrade --help` answers at once."""
    probe = (
        "import sys\n"
        "from livegrade.__main__ import main\n"
        f"sys.argv = ['livegrade', *{arguments!r}]\n"
        "try:\n    code = main()\nexcept SystemExit as end:\n    code = end.code\n"
        "print(code, *sorted(sys.modules), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    code, *loaded = run.stderr.split()
    assert code in {"0", "None"}
    assert not {name.split(".")[0] for name in loaded} & {"numpy", "av", "PyOpenColorIO", "cyndilib", "cupy", "PIL"}
    assert len(loaded) < MOST_MODULES_FOR_HELP


def test_only_our_own_names_land_in_site_packages() -> None:
    tops = {Path(str(file)).parts[0] for file in metadata.files("livegrade") or ()}
    own = {top for top in tops if top != ".." and not top.endswith(".dist-info") and "editable" not in top}
    assert own <= IMPORT_PACKAGES


def test_installed_files_are_those_a_user_needs() -> None:
    if _is_editable():
        pytest.skip("this install is editable and holds no files; .ci/run makes a plain one, where this test runs")
    files = {str(file).replace("\\", "/") for file in metadata.files("livegrade") or ()}
    assert {"livegrade/py.typed", "livegrade_shaders/py.typed", "livegrade_hardware/py.typed"} <= files
    for module in ("livegrade_shaders/_native.", "livegrade/transport/decklink/_binding."):
        assert any(name.startswith(module) and name.endswith((".so", ".pyd")) for name in files), module
    driver = "livegrade_hardware/emulators/decklink/driver/"
    assert f"{driver}entry.cpp" in files  # built where it is wanted, never shipped built
    assert not {name for name in files if name.endswith(("libDeckLinkAPI.so", ".o", ".a"))}
    assert not {name for name in files if name.endswith((".cpp", ".hpp")) and not name.startswith(driver)}
    assert not {name for name in files if name.startswith(("tests/", "build/"))}


def test_installed_headers_are_those_of_the_repository(repository: Path) -> None:
    """The CUDA backend compiles the shared headers at run time, so a wheel without them is broken."""
    written = {path.name for path in (repository / "shaders/livegrade_shaders/include").rglob("*.h")}
    probe = (
        "import importlib.resources as r, json;"
        "root = r.files('livegrade_shaders') / 'include' / 'livegrade';"
        "print(json.dumps([p.name for p in root.iterdir()] if root.is_dir() else []))"
    )
    found = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True).stdout
    assert written <= set(json.loads(found))


def test_the_version_is_the_same_everywhere() -> None:
    import livegrade

    assert metadata.version("livegrade") == livegrade.__version__


def test_every_module_says_what_it_is_for(repository: Path) -> None:
    silent = [str(path) for path in _sources(repository, CODE_FOLDERS) if not _module(path).says_what_for]
    assert silent == []


def test_no_file_passes_its_ceiling(repository: Path) -> None:
    long = {}
    for path in _sources(repository, CODE_FOLDERS):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_CEILING * _allowance(repository, path):
            long[str(path)] = lines
    assert long == {}


def test_no_function_passes_its_ceiling(repository: Path) -> None:
    long = {
        f"{path}:{line} {name}": lines
        for path in _sources(repository, CODE_FOLDERS)
        for name, line, lines in _module(path).functions
        if lines > FUNCTION_CEILING * _allowance(repository, path)
    }
    assert long == {}


def test_no_name_that_house_style_refuses(repository: Path) -> None:
    refused = ("Manager", "Helper", "Utils", "Util", "Handler")
    found = [
        f"{path}:{line} {name}"
        for path in _sources(repository, PRODUCT_FOLDERS)
        for name, line in _module(path).classes
        if name.endswith(refused) or name.startswith("Base")
    ]
    found += [str(path) for path in _sources(repository, PRODUCT_FOLDERS) if path.stem in {"utils", "util", "helpers"}]
    assert found == []


def _modules_loaded_by(statement: str) -> set[str]:
    probe = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    return set(run.stdout.splitlines()[-1].split())


def _is_editable() -> bool:
    origin = metadata.distribution("livegrade").read_text("direct_url.json")
    return bool(origin) and json.loads(origin).get("dir_info", {}).get("editable", False)


def _sources(repository: Path, folders: tuple[str, ...]) -> list[Path]:
    return sorted(path for folder in folders for path in (repository / folder).rglob("*.py"))


@dataclass(frozen=True)
class _Module:
    """`functions`: name, first line, lines. `classes`: name, first line."""

    says_what_for: bool
    functions: tuple[tuple[str, int, int], ...]
    classes: tuple[tuple[str, int], ...]


@cache
def _module(path: Path) -> _Module:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    functions, classes = [], []
    for node in _statements(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            functions.append((node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1))
        elif isinstance(node, ast.ClassDef):
            classes.append((node.name, node.lineno))
    return _Module(bool(ast.get_docstring(tree)), tuple(functions), tuple(classes))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All within it. Expressions, nine tenths of a module, hold neither functions with a name nor classes."""
    for part in ("body", "orelse", "handlers", "finalbody", "cases"):
        for inner in getattr(node, part, ()):
            yield inner
            yield from _statements(inner)


def _allowance(repository: Path, path: Path) -> int:
    return 2 if path.is_relative_to(repository / "tests") else 1
