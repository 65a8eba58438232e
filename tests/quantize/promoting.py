"""`quantize promote` and what is around it, without an engine that measures."""

import os
from pathlib import Path

from typer.testing import CliRunner, Result

from assistant import config
from models.store import Store
from tools.quantize.cli import app

SETTINGS = {
    "phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [1], " ": [3]},
    "num_symbols": 4,
    "num_speakers": 1,
    "audio": {"sample_rate": 16_000},
    "espeak": {"voice": "en-us"},
    "inference": {"noise_scale": 0.0, "length_scale": 1.0, "noise_w": 0.0},
}
"""What the engine asks of a voice's settings."""


def installed(name: str) -> None:
    """As far as its files' sizes tell."""
    store = Store()
    for file in store.catalog.entry(name).files:
        path = store.root / name / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.truncate(path, file.bytes)


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def voice_in_service() -> str:
    return config.load(None).tts.voice
