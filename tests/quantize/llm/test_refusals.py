"""What would load and answer, but not as the model was trained, is refused in a sentence."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AssistantError, InputError, ModelError
from tests.quantize.llm import toy
from tools.quantize import provenance
from tools.quantize.convert.folder import Folder
from tools.quantize.convert.llm import bpe
from tools.quantize.convert.llm.convert import convert
from tools.quantize.convert.safetensors import stored


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    toy.write(path, toy.MODELS["smollm"])
    return path


def refused(folder: Path, what: str, type_: Any = "f16") -> None:
    target = folder.parent / "out.gguf"
    with pytest.raises(ModelError, match=what):
        convert(folder, target, type_, force=False)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["in"]  # nothing is left


def change(file: Path, **changed: Any) -> None:
    toy.save_json(file, json.loads(file.read_text()) | changed)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"architectures": ["MixtralForCausalLM"]}, "The network is MixtralForCausalLM, not one"),
        ({"architectures": []}, "The network is an unnamed one"),
        ({"hidden_size": 0}, "says of hidden_size"),
        ({"hidden_size": "64"}, "says of hidden_size"),
        ({"num_key_value_heads": 3}, "4 heads in 3 groups"),
        ({"hidden_act": "relu"}, "the activation relu"),
        ({"quantization_config": {"bits": 4}}, "quantised already"),
        ({"rope_scaling": {"type": "dynamic", "factor": 2.0}}, "unknown type dynamic"),
        ({"rope_scaling": {"rope_type": "linear"}}, "without a factor"),
        ({"rope_scaling": {"rope_type": "yarn", "factor": 2.0}}, "unknown type yarn"),
        ({"rope_scaling": {"rope_type": "linear", "factor": -1}}, "says of factor"),
        ({"use_sliding_window": True}, "use_sliding_window"),
        ({"num_hidden_layers": 3}, r"lacks tensors .*\(9: model.layers.2.input_layernorm"),
        ({"num_hidden_layers": 1}, "has unknown tensors"),
        ({"intermediate_size": 128}, r"the shape \[96, 64\] where .* asks for \[128, 64\]"),
        ({"tie_word_embeddings": False}, r"lacks tensors .*lm_head.weight"),
        ({"attention_bias": True}, r"lacks tensors .*k_proj.bias"),
        ({"max_position_embeddings": None}, "lacks max_position_embeddings"),
    ],
)
def test_config(folder: Path, changed: dict[str, Any], what: str) -> None:
    change(folder / "config.json", **changed)
    refused(folder, what)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"query_pre_attn_scalar": 100}, "query_pre_attn_scalar of 100; llama.cpp takes 32"),
        ({"sliding_window": None}, "lacks sliding_window"),
        ({"layer_types": ["full_attention"] * 7}, "alternates windows otherwise"),
        ({"sliding_window_pattern": 4}, "alternates windows otherwise"),
        ({"attn_logit_softcapping": 50.0}, "caps the logits of attention"),
        ({"tie_word_embeddings": False}, "unties the output"),
    ],
)
def test_config_of_gemma(tmp_path: Path, changed: dict[str, Any], what: str) -> None:
    toy.write(tmp_path / "in", toy.MODELS["gemma3"])
    change(tmp_path / "in" / "config.json", **changed)
    refused(tmp_path / "in", what)


def weights(folder: Path, edit: Callable[[dict[str, Any]], None], dtype: str = "BF16") -> None:
    values = toy.tensors(toy.MODELS["smollm"])
    edit(values)
    toy.write_tensors(folder, values, dtype)


DOWN = "model.layers.1.mlp.down_proj.weight"


def test_numbers_that_are_none(folder: Path) -> None:
    def spoil(values: dict[str, Any]) -> None:
        values[DOWN][3, 5] = np.nan

    weights(folder, spoil)
    refused(folder, f"'{DOWN}' has weights that are no numbers")


def test_a_weight_too_large_for_f16_fits_bf16(folder: Path) -> None:
    def enlarge(values: dict[str, Any]) -> None:
        values[DOWN][3, 5] = 2.0**17

    weights(folder, enlarge)
    refused(folder, f"'{DOWN}' has weights beyond what f16 can hold .* use --type bf16")
    convert(folder, folder.parent / "out.gguf", "bf16", force=False)


def test_an_output_that_is_not_the_embedding_it_should_be(folder: Path) -> None:
    def untie(values: dict[str, Any]) -> None:
        values["lm_head.weight"] = values["model.embed_tokens.weight"] * 2

    weights(folder, untie)
    refused(folder, "ties the output to the embedding, but 'lm_head.weight' is another")


def test_an_output_stored_twice_is_written_once(folder: Path) -> None:
    def double(values: dict[str, Any]) -> None:
        values["lm_head.weight"] = values["model.embed_tokens.weight"]
        values["model.layers.0.self_attn.rotary_emb.inv_freq"] = np.ones(8, np.float32)

    once = convert(folder, folder.parent / "once.gguf", "f16", force=False)
    weights(folder, double)
    assert convert(folder, folder.parent / "out.gguf", "f16", force=False).tensors == once.tensors


def test_tokens_beyond_the_embedding(folder: Path) -> None:
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["added_tokens"].append({"id": 512, "content": "<|more|>", "special": True})
    toy.save_json(folder / "tokenizer.json", tokenizer)
    refused(folder, "1 tokens more than the embedding has rows .512; the first is '<.more.>'")


@pytest.mark.parametrize(
    ("section", "what"),
    [
        ({"type": "Whitespace"}, "a rule that llama.cpp is not known to have"),
        ({"type": "ByteLevel", "add_prefix_space": True}, "a rule that llama.cpp is not known"),
    ],
)
def test_another_way_to_cut_words(folder: Path, section: Any, what: str) -> None:
    change(folder / "tokenizer.json", pre_tokenizer=section)
    refused(folder, what)


@pytest.mark.parametrize("name", ["gpt-2", "smollm", "qwen2"])
def test_whole_words_where_llama_cpp_does_not_take_them(folder: Path, name: str) -> None:
    tokenizer = toy.byte_level(name)
    tokenizer["model"]["ignore_merges"] = True
    toy.save_json(folder / "tokenizer.json", tokenizer)
    refused(folder, "a rule that llama.cpp is not known .* ignoring merges")


def test_a_vocabulary_that_lacks_a_letter(folder: Path) -> None:
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    letters = bpe.byte_letters()
    del tokenizer["model"]["vocab"][letters[0xF1]]
    del tokenizer["model"]["vocab"][letters[0xFF]]
    toy.save_json(folder / "tokenizer.json", tokenizer)
    (note,) = convert(folder, folder.parent / "out.gguf", "f16", force=True).notes
    assert "(F1)" in note
    (folder.parent / "out.gguf").unlink()
    provenance.place_of(folder.parent / "out.gguf").unlink()
    del tokenizer["model"]["vocab"][letters[0xD0]]
    toy.save_json(folder / "tokenizer.json", tokenizer)
    refused(folder, "reads 'Привет, мир!")


def test_a_vocabulary_by_probability(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    toy.write(folder, toy.MODELS["llama2"])
    file = folder / "tokenizer.model"
    trainer = file.read_bytes().replace(b"\x18\x02 \xf4\x03", b"\x18\x01 \xf4\x03")  # 3: type
    assert trainer != file.read_bytes()
    file.write_bytes(trainer)
    refused(folder, "by probability .unigram")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 200_000])
def test_files_that_are_none(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    refused(folder, f"{name} is not")


def test_missing_files(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    refused(folder, "tokenizer.json is missing")
    (folder / "model.safetensors").unlink()
    refused(folder, "no model.safetensors")
    (folder / "config.json").unlink()
    refused(folder, "config.json is missing")


def test_a_missing_shard(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    toy.write(folder, toy.MODELS["llama2"])
    second = folder / "model-00002-of-00002.safetensors"
    shutil.copy(folder / "model-00001-of-00002.safetensors", second)
    refused(folder, "has a second 'lm_head.weight'")
    second.unlink()
    refused(folder, "model-00002-of-00002.safetensors is missing")


def test_a_shard_elsewhere(folder: Path) -> None:
    index = {"weight_map": {"a": "../model.safetensors"}}
    toy.save_json(folder / "model.safetensors.index.json", index)
    refused(folder, "../model.safetensors is missing")


def test_what_is_there_is_kept(folder: Path) -> None:
    target = folder.parent / "out.gguf"
    target.write_bytes(b"precious")
    with pytest.raises(InputError, match="use --force"):
        convert(folder, target, "f16", force=False)
    assert target.read_bytes() == b"precious"
    convert(folder, target, "f16", force=True)
    assert target.read_bytes().startswith(b"GGUF")


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        convert(tmp_path / "none", tmp_path / "out.gguf", "f16", force=False)


WHOLE = toy.safetensors({"a": np.ones((2, 3), np.float32), "b": np.ones(4, np.float32)}, "F16")


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, len(WHOLE)))
def test_no_damage_of_a_tensor_file_is_read_past(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, length: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    damaged = bytearray(WHOLE)
    damaged[at] = byte
    file = folder / "model.safetensors"
    file.write_bytes(damaged[:length])
    try:
        found = stored(Folder(folder))
    except AssistantError:
        return
    for tensor in found.values():
        assert tensor.place.start + tensor.place.bytes <= length
        with suppress(ModelError):  # they are no floats
            assert tensor.whole().shape == tensor.shape
