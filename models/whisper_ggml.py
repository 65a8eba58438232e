"""Write whisper.cpp's ggml file from a Whisper checkpoint, byte for byte.

A ggml Whisper file is: the magic; eleven int32 hyper-parameters; the mel filters; the vocabulary;
then tensors, each with a small header. The order of the tensors is that of OpenAI's checkpoint,
and biases, norms and positional embeddings are float32, matrices and kernels float16. Files made
here equal the ones whisper.cpp publishes (models/README.md there lists their SHA-1 sums).
"""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.ggml_file import FTYPE_F16, MAGIC, TYPE_F16, TYPE_F32
from models.mel import mel_filters
from models.progress import Sink
from models.whisper_checkpoint import Checkpoint, tensor_shapes
from models.whisper_ctranslate2 import open_ctranslate2
from models.whisper_fused import fused_checkpoint
from models.whisper_vocabulary import read_vocabulary

_CONVOLUTION_BIASES = ("encoder.conv1.bias", "encoder.conv2.bias")


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
    out.write(struct.pack("<12i", MAGIC, *checkpoint.dims.numbers(), FTYPE_F16))
    filters = mel_filters(checkpoint.dims.n_mels)
    out.write(struct.pack("<2i", *filters.shape) + filters.astype("<f4").tobytes())
    out.write(struct.pack("<i", len(vocabulary)))
    for token in vocabulary:
        out.write(struct.pack("<i", len(token)) + token)
    for name, shape in tensor_shapes(checkpoint.dims).items():
        single = _single_precision(name, len(shape))
        array = _converted(checkpoint, name, shape, "<f4" if single else "<f2")
        _write_tensor(name, array, TYPE_F32 if single else TYPE_F16, out)


def _single_precision(name: str, rank: int) -> bool:
    """Biases, norms and positional embeddings, which ggml adds to float32."""
    return rank == 1 or name.endswith("positional_embedding")


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


def _write_tensor(name: str, array: NDArray[Any], ggml_type: int, out: Sink) -> None:
    if name in _CONVOLUTION_BIASES:
        array = array[:, np.newaxis]  # ggml adds it over time and therefore stores it as [n, 1]
    encoded = name.encode()
    out.write(struct.pack("<3i", array.ndim, len(encoded), ggml_type))
    out.write(struct.pack(f"<{array.ndim}i", *reversed(array.shape)) + encoded)
    out.write(array.tobytes())
