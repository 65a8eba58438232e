"""Which format a file has, by what is in it: its name is no evidence."""

from pathlib import Path

from models import ggml_file
from models.cursor import Cursor, opened
from models.headers import ctranslate2, ggml, gguf, torch_zip
from models.headers.gguf_model import gguf_header
from models.headers.header import Header
from models.headers.onnx import onnx_header
from models.headers.safetensors import safetensors_header

_OTHERS = {
    (0, b"tjgg"): "a language model in the format before GGUF",
    (0, b"fmgg"): "a language model in the format before GGUF",
    (4, b"TFL3"): "a TensorFlow Lite model",
    (0, b"\x89HDF"): "an HDF5 file, perhaps of Keras",
    (0, b"version https://git-lfs"): "the pointer to a file of Git LFS, not the file",
    (0, b"<"): "a web page, or something like it",
}
_KNOWN = "ggml, GGUF, ONNX, safetensors, PyTorch or CTranslate2"
_ONNX_STARTS = {1 << 3, 5 << 3, *(field << 3 | 2 for field in (2, 3, 4, 6, 7, 8, 14))}
"""The first byte of a message that begins with one of the fields of a model."""


def identify(path: Path) -> Header:
    """Read a model file's header and check it, without native code and without reading the weights.

    Raises ModelError, one sentence with what is wrong and what to do, for anything else.
    """
    with opened(path) as cursor:
        start = cursor.data[:32]
        if not start.startswith(ctranslate2.MAGIC):
            return _identified(cursor, start)
    return ctranslate2.read_ctranslate2(path)


def _identified(cursor: Cursor, start: bytes) -> Header:
    if start.startswith(gguf.MAGIC):
        return gguf_header(cursor)
    if start.startswith(ggml_file.MAGIC):
        return ggml.ggml_header(cursor)
    if start.startswith((torch_zip.ZIP, torch_zip.PICKLE)):
        return torch_zip.torch_header(cursor)
    if start[8:9] == b"{":
        return safetensors_header(cursor)
    for (at, magic), what in _OTHERS.items():
        if start[at:].startswith(magic):
            raise cursor.wrong(f"is {what}, and not {_KNOWN}")
    if start[0] in _ONNX_STARTS:
        return onnx_header(cursor)
    raise cursor.wrong(f"is no model file that is known here ({_KNOWN})")
