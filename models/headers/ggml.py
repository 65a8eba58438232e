"""A Whisper model as whisper.cpp stores it ("ggml").

The magic; eleven int32 hyper-parameters; the mel filters; the vocabulary; then the tensors, each
with a small header. whisper.cpp allocates what the hyper-parameters say before it has seen a
tensor, and indexes by them ever after: so all of them are compared with each other and with every
tensor here. Source: whisper_model_load of whisper.cpp, and its models/convert-pt-to-ggml.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from models.cursor import Cursor, opened
from models.headers.ggml_types import F16, F32, TYPES
from models.headers.header import Header, Tensor, quantisation_of

MAGIC = b"lmgg"  # 0x67676d6c
_TYPE_OF_FTYPE = {
    **{1: 1, 2: 2, 3: 3, 7: 8, 8: 6, 9: 7},
    **{10: 10, 11: 11, 12: 12, 13: 13, 14: 14},
}
"""The type of the matrices by the header's ftype: float16, and what whisper.cpp's quantize tool
makes of it. All in float32 (ftype 0) is missing: it stops the process at the first convolution."""
_QUANTISATION_VERSIONS = (0, 1, 2)
_VERSION_FACTOR = 1000
_VOCABULARIES = {51_864: "English", 51_865: "99 languages", 51_866: "100 languages"}
"""By n_vocab: whisper.cpp derives the special tokens and the languages' names from it."""
_TEXT_TOKENS = (50_000, 51_866)
_LONGEST_TOKEN = 1024
_SPACE = b" "
_BINS = 201
_BANDS = (80, 128)
_SIZES = {4: "tiny", 6: "base", 12: "small", 24: "medium", 32: "large"}


class Hyperparameters(NamedTuple):
    """In the file's order."""

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

    @property
    def matrix_type(self) -> int | None:
        """The ggml type of the matrices; None for an ftype that is none."""
        version, ftype = divmod(self.ftype, _VERSION_FACTOR)
        return _TYPE_OF_FTYPE.get(ftype) if version in _QUANTISATION_VERSIONS else None


class Shape(NamedTuple):
    """What a tensor must be; the fastest dimension first."""

    dimensions: tuple[int, ...]
    type: int


_BOUNDS = {
    "n_vocab": (min(_VOCABULARIES), max(_VOCABULARIES)),
    "n_audio_ctx": (1500, 1500),
    "n_audio_state": (1, 4096),
    "n_audio_head": (1, 64),
    "n_audio_layer": (1, 64),
    "n_text_ctx": (448, 448),
    "n_text_state": (1, 4096),
    "n_text_head": (1, 64),
    "n_text_layer": (1, 64),
    "n_mels": (80, 128),
    "ftype": (0, 2999),
}


def read_ggml(path: Path) -> Header:
    """Check a ggml Whisper file. Raises ModelError naming what is wrong."""
    with opened(path) as cursor:
        return ggml_header(cursor)


def ggml_header(cursor: Cursor) -> Header:
    """`read_ggml` of a file that is open, at its start."""
    if cursor.take(4) != MAGIC:
        raise cursor.wrong("is not a ggml file")
    header = _hyperparameters(cursor)
    _mel_filters(cursor, header)
    tokens = _vocabulary(cursor, header)
    tensors = _tensors(cursor, dict(expected_tensors(header)))
    layers = header.n_audio_layer
    return Header(
        format="ggml",
        architecture="whisper",
        quantisation=quantisation_of(tensors),
        bytes=len(cursor.data),
        tensors=tensors,
        details={
            "variant": _SIZES.get(layers, f"{layers} layers") + _distilled(header),
            "languages": _VOCABULARIES[header.n_vocab],
            "layers": f"{layers} + {header.n_text_layer}",
            "width": header.n_audio_state,
            "mel bands": header.n_mels,
            "seconds of context": header.n_audio_ctx / 50,
            "tokens of text": tokens,
        },
    )


def _distilled(header: Hyperparameters) -> str:
    return ", fewer decoder layers" if header.n_text_layer < header.n_audio_layer else ""


def _hyperparameters(cursor: Cursor) -> Hyperparameters:
    header = Hyperparameters(*cursor.numbers("11i"))
    for name, (least, most) in _BOUNDS.items():
        value = getattr(header, name)
        if not least <= value <= most:
            raise cursor.wrong(f"has {name} = {value}, which no Whisper model has")
    if header.n_text_state != header.n_audio_state:
        raise cursor.wrong("has an encoder and a decoder of different width")
    for heads in (header.n_audio_head, header.n_text_head):
        if header.n_audio_state % heads:
            raise cursor.wrong(f"cannot share its width {header.n_audio_state} among {heads} heads")
    if header.matrix_type is None:
        raise cursor.wrong(f"has the unknown file type {header.ftype}")
    if header.n_audio_state % TYPES[header.matrix_type].block:
        raise cursor.wrong("has rows that are no whole number of blocks of its type")
    return header


