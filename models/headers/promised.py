"""What the name of a file in the catalog promises about its content.

Only names that the catalog itself gives: a name that came with a file is no evidence.
"""

import json
from pathlib import Path, PurePosixPath

from models.cursor import opened
from models.headers.header import Format
from models.headers.identify import identify

_FORMATS: dict[str, Format] = {".onnx": "onnx", ".gguf": "gguf", ".bin": "ggml"}
_LONGEST_SETTINGS = 1 << 20


def check(path: Path, name: str) -> None:
    """The file `path`, fetched to become `name`, is what it must be. Raises ModelError."""
    suffix = PurePosixPath(name).suffix
    if suffix == ".json":
        _check_settings(path)
    else:
        header = identify(path)
        wanted = _FORMATS.get(suffix, header.format)
        if header.format != wanted:
            with opened(path) as cursor:
                raise cursor.wrong(f"is {header.format} and should be {wanted}")


def _check_settings(path: Path) -> None:
    """A voice's settings: an object in JSON."""
    with opened(path) as cursor:
        if cursor.left > _LONGEST_SETTINGS:
            raise cursor.wrong(f"has {cursor.left} bytes, which is too much for settings")
        try:
            good = isinstance(json.loads(cursor.take(cursor.left)), dict)
        except (ValueError, RecursionError) as error:
            raise cursor.wrong("is not JSON, as settings are") from error
        if not good:
            raise cursor.wrong("holds no settings")
