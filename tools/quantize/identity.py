"""What a model file is, for whom it is to be measured by: its kind and how it is quantised."""

import re
from pathlib import Path
from typing import NamedTuple

from assistant.errors import InputError
from models import ggml_file
from models.cursor import Cursor
from models.headers import gguf
from models.headers.ggml_types import TYPES
from tools.quantize.job import Kind

_NAMED = re.compile(
    r"[-_.](?P<type>i?q\d\w*(?:-im)?|b?f16|f32|fp16|fp32|(?:float16|float32|u?int8)(?:-\w+)*)$",
    re.I,
)
_AS_TYPES = {"float16": "f16", "float32": "f32"}
"""What the catalog calls types of ggml."""


class Identity(NamedTuple):
    kind: Kind
    name: str
    """Without the quantisation."""
    quantisation: str


def settings_of(voice: Path) -> Path:
    """Where a voice's settings lie: beside it."""
    return voice.with_name(f"{voice.name}.json")


def identity(path: Path) -> Identity:
    """Tell by the file's first bytes, its name and what lies beside it.

    Raises InputError if it is no model of any kind that can be measured, ModelError if a file of
    whisper.cpp's is cut short.
    """
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    name, named = _split(path.stem)
    if head.startswith(ggml_file.MAGIC):
        name = f"whisper-{name.removeprefix('ggml-')}" if name.startswith("ggml-") else name
        return Identity("stt", name, _matrix_type(Cursor(path.name, head)) or named or "unknown")
    if head.startswith(gguf.MAGIC):
        return Identity("llm", name, named or "unknown")
    if path.suffix == ".onnx" and head:
        kind: Kind = "tts" if settings_of(path).is_file() else "wake"
        return Identity(kind, name, named or "float32")
    raise InputError(
        f"{path} is no model that can be measured: give a ggml, GGUF or ONNX file, or the name of"
        " one in the catalog."
    )


def catalog_identity(kind: Kind, name: str, quantisation: str) -> Identity:
    """The same for an entry of the catalog."""
    if kind in ("stt", "llm"):
        quantisation = _AS_TYPES.get(quantisation, quantisation)
    return Identity(kind, name.removesuffix(f"-{quantisation}"), quantisation)


def _split(stem: str) -> tuple[str, str]:
    """ "tiny.en-q5_0" to its name and its type; an empty type if there is none."""
    found = _NAMED.search(stem)
    return (stem[: found.start()], found["type"]) if found else (stem, "")


def _matrix_type(start: Cursor) -> str | None:
    _, ftype = ggml_file.GgmlReader(start).sizes()
    matrix = ggml_file.matrix_type(ftype)
    return None if matrix is None else TYPES[matrix].name.lower()
