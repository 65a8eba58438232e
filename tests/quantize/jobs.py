"""Jobs over the smallest files there are, for tests of what is done with jobs."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.audio import wav
from tools.quantize.bundle import Bundle
from tools.quantize.fuzz import tiny
from tools.quantize.job import Job, Roots


@cache
def _whisper_bytes() -> bytes:
    """In q8_0, whose blocks are of 32 values."""
    return tiny.ggml(replace(tiny.WHISPER, n_audio_state=32, n_text_state=32), 2007)


def whisper(path: Path) -> Path:
    """A Whisper model that knows nothing, in q8_0."""
    path.write_bytes(_whisper_bytes())
    return path


def network(path: Path) -> Path:
    """A graph that is no wake word and no voice, but one that loads."""
    path.write_bytes(tiny.onnx())
    return path


def voice(folder: Path) -> Path:
    """A graph with settings beside it."""
    from tests.quantize.toy_graphs import toy_voice_settings  # only here: it needs onnx

    network(folder / "voice.onnx").with_name("voice.onnx.json").write_text(
        json.dumps(toy_voice_settings())
    )
    return folder / "voice.onnx"


def record(path: Path, amplitude: int = 0, samples: int = 4_000) -> Path:
    """A recording of one constant tone-less value, of a quarter of a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wav.write(path, np.full(samples, amplitude, np.int16))
    return path


def manifest(folder: Path, *rows: dict[str, Any]) -> Path:
    """Write the rows, and a recording for each that has none yet."""
    for row in rows:
        if not (folder / row["file"]).exists():
            record(folder / row["file"])
    path = folder / "manifest.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", "utf-8")
    return path


def job(folder: Path, **changed: Any) -> tuple[Job, Roots]:
    """A job on a model file and a text, of no use to any engine."""
    (folder / "model.bin").write_bytes(b"weights")
    (folder / "data.txt").write_text("data\n")
    plain = {
        "kind": "stt",
        "name": "tiny",
        "quantisation": "q8_0",
        "model": Bundle.of(folder, ["model.bin"]),
        "data": Bundle.of(folder, ["data.txt"]),
    }
    return Job.model_validate(plain | changed), Roots(folder, None, folder)
