"""`load_look_file`: what is on disk, the table of extensions, `#id`, and what is refused before it is read."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from livegrade.color.files import READERS, load_look_file
from livegrade.color.nodes import Cdl
from livegrade.errors import LookFileError

if TYPE_CHECKING:
    from pathlib import Path

CORRECTION = '<ColorCorrection id="{}"><SatNode><Saturation>0.5</Saturation></SatNode></ColorCorrection>'
IDENTITY_1D = "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"


SEVERAL = {
    "cdl_test1.ccc",
    "cdl_test1.cdl",
    "configs/context_test1/looks.cdl",
    "configs/mergeconfigs/merged3/looks.cdl",
}
"""Files of the test material with several corrections."""


def refused(text: str) -> str:
    with pytest.raises(LookFileError) as caught:
        load_look_file(text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_files_that_are_not_there_or_not_files(tmp_path: Path) -> None:
    assert "no such file" in refused(str(tmp_path / "show.cube"))
    assert "no such file" in refused(str(tmp_path / "day1.ccc#A"))
    (tmp_path / "folder.cube").mkdir()
    assert "not a file" in refused(str(tmp_path / "folder.cube"))
    assert refused("bad\0name.cube")
    assert "cannot be read" in refused("x" * 5000 + ".ccc#A")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "show.cube").touch()
    assert refused(str(tmp_path / "show.cube")) == (
        f"{tmp_path / 'show.cube'}: is empty (0 bytes); copy or export it again"
    )


@pytest.mark.parametrize("name", ["show.dat", "show", "show.cube.bak", ".cube"])
def test_unknown_extensions_are_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(IDENTITY_1D)
    sentence = refused(str(tmp_path / name))
    assert all(extension in sentence for extension in READERS)


def test_extensions_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "SHOW.CUBE").write_text(IDENTITY_1D)
    assert len(load_look_file(str(tmp_path / "SHOW.CUBE"))) == 1


def test_two_gigabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "show.cube"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    assert "2,147 MB" in refused(str(path))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_no_look_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "show.cube")
    assert "not a file" in refused(str(tmp_path / "show.cube"))


def test_unreadable_files_name_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "show.cube"
    path.write_text(IDENTITY_1D)

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", denied)
    assert "cannot be read (Permission denied)" in refused(str(path))


@pytest.mark.parametrize("identifier", ["cc0001", "A001.cc", "a#b", ""])
def test_the_id_is_what_follows_the_extension(tmp_path: Path, identifier: str) -> None:
    path = tmp_path / "day1.ccc"
    path.write_text(f"<ColorCorrectionCollection>{CORRECTION.format(identifier)}</ColorCorrectionCollection>")
    (node,) = load_look_file(f"{path}#{identifier}")
    assert isinstance(node, Cdl)
    assert node.saturation == 0.5


def test_a_hash_in_a_file_name_is_no_id(tmp_path: Path) -> None:
    (tmp_path / "show #2.cube").write_text(IDENTITY_1D)
    (tmp_path / "odd.cc#1.cc").write_text(CORRECTION.format("x"))
    assert load_look_file(str(tmp_path / "show #2.cube"))
    assert load_look_file(str(tmp_path / "odd.cc#1.cc"))
    assert load_look_file(f"{tmp_path / 'odd.cc#1.cc'}#x")


def test_every_cube_and_cdl_of_the_test_material(shared_data: Path) -> None:
    """OpenColorIO loads all of them; collections need an id here. None is broken: refusals have tests of their own."""
    folder = shared_data / "look-files"
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".cube", ".cdl", ".cc", ".ccc"})
    assert len(files) == 14
    for path in files:
        if path.relative_to(folder).as_posix() in SEVERAL:
            assert "choose one by its id" in refused(str(path))
        else:
            assert len(load_look_file(str(path))) == 1