def _mel_filters(cursor: Cursor, header: Hyperparameters) -> None:
    bands, bins = cursor.numbers("2i")
    if bands != header.n_mels or bands not in _BANDS or bins != _BINS:
        raise cursor.wrong(f"has mel filters of {bands} bands by {bins} bins")
    cursor.skip(4 * bands * bins)


def _vocabulary(cursor: Cursor, header: Hyperparameters) -> int:
    """Number of tokens of text."""
    least, most = _TEXT_TOKENS
    count = cursor.counted(cursor.number("i"), 4, "tokens", min(most, header.n_vocab))
    if count < least:
        raise cursor.wrong(f"has only {count} tokens, which is no Whisper vocabulary")
    if _SPACE not in set(cursor.texts(count, "I", _LONGEST_TOKEN)):
        raise cursor.wrong("has no token for a space, which whisper.cpp suppresses by name")
    return count


def _tensors(cursor: Cursor, missing: dict[str, Shape]) -> tuple[Tensor, ...]:
    """All tensors, each of which is one of `missing`, which is empty then."""
    found = []
    while cursor.left:
        rank, length, kind = cursor.numbers("3i")
        if not 1 <= rank <= 3:
            raise cursor.wrong(f"has a tensor of rank {rank}")
        dimensions = cursor.numbers(f"{rank}i")
        raw = cursor.take(cursor.counted(length, 1, "bytes in a name", 64))
        name = raw.decode("ascii", "replace")
        expected = missing.pop(name, None)
        if expected is None:
            raise cursor.wrong(f"has a tensor {name!r} too many")
        if Shape(dimensions, kind) != expected:
            raise cursor.wrong(f"has a tensor {name!r} of another shape or type than it must be")
        size = TYPES[kind].size(dimensions)
        if size is None:
            raise cursor.wrong(f"has a tensor {name!r} whose rows are no whole blocks")
        cursor.skip(size)
        found.append(Tensor(name, tuple(reversed(dimensions)), TYPES[kind].name, size))
    if missing:
        raise cursor.wrong(f"lacks the tensor {min(missing)!r} and {len(missing) - 1} more")
    return tuple(found)


def expected_tensors(header: Hyperparameters) -> Iterator[tuple[str, Shape]]:
    """Every tensor that whisper.cpp asks for, by name."""
    width = header.n_audio_state
    matrix = F16 if header.matrix_type is None else header.matrix_type
    yield "encoder.positional_embedding", Shape((width, header.n_audio_ctx), F32)
    yield "encoder.conv1.weight", Shape((3, header.n_mels, width), F16)
    yield "encoder.conv2.weight", Shape((3, width, width), F16)
    for conv in ("conv1", "conv2"):
        yield f"encoder.{conv}.bias", Shape((1, width), F32)
    yield from _norm("encoder.ln_post", width)
    yield "decoder.positional_embedding", Shape((width, header.n_text_ctx), F32)
    yield "decoder.token_embedding.weight", Shape((width, header.n_vocab), matrix)
    yield from _norm("decoder.ln", width)
    for part, layers in (("encoder", header.n_audio_layer), ("decoder", header.n_text_layer)):
        for layer in range(layers):
            block = f"{part}.blocks.{layer}"
            yield from _attention(f"{block}.attn", width, matrix)
            if part == "decoder":
                yield from _attention(f"{block}.cross_attn", width, matrix)
            yield from _norm(f"{block}.mlp_ln", width)
            for index, (rows, columns) in (("0", (4 * width, width)), ("2", (width, 4 * width))):
                yield f"{block}.mlp.{index}.weight", Shape((columns, rows), matrix)
                yield f"{block}.mlp.{index}.bias", Shape((rows,), F32)


def _attention(name: str, width: int, matrix: int) -> Iterator[tuple[str, Shape]]:
    yield from _norm(f"{name}_ln", width)
    for part in ("query", "key", "value", "out"):
        yield f"{name}.{part}.weight", Shape((width, width), matrix)
        if part != "key":
            yield f"{name}.{part}.bias", Shape((width,), F32)


def _norm(name: str, width: int) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.weight", Shape((width,), F32)
    yield f"{name}.bias", Shape((width,), F32)
