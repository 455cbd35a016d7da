"""`livegrade doctor`: what is there is named, what is missing says what to do, nothing is changed."""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path

import pytest

from livegrade import doctor, machine
from livegrade.doctor import Finding, Status
from livegrade.errors import MissingPackageError

REQUIRED = ["numpy", "av", "PyOpenColorIO", "livegrade_shaders._native", "platformdirs"]


def test_a_whole_installation_has_no_problem() -> None:
    findings = doctor.diagnose()
    assert [finding for finding in findings if finding.status is Status.PROBLEM] == []
    assert doctor.exit_code(findings) == 0


def test_versions_and_the_trademark_line_are_named() -> None:
    text = doctor.as_text(doctor.diagnose())
    for package in ("numpy", "av"):
        assert metadata.version(package) in text
    assert doctor.NDI_TRADEMARK in text
    assert "GPL" in text
    assert "Apache-2.0" in text


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_required_part_is_a_problem_with_advice(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    findings = doctor.diagnose()
    problems = [finding for finding in findings if finding.status is Status.PROBLEM]
    assert len(problems) == 1
    assert "install" in problems[0].advice
    assert doctor.exit_code(findings) == 1


def test_no_ndi_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise MissingPackageError("the package is not installed; say pip install")

    monkeypatch.setattr(doctor.ndi, "version", missing)
    finding = _about(doctor.diagnose(), "ndi")
    assert finding.status is Status.NOTE
    assert finding.sentence.endswith("the package is not installed; say pip install")


def test_no_cupy_beside_a_driver_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    monkeypatch.setattr(doctor, "NVIDIA_DRIVER", Path(__file__))
    finding = _about(doctor.diagnose(), "gpu")
    assert finding.status is Status.NOTE
    assert "pip install" in finding.advice


def test_an_encoder_this_ffmpeg_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.ENCODERS, "no_such_encoder", "files nobody has")
    finding = _about(doctor.diagnose(), "encoders")
    assert finding.status is Status.NOTE
    assert "no_such_encoder (files nobody has)" in finding.sentence


def test_a_folder_that_cannot_be_written_is_a_note(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file stands where the folder should be")
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: blocked / name)
    finding = _about(doctor.diagnose(), "settings")
    assert finding.status is Status.NOTE
    assert str(blocked) in finding.advice


def test_looking_creates_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path / "config" / name)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "cache" / name)
    assert _about(doctor.diagnose(), "settings").status is Status.OK
    assert list(tmp_path.iterdir()) == []


def test_one_core_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "usable_cores", lambda: 1)
    assert _about(doctor.diagnose(), "processor").status is Status.NOTE


def test_values_survive_json() -> None:
    findings = [Finding("ndi", Status.NOTE, "NDI is not installed", 'pip install "livegrade[ndi]"')]
    assert json.loads(json.dumps(doctor.as_values(findings))) == [
        {
            "topic": "ndi",
            "status": "note",
            "sentence": "NDI is not installed",
            "advice": 'pip install "livegrade[ndi]"',
        }
    ]


@pytest.mark.parametrize("as_json", [False, True])
def test_the_report_is_printed(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    assert doctor.report(as_json) == 0
    printed = capsys.readouterr().out
    assert "encoders" in printed
    if as_json:
        assert {"topic", "status", "sentence", "advice"} == set(json.loads(printed)[0])


def test_processor_name_comes_from_the_system() -> None:
    assert machine.processor_name()
    assert machine.usable_cores() >= 1
    assert machine.system_name()


def _about(findings: list[Finding], topic: str) -> Finding:
    return next(finding for finding in findings if finding.topic == topic)


def test_where_the_log_is_and_that_none_can_be_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIVEGRADE_LOG", str(tmp_path / "logs" / "livegrade.log"))
    finding = _about(doctor.diagnose(), "log")
    assert finding.status is Status.OK
    assert str(tmp_path / "logs" / "livegrade.log") in finding.sentence
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "logs").write_text("a file where the folder should be")
    finding = _about(doctor.diagnose(), "log")
    assert finding.status is Status.NOTE
    assert "LIVEGRADE_LOG" in finding.advice
