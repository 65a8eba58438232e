"""A Whisper model from elsewhere: which of the three kinds it is, opened as a checkpoint."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import InputError
from models.ggml_file import MAGIC
from models.headers.ctranslate2 import VERSION
from models.headers.identify import identify
from models.whisper_checkpoint import Checkpoint
from models.whisper_ctranslate2 import open_ctranslate2
from models.whisper_fused import fused_checkpoint
from tools.quantize.convert.whisper_dims import checked
from tools.quantize.convert.whisper_hugging_face import open_hugging_face
from tools.quantize.convert.whisper_torch import open_torch

_WEIGHTS = "model.bin"
_CTRANSLATE2 = VERSION.to_bytes(4, "little")


@dataclass(frozen=True, slots=True)
class Source:
    """An open model."""

    kind: str
    """As people call where it comes from."""
    checkpoint: Checkpoint
    files: tuple[Path, ...]
    """What was read."""
    folder: Path | None
    """Where its vocabulary may lie; None if its kind has none."""


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The Whisper model at `path`: a .pt file, or a folder (or the main file in one).

    Raises InputError if it is no model of a known kind, ModelError if something in it is wrong.
    """
    try:
        if path.is_dir():
            with _folder(path) as source:
                yield source
        elif zipfile.is_zipfile(path):
            identify(path)
            with open_torch(path) as checkpoint:
                yield Source("OpenAI", checkpoint, (path,), None)
        elif path.name.endswith((".safetensors", ".safetensors.index.json")):
            with _folder(path.parent) as source:
                yield source
        else:
            with _by_start(path) as source:
                yield source
    except OSError as error:
        raise InputError(
            f"{error.filename or path} cannot be read ({error.strerror}): check the name."
        ) from error


@contextmanager
def _folder(path: Path) -> Iterator[Source]:
    if list(path.glob("*.safetensors*")):
        checkpoint, files = open_hugging_face(path)
        yield Source("Hugging Face", checkpoint, tuple(files), path)
    elif (path / _WEIGHTS).is_file():
        with _ctranslate2(path / _WEIGHTS) as source:
            yield source
    elif (path / "pytorch_model.bin").is_file():
        raise InputError(f"{path} has only pytorch_model.bin: save the model as safetensors.")
    else:
        raise InputError(
            f"{path} has neither safetensors (Hugging Face) nor {_WEIGHTS} (CTranslate2): name a"
            " folder that has, or a .pt file."
        )


@contextmanager
def _by_start(path: Path) -> Iterator[Source]:
    with path.open("rb") as file:
        start = file.read(4)
    if start == _CTRANSLATE2:
        with _ctranslate2(path) as source:
            yield source
        return
    if start == MAGIC:
        raise InputError(f"{path} is a ggml file already: see `quantize quantize ggml`.")
    if start[:1] == b"\x80":
        raise InputError(
            f"{path} is a bare pickle, which only running it can read: take its safetensors, or"
            " save it anew with torch 1.6 or later."
        )
    raise InputError(
        f"{path} is no Whisper model of OpenAI (.pt), Hugging Face (safetensors) or CTranslate2"
        f" ({_WEIGHTS}): name one."
    )


@contextmanager
def _ctranslate2(path: Path) -> Iterator[Source]:
    with open_ctranslate2(path) as model:
        checkpoint = fused_checkpoint(model)
        checked(asdict(checkpoint.dims), path.name)
        yield Source("CTranslate2", checkpoint, (path,), path.parent)
