"""A folder as Hugging Face publishes a model: its files of JSON and text."""

import json
from pathlib import Path
from typing import Any

from assistant.errors import InputError, ModelError

_MOST_BYTES = 256 << 20
"""The largest file of JSON there is has 34 MB: Gemma's tokenizer."""

Json = dict[str, Any]


class Folder:
    """Reads the small files; the tensors are for `safetensors`."""

    def __init__(self, path: Path) -> None:
        """Raises InputError if there is no folder."""
        if not path.is_dir():
            raise InputError(
                f"{path} is no folder: give the one with config.json and the *.safetensors files."
            )
        self.path = path

    def text(self, name: str) -> str | None:
        """None if there is no such file. Raises ModelError if it is not text."""
        path = self.path / name
        if not path.is_file():
            return None
        if path.stat().st_size > _MOST_BYTES:
            raise self.wrong(name, f"has more than {_MOST_BYTES >> 20} MB")
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise self.wrong(name, "is not UTF-8 text") from error
        except OSError as error:
            raise self.wrong(name, f"cannot be read ({error.strerror})") from error

    def json(self, name: str) -> Json | None:
        """The object in the file `name`; None if there is no such file.

        Raises ModelError if it is anything but a JSON object.
        """
        text = self.text(name)
        if text is None:
            return None
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self.wrong(name, "is not JSON") from error
        if not isinstance(value, dict):
            raise self.wrong(name, "is not a JSON object")
        return value

    def need_json(self, name: str) -> Json:
        """Like `json`. Raises ModelError if the file is missing, too."""
        value = self.json(name)
        if value is None:
            raise self.wrong(name, "is missing")
        return value

    def wrong(self, name: str, what: str) -> ModelError:
        """The error that says that the file `name` `what`, e.g. "is missing"."""
        return ModelError(
            f"{name} {what} in {self.path.name or self.path}: "
            "fetch the model's folder again, whole."
        )
