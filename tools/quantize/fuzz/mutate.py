"""Hostile files: tiny ones with a few bytes, or a few of the values they are made of, changed."""

import random
import struct
from collections.abc import Callable
from dataclasses import fields, replace

from models.ggml_file import expected_tensors, matrix_type
from tools.quantize.fuzz import hostile_gguf, hostile_onnx, tiny
from tools.quantize.fuzz.numbers import NUMBERS, number

Hostile = Callable[[random.Random], bytes]
_HEAD = 8192
"""Bytes at the start of a file in which most changes are made."""


def damaged(rng: random.Random, data: bytes, other: bytes = b"") -> bytes:
    """`data` with one to four changes that know nothing of the format; of `other` pieces may be
    put in."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if not changed:
            break
        _damage(rng, changed, other or data)
    return bytes(changed)


def _damage(rng: random.Random, data: bytearray, other: bytes) -> None:
    at = rng.randrange(min(len(data), _HEAD if rng.random() < 0.8 else len(data)))
    some = min(rng.choice((1, 2, 4, 8, 64, 1000)), len(data) - at)
    match rng.randrange(7):
        case 0:
            data[at] ^= 1 << rng.randrange(8)
        case 1:
            data[at] = rng.randrange(256)
        case 2:
            form = rng.choice("HIQ")
            hostile = rng.choice(NUMBERS) & ((1 << 8 * struct.calcsize(form)) - 1)
            data[at : at + struct.calcsize(form)] = struct.pack(f"<{form}", hostile)
        case 3:
            del data[at:]
        case 4:
            del data[at : at + some]
        case 5:
            data[at:at] = data[at : at + some]
        case 6:
            begin = rng.randrange(len(other))
            data[at : at + some] = other[begin : begin + some]


def hostile_ggml(rng: random.Random) -> bytes:
    """A Whisper file whose header, tensors or tokens say something else than they should."""
    dims, ftype = tiny.WHISPER, 1
    if rng.random() < 0.5:
        width = rng.choice((1, 2, 3, 8, 32, 33))
        heads = rng.choice((1, 2, 3, 8))
        layers = rng.randint(1, 5)
        dims = replace(dims, n_audio_state=width, n_text_state=width, n_audio_head=heads)
        dims = replace(dims, n_audio_layer=layers, n_text_layer=rng.randint(1, 3))
        ftype = rng.choice((0, 1, 2002, 2007, 2008, 2009, 7, 24))
    if rng.random() < 0.3:
        dims = replace(dims, n_vocab=rng.choice((51_865, 51_866)))
    if rng.random() < 0.3:
        dims = replace(dims, n_mels=rng.choice((80, 128)))
    matrix = matrix_type(ftype)
    tensors = {} if matrix is None else expected_tensors(dims, matrix)
    if rng.random() < 0.4:
        name = rng.choice([*(field.name for field in fields(dims)), "ftype"])
        if name == "ftype":
            ftype = number(rng, 32)
        else:
            dims = replace(dims, **{name: number(rng, 32)})
    if tensors and rng.random() < 0.3:
        name = rng.choice(list(tensors))
        shape = list(tensors[name].dimensions)
        shape[rng.randrange(len(shape))] = rng.choice((0, 1, 2, 5, 64))
        tensors[name] = tensors[name]._replace(dimensions=tuple(shape))
    data = tiny.ggml(dims, ftype, tensors)
    return damaged(rng, data) if rng.random() < 0.3 else data


def hostile_safetensors(rng: random.Random) -> bytes:
    """A table that lies about its tensors."""
    table: dict[str, object] = {}
    at = 0
    for name in "abcd"[: rng.randint(0, 4)]:
        shape = [rng.choice((0, 1, 2, 4, 1000, 1 << 40, -1)) for _ in range(rng.randint(0, 3))]
        size = 2
        for each in shape:
            size *= each
        dtype = rng.choice(("F16", "BF16", "I16", "U16", "F32", "F4", "x"))
        place: list[object] = [at, at + size] if rng.random() < 0.9 else [number(rng, 64), at]
        table[name] = {"dtype": dtype, "shape": shape, "data_offsets": place}
        at += size if 0 <= size < 10_000 else 0
    data = tiny.safetensors(table, bytes(at))
    return damaged(rng, data) if rng.random() < 0.5 else data


def hostile_gguf_file(rng: random.Random) -> bytes:
    """A language model with hostile values, bytes or both."""
    data = hostile_gguf.hostile(rng)
    return damaged(rng, data, tiny.safetensors()) if rng.random() < 0.3 else data


def hostile_onnx_file(rng: random.Random) -> bytes:
    """A network with hostile values, bytes or both."""
    data = hostile_onnx.hostile(rng)
    return damaged(rng, data, tiny.onnx()) if rng.random() < 0.2 else data


HOSTILE: dict[str, Hostile] = {
    "ggml": hostile_ggml,
    "gguf": hostile_gguf_file,
    "onnx": hostile_onnx_file,
    "safetensors": hostile_safetensors,
}
