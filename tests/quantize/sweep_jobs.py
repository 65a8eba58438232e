"""Jobs over small real files, and measures that are not engines, for the tests of sweeps."""

from pathlib import Path
from typing import Any

from tools.quantize.bundle import Bundle
from tools.quantize.job import Job, Outcome, Roots
from tools.quantize.sweep.work import Work

MACHINE: dict[str, Any] = {"cpu": "test", "load_average": 0.5}
DATE = "2026-11-22T05:00:00"


def work(root: Path, number: int = 1, **changed: object) -> Work:
    """A job of files of its own below `root`, and data that all share."""
    model, data = root / f"model{number}", root / "data"
    for folder, name, content in (
        (model, "weights.bin", f"weights {number} " * 1000),
        (model, "weights.bin.json", "{}"),
        (data, "manifest.jsonl", "manifest"),
        (data, "clips/1.flac", "sound" * 5000),
        (data, "clips/none.flac", ""),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    plain = {
        "kind": "stt",
        "name": f"model{number}",
        "quantisation": "q8_0",
        "model": Bundle.of(model, ["weights.bin", "weights.bin.json"]),
        "data": Bundle.of(data, ["manifest.jsonl", "clips/1.flac", "clips/none.flac"]),
    }
    return Work(Job.model_validate(plain | changed), Roots(model, None, data))


def weigh(job: Job, roots: Roots) -> Outcome:
    """Figures that follow from the contents of all its files."""
    files = [roots.model / file.name for file in job.model.files]
    files += [roots.data / file.name for file in job.data.files]
    total = sum(sum(path.read_bytes()) for path in files)
    return Outcome(
        job=job, date=DATE, machine=MACHINE, figures={"wer": float(total), "hours": None}
    )
