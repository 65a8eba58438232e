"""Write whisper.cpp's ggml file from a Whisper checkpoint, byte for byte.

`models.ggml_file` has the layout. Files made here equal the ones whisper.cpp publishes
(models/README.md there lists their SHA-1 sums).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.ggml_file import FTYPE_F16, Header, expected_tensors, tensor_header
from models.headers.ggml_types import F16, F32
from models.mel import mel_filters
from models.progress import Sink
from models.whisper_checkpoint import Checkpoint
from models.whisper_ctranslate2 import open_ctranslate2
from models.whisper_fused import fused_checkpoint
from models.whisper_network import tensor_shapes
from models.whisper_vocabulary import read_vocabulary

_DTYPES = {F32: "<f4", F16: "<f2"}


def assemble(weights: Path, vocabulary: Path, out: Sink) -> None:
    """Write the float16 ggml file of CTranslate2's `weights` (model.bin) and its `vocabulary`.

    Raises ModelError if either is not what a Whisper model of CTranslate2 has.
    """
    with open_ctranslate2(weights) as model:
        write_ggml(fused_checkpoint(model), read_vocabulary(vocabulary), out)


def write_ggml(checkpoint: Checkpoint, vocabulary: Sequence[bytes], out: Sink) -> None:
    """Write `checkpoint` and the text tokens of its `vocabulary` as a float16 ggml file.

    Raises ModelError if a tensor is missing, of another shape, or cannot be held in float16.
    """
    filters = mel_filters(checkpoint.dims.n_mels).astype("<f4")
    counts = np.array(filters.shape, "<i4")
    header = Header(
        checkpoint.dims, FTYPE_F16, counts.tobytes() + filters.tobytes(), tuple(vocabulary)
    )
    out.write(header.written())
    shapes = tensor_shapes(checkpoint.dims)
    for name, stored in expected_tensors(checkpoint.dims, F16).items():
        array = _converted(checkpoint, name, shapes[name], _DTYPES[stored.type])
        out.write(tensor_header(name, stored) + array.tobytes())


def _converted(
    checkpoint: Checkpoint, name: str, shape: tuple[int, ...], dtype: str
) -> NDArray[Any]:
    array = checkpoint.tensor(name)
    if array.shape != shape:
        raise ModelError(
            f"{checkpoint.source} has '{name}' of shape {array.shape} where a Whisper model of its"
            f" size has {shape}: fetch it again, or take another."
        )
    with np.errstate(over="ignore"):  # what overflows is infinite, and found below
        values = np.asarray(array, dtype=dtype)
    if not np.isfinite(values).all():
        what = "beyond float16" if np.isfinite(array).all() else "that are no numbers"
        raise ModelError(
            f"{checkpoint.source} has values {what} in '{name}': its training went wrong or it is"
            " damaged, take another."
        )
    return values
