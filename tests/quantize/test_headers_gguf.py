"""Language models: each known way to take llama.cpp down with a file is refused before it."""

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.headers.ggml_types import TYPES
from tests.quantize.damage import accepted, peak_bytes, refused, survives
from tools.quantize.fuzz import tiny_gguf
from tools.quantize.fuzz.tiny_gguf import (
    ARCHITECTURES,
    ARRAY,
    F32,
    F64,
    I32,
    STRING,
    U32,
    U64,
    Typed,
    Weight,
    gguf,
    token_count,
    written,
)

_KEYS = tiny_gguf.entries(tiny_gguf.settings())
_TENSORS = tiny_gguf.tensors(tiny_gguf.settings(tokens=token_count(_KEYS)))
_SMALL = written(_KEYS, _TENSORS)
_TOKENS = _KEYS["tokenizer.ggml.tokens"].value


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gguf") / "model.gguf"


def _with(**changes: Typed) -> bytes:
    """The tiny model with keys changed; "__" stands for a dot."""
    return written(
        _KEYS | {key.replace("__", "."): each for key, each in changes.items()}, _TENSORS
    )


def _with_tensor(name: str, **changes: Any) -> bytes:
    return written(_KEYS, _TENSORS | {name: _TENSORS[name]._replace(**changes)})


@pytest.mark.parametrize("tokenizer", ["gpt2", "llama"])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_whole_files_are_described(path: Path, architecture: str, tokenizer: str) -> None:
    header = accepted(path, gguf(architecture, tokenizer))
    assert (header.format, header.architecture) == ("gguf", architecture)
    assert header.quantisation == "F16, some F32"
    assert (header.details["layers"], header.details["context"]) == (2, 128)


def test_the_gguf_package_reads_the_same(path: Path) -> None:
    reader = pytest.importorskip("gguf").GGUFReader
    header = accepted(path, _SMALL)
    theirs = {each.name: (tuple(each.shape), each.n_bytes) for each in reader(path).tensors}
    assert {each.name: (each.shape[::-1], each.bytes) for each in header.tensors} == theirs


def test_the_types_are_those_of_the_gguf_package() -> None:
    constants = pytest.importorskip("gguf.constants")
    sizes = {kind.value: (kind.name, *size) for kind, size in constants.GGML_QUANT_SIZES.items()}
    ours = {code: tuple(each) for code, each in TYPES.items() if each.name != "Q2_0"}  # too new
    assert ours.items() <= sizes.items()


@pytest.mark.parametrize("at", [8, 16])
@pytest.mark.parametrize("count", [2**31, 2**62, 2**63, 2**64 - 1])
def test_hostile_counts_are_refused_at_once(path: Path, at: int, count: int) -> None:
    assert "claims" in refused(path, _SMALL[:at] + struct.pack("<Q", count) + _SMALL[at + 8 :])


@pytest.mark.parametrize("version", [0, 1, 4, 0x03000000])
def test_other_versions_are_refused(path: Path, version: int) -> None:
    assert "GGUF version" in refused(path, written(_KEYS, _TENSORS, version=version))


@pytest.mark.parametrize("length", [2**30 + 1, 2**40, 2**63])
def test_a_text_of_a_gigabyte_is_refused(path: Path, length: int) -> None:
    """ggml #1516: lengths up to 1 GiB were allocated before the file was asked."""
    at = _SMALL.index(b"general.name") + len(b"general.name") + 4
    changed = _SMALL[:at] + struct.pack("<Q", length) + _SMALL[at + 8 :]
    assert "bytes in general.name" in refused(path, changed)
    assert peak_bytes(path, changed) < 4 << 20


@pytest.mark.parametrize("count", [2**30 + 1, 2**61, 2**63, 2**64 - 1])
@pytest.mark.parametrize("items", [STRING, I32, U64])
def test_an_array_of_a_billion_is_refused(path: Path, items: int, count: int) -> None:
    """ggml #1516, and sizes of arrays that overflow when they are multiplied."""
    data = _with(x=Typed(ARRAY, [], items))
    at = data.index(b"x" + struct.pack("<2I", ARRAY, items)) + 9
    assert "claims" in refused(path, data[:at] + struct.pack("<Q", count) + data[at + 8 :])


