"""A machine of its own on which models are promoted; what is measured is made up."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.quantize.outcomes import GOOD, MACHINE
from tests.quantize.promoting import SETTINGS, installed
from tools.quantize import comparison
from tools.quantize.commands import comparing
from tools.quantize.job import Job, Outcome, Roots


@pytest.fixture
def figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """By the candidate's name, what its measurement says differently from a good one's; with a
    machine of its own."""
    said: dict[str, Any] = {}

    def measured(job: Job, roots: Roots, **options: Any) -> Outcome:
        said.setdefault("measured", []).append(job.name)
        said.setdefault("jobs", []).append(job)
        assert (roots.model / job.model.main.name).is_file()
        values = GOOD[job.kind] | said.get(job.name, {})
        return Outcome(job=job, date="2025", machine=MACHINE, figures=values)

    monkeypatch.setattr(comparing, "measure", measured)
    monkeypatch.setattr(comparison, "fingerprint", lambda: MACHINE)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    installed("whisper-tiny.en-q8_0")
    return said


@pytest.fixture
def voices(tmp_path: Path) -> tuple[Path, Path]:
    """Two voices that the engine loads."""
    from tests.toy_voice import toy_voice  # only here: it needs onnx

    found = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        voice = toy_voice(tmp_path / name).rename(tmp_path / name / f"{name}.onnx")
        (tmp_path / name / "voice.onnx.json").unlink()
        voice.with_name(f"{name}.onnx.json").write_text(json.dumps(SETTINGS))
        found.append(voice)
    return found[0], found[1]
