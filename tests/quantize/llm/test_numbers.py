"""Weights a few rows at a time are the weights."""

from pathlib import Path

import gguf
import numpy as np
import pytest

from tests.quantize.llm import toy
from tools.quantize.convert.folder import Folder
from tools.quantize.convert.llm.numbers import Type, encoded, kind
from tools.quantize.convert.llm.tensors import Planned, Wanted
from tools.quantize.convert.safetensors import stored

LARGE = np.random.RandomState(1).standard_normal((70_001, 64)).astype(np.float32)


@pytest.mark.parametrize("type_", ["f16", "f32", "bf16", "q8_0"])
def test_a_large_tensor_comes_in_pieces(tmp_path: Path, type_: Type) -> None:
    toy.write_tensors(tmp_path, {"large": LARGE}, "F32")
    planned = Planned(
        Wanted("large", "token_embd.weight", LARGE.shape), stored(Folder(tmp_path))["large"]
    )
    pieces = [piece.tobytes() for piece in encoded(planned, type_)]
    whole = gguf.quants.quantize(LARGE, gguf.GGMLQuantizationType[type_.upper()]).tobytes()
    assert len(pieces) == 2
    assert b"".join(pieces) == whole


@pytest.mark.parametrize(
    ("target", "shape", "becomes"),
    [
        ("token_embd.weight", (512, 64), "q8_0"),
        ("blk.0.ffn_down.weight", (64, 48), "f16"),  # 48 weights are not blocks of 32
        ("blk.0.attn_q.bias", (64,), "f32"),
        ("blk.0.attn_q_norm.weight", (1, 64), "f32"),
    ],
)
def test_what_q8_0_is_for(
    tmp_path: Path, target: str, shape: tuple[int, ...], becomes: str
) -> None:
    toy.write_tensors(tmp_path, {"one": np.zeros(shape, np.float32)}, "F16")
    planned = Planned(Wanted("one", target, shape), stored(Folder(tmp_path))["one"])
    assert kind(planned, "q8_0") == becomes