def test_arrays_within_arrays_are_refused(path: Path) -> None:
    data = _with(x=Typed(ARRAY, [0] * 8, U32))
    at = data.index(b"x" + struct.pack("<2I", ARRAY, U32)) + 5
    assert "arrays within" in refused(path, data[:at] + struct.pack("<I", ARRAY) + data[at + 4 :])


@pytest.mark.parametrize("alignment", [0, 1, 8, 33, 2**17, 2**31, 2**32 - 1])
def test_a_wild_alignment_is_refused(path: Path, alignment: int) -> None:
    """ggml #1516: unbounded; and llama.cpp stops the process below 32 (found by fuzzing)."""
    assert "alignment" in refused(path, _with(general__alignment=Typed(U32, alignment)))


@pytest.mark.parametrize("typed", [Typed(U64, 32), Typed(F32, 32.0), Typed(STRING, "32")])
def test_an_alignment_of_another_type_is_refused(path: Path, typed: Typed) -> None:
    assert "alignment" in refused(path, _with(general__alignment=typed))


def test_a_larger_alignment_is_kept_to(path: Path) -> None:
    keys = _KEYS | {"general.alignment": Typed(U32, 256)}
    assert accepted(path, written(keys, _TENSORS, 256)).bytes % 256 == 0


@pytest.mark.parametrize(
    "dimensions",
    [(2**63, 1), (2**62, 2**62), (2**32, 2**32), (0, 64), (64, 2**63), (1, 1, 1, 1, 1), ()],
)
def test_a_tensor_whose_size_overflows_is_refused(path: Path, dimensions: tuple[int, ...]) -> None:
    """llama.cpp #18674 and CVE-2025-49847's kind: products beyond 64 bits."""
    name = "blk.0.attn_q.weight"
    assert name in refused(path, _with_tensor(name, dimensions=dimensions))


@pytest.mark.parametrize("kind", [4, 5, 9, 15, 24, 28, 36, 43, 2**31, 2**32 - 1])
def test_a_tensor_of_a_type_without_weights_is_refused(path: Path, kind: int) -> None:
    assert "type" in refused(path, _with_tensor("blk.0.attn_q.weight", type=kind))


def test_rows_that_are_no_whole_blocks_are_refused(path: Path) -> None:
    assert "whole blocks" in refused(path, _with_tensor("blk.0.ffn_down.weight", type=12))


@pytest.mark.parametrize("offset", [1, 32, 2**32, 2**63, 2**64 - 32])
def test_a_tensor_elsewhere_is_refused(path: Path, offset: int) -> None:
    """Also one that overlaps another."""
    assert "is due" in refused(path, _with_tensor("blk.0.attn_q.weight", offset=offset))


def test_a_file_that_is_cut_short_or_too_long_is_refused(path: Path) -> None:
    assert "cut short" in refused(path, _SMALL[:-200])
    assert "too many" in refused(path, _SMALL + bytes(32))


def test_a_name_twice_is_refused(path: Path) -> None:
    assert "twice" in refused(path, _SMALL.replace(b"blk.1.attn_q.", b"blk.0.attn_q."))
    keys = written(_KEYS | {"general.nam2": Typed(U32, 1)}, _TENSORS)
    assert "twice" in refused(path, keys.replace(b"general.nam2", b"general.name"))


