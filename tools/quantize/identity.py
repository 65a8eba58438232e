"""What a model file is, for whom it is to be measured by: its kind and how it is quantised."""

import re
import struct
from pathlib import Path
from typing import NamedTuple

from assistant.errors import InputError
from tools.quantize.job import Kind

_GGML, _GGUF = b"lmgg", b"GGUF"
_FTYPE_AT = 4 + 10 * 4
"""After the magic number, Whisper's files have eleven whole numbers: the last is the type."""
_FTYPES = {
    **{0: "f32", 1: "f16", 2: "q4_0", 3: "q4_1", 7: "q8_0", 8: "q5_0", 9: "q5_1"},
    **{10: "q2_k", 11: "q3_k", 12: "q4_k", 13: "q5_k", 14: "q6_k"},
}
"""ggml.h, enum ggml_ftype."""
_VERSIONS = 1_000
"""The type is this many times the version of the quantisation, plus itself."""
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

    Raises InputError if it is no model of any kind that can be measured.
    """
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    name, named = _split(path.stem)
    if head.startswith(_GGML):
        name = f"whisper-{name.removeprefix('ggml-')}" if name.startswith("ggml-") else name
        return Identity("stt", name, _ftype(head) or named or "unknown")
    if head.startswith(_GGUF):
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


def _ftype(head: bytes) -> str | None:
    if len(head) < _FTYPE_AT + 4:
        return None
    (ftype,) = struct.unpack_from("<i", head, _FTYPE_AT)
    return _FTYPES.get(ftype % _VERSIONS)