@pytest.mark.parametrize("blocks", [0, 1, 3, 513, 2**31, 2**32 - 1])
def test_a_wrong_number_of_blocks_is_refused(path: Path, blocks: int) -> None:
    """llama.cpp #25821: an index beyond an array of 512."""
    refused(path, _with(llama__block_count=Typed(U32, blocks)))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("tokens", Typed(ARRAY, [1] * 261, I32)),
        ("tokens", Typed(U32, 261)),
        ("token_type", Typed(ARRAY, ["1"] * 261)),
        ("token_type", Typed(ARRAY, [1] * 261, U64)),
        ("token_type", Typed(ARRAY, [1] * 260, I32)),
        ("scores", Typed(ARRAY, [1.0] * 261, F64)),
        ("scores", Typed(ARRAY, [1.0] * 3, F32)),
        ("scores", Typed(ARRAY, [float("nan")] * 261, F32)),
        ("merges", Typed(ARRAY, [1, 2], I32)),
        ("merges", Typed(STRING, "h e")),
        ("model", Typed(STRING, "plamo2")),
        ("model", Typed(U32, 1)),
        ("model", Typed(STRING, "llama")),
    ],
)
def test_lists_of_tokens_of_another_type_or_length_are_refused(
    path: Path, name: str, typed: Typed
) -> None:
    """llama.cpp #26690 (numbers read as texts), its plamo2 tokenizer (writes beyond its table),
    and SentencePiece without single bytes (an exception that nobody catches)."""
    assert len(_TOKENS) == 261  # type: ignore[arg-type]
    refused(path, _with(**{f"tokenizer__ggml__{name}": typed}))


def test_a_token_twice_is_refused(path: Path) -> None:
    """llama.cpp stops the process (GGML_ASSERT) if there are fewer words than tokens."""
    assert isinstance(_TOKENS, list)
    doubled = Typed(ARRAY, [*_TOKENS[:-1], _TOKENS[0]])
    assert "twice" in refused(path, _with(tokenizer__ggml__tokens=doubled))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("expert_count", Typed(U32, 600)),
        ("nextn_predict_layers", Typed(U32, 9)),
        ("attention.head_count", Typed(U32, 0)),
        ("attention.head_count", Typed(ARRAY, [4, 4], U32)),
        ("attention.head_count_kv", Typed(U32, 0)),
        ("attention.head_count_kv", Typed(U32, 3)),
        ("attention.key_length", Typed(U32, 15)),
        ("attention.value_length", Typed(U32, 8)),
        ("rope.dimension_count", Typed(U32, 8)),
        ("rope.scaling.type", Typed(STRING, "wild")),
        ("rope.freq_base", Typed(F32, float("nan"))),
        ("attention.layer_norm_rms_epsilon", Typed(F32, -1.0)),
        ("embedding_length", Typed(U32, 63)),
        ("feed_forward_length", Typed(U32, 2**31)),
        ("vocab_size", Typed(U32, 2**31)),
        ("attention.causal", Typed(7, 0)),
        ("attention.sliding_window_pattern", Typed(ARRAY, [1] * 600, U32)),
        ("something.new", Typed(U32, 1)),
    ],
)
def test_settings_that_stop_llama_cpp_are_refused(path: Path, name: str, typed: Typed) -> None:
    refused(path, _with(**{f"llama.{name}": typed}))


def test_another_architecture_is_refused_by_name(path: Path) -> None:
    assert "'plamo2'" in refused(path, _with(general__architecture=Typed(STRING, "plamo2")))


def test_a_part_of_several_is_refused(path: Path) -> None:
    """llama.cpp would look for the others by names it makes of this one's."""
    assert "merge" in refused(path, _with(split__count=Typed(2, 3)))


def test_other_tensors_than_the_architectures_are_refused(path: Path) -> None:
    refused(path, written(_KEYS, _TENSORS | {"blk.7.attn_q.weight": Weight((64, 64))}))
    refused(path, written(_KEYS, _TENSORS | {"wild.weight": Weight((64, 64))}))
    fewer = {name: each for name, each in _TENSORS.items() if name != "blk.1.attn_q.weight"}
    assert "layer 1" in refused(path, written(_KEYS, fewer))


@given(seed=st.integers(0, 2**32))
def test_any_damage_is_survived(path: Path, seed: int) -> None:
    survives(path, _SMALL, seed)
