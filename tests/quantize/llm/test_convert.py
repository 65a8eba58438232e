"""Whole conversions of toy models: what llama.cpp computes with them is what the network is."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import gguf
import llama_cpp
import numpy as np
import pytest

from assistant.engines.llama_vocabulary import open_vocabulary
from models.progress import Notice, Progress
from tests.quantize.llm import reference, toy
from tools.quantize import provenance
from tools.quantize.convert.llm.convert import convert
from tools.quantize.convert.llm.numbers import Type
from tools.quantize.convert.llm.sentences import SENTENCES

TOKENS = [int(token) for token in np.random.RandomState(3).randint(5, 480, 24)]
TYPES: tuple[Type, ...] = ("f16", "bf16", "f32", "q8_0")

OURS_ALONE = {
    # Said although llama.cpp would assume the same, or could look it up elsewhere in the file.
    *("attention.key_length", "attention.value_length", "rope.dimension_count", "vocab_size"),
    *("rope.freq_base", "rope.freq_base_swa", "tokenizer.ggml.add_space_prefix"),
}
THEIRS_ALONE = {"gemma": ("tokenizer.ggml.eot_token_id",)}
"""The number that this token has in the published Gemma; llama.cpp finds it by its text."""


@cache
def expected() -> Any:
    """What Hugging Face's, Google's and llama.cpp's own programs said; see record.py."""
    return json.loads((toy.FIXTURES / "expected.json").read_text())


def converted(tmp_path: Path, name: str, type_: Type) -> Path:
    toy.write(tmp_path / name, toy.MODELS[name])
    convert(tmp_path / name, tmp_path / "out.gguf", type_, force=False)
    return tmp_path / "out.gguf"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Type], Path]:
    """Each conversion once, for who only reads it."""

    @cache
    def make(name: str, type_: Type) -> Path:
        return converted(tmp_path_factory.mktemp(f"{name}-{type_}"), name, type_)

    return make


def logits(path: Path, tokens: list[int]) -> Any:
    model = llama_cpp.Llama(
        str(path), n_ctx=64, logits_all=True, type_k=0, type_v=0, flash_attn_type=0, verbose=False
    )
    try:
        model.eval(tokens)
        return np.array(model.scores[: len(tokens)])
    finally:
        model.close()


@pytest.mark.parametrize("name", toy.MODELS)
def test_llama_cpp_computes_what_the_network_is(
    made: Callable[[str, Type], Path], name: str
) -> None:
    model = toy.MODELS[name]
    found = logits(made(name, "f32"), TOKENS)
    wanted = reference.logits(toy.config(model), toy.tensors(model), TOKENS)
    # llama.cpp looks Gemma's activation up in a table of float16.
    tolerance = 2e-2 if "Gemma" in model.architecture else 2e-5
    np.testing.assert_allclose(found, wanted, atol=tolerance, rtol=0)
    assert np.abs(wanted).max() > 1


VARIANTS = {
    "biases": toy.Toy("LlamaForCausalLM", "smollm", {"attention_bias": True, "mlp_bias": True}),
    "stretched": toy.Toy(
        "LlamaForCausalLM", "smollm", {"rope_scaling": {"rope_type": "linear", "factor": 4.0}}
    ),
    "stretched gemma3": replace(
        toy.MODELS["gemma3"],
        config=toy.MODELS["gemma3"].config
        | {"rope_scaling": {"rope_type": "linear", "factor": 8.0}},
    ),
    "untied qwen2": toy.Toy("Qwen2ForCausalLM", "qwen2", dtype="F16"),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_llama_cpp_computes_what_variants_are(tmp_path: Path, name: str) -> None:
    model = VARIANTS[name]
    toy.write(tmp_path / "in", model)
    convert(tmp_path / "in", tmp_path / "out.gguf", "f32", force=False)
    found = logits(tmp_path / "out.gguf", TOKENS)
    wanted = reference.logits(toy.config(model), toy.tensors(model), TOKENS)
    tolerance = 2e-2 if "Gemma" in model.architecture else 2e-5
    np.testing.assert_allclose(found, wanted, atol=tolerance, rtol=0)


@pytest.mark.parametrize(
    ("name", "rope"),
    [
        ("llama3", {"rope_theta": 500000.0, **toy.MODELS["llama3"].config["rope_scaling"]}),
        ("qwen3", {"rope_type": "default", "rope_theta": 1000000.0}),
        (
            "gemma3",
            {
                "full_attention": {"rope_type": "default", "rope_theta": 1000000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
            },
        ),
    ],
)
def test_config_may_be_in_the_way_of_transformers_5(
    tmp_path: Path, name: str, rope: dict[str, Any]
) -> None:
    before = converted(tmp_path, name, "q8_0").read_bytes()
    file = tmp_path / name / "config.json"
    config = json.loads(file.read_text())
    for key in ("rope_theta", "rope_local_base_freq", "rope_scaling"):
        config.pop(key, None)
    toy.save_json(file, config | {"rope_parameters": rope})
    convert(tmp_path / name, tmp_path / "out.gguf", "q8_0", force=True)
    assert (tmp_path / "out.gguf").read_bytes() == before


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("name", toy.MODELS)
def test_tensors_are_those_of_llama_cpps_converter(
    made: Callable[[str, Type], Path], name: str, type_: Type
) -> None:
    reader = gguf.GGUFReader(made(name, type_))
    found = {tensor.name: tensor for tensor in reader.tensors}
    wanted = expected()["models"][name]["tensors"][type_]
    assert found.keys() == wanted.keys()
    for key, (kind, digest) in wanted.items():
        assert found[key].tensor_type.name == kind, key
        if key != "rope_freqs.weight":  # of which the last bit is a matter of how it is computed
            assert _digest(found[key].data.tobytes()) == digest, key


@pytest.mark.parametrize("name", toy.MODELS)
def test_metadata_is_that_of_llama_cpps_converter(
    made: Callable[[str, Type], Path], name: str
) -> None:
    reader = gguf.GGUFReader(made(name, "q8_0"))
    found = {
        key: _plain(field.contents())
        for key, field in reader.fields.items()
        if not key.startswith("GGUF.")
    }
    wanted = dict(expected()["models"][name]["metadata"])
    for key in THEIRS_ALONE.get(name, ()):
        del wanted[key]
    more = {key.removeprefix(f"{found['general.architecture']}.") for key in found.keys() - wanted}
    assert more <= OURS_ALONE
    assert {key: found.get(key) for key in wanted} == wanted


def _plain(value: Any) -> Any:
    return f"sha256:{_digest(repr(value).encode())}" if isinstance(value, list) else value


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


BY_TOKENIZER = {model.tokenizer: name for name, model in toy.MODELS.items()}


@pytest.mark.parametrize("kind", BY_TOKENIZER)
def test_llama_cpp_cuts_text_as_the_models_own_tokenizer_does(
    made: Callable[[str, Type], Path], kind: str
) -> None:
    path = made(BY_TOKENIZER[kind], "f16")
    with open_vocabulary(path) as vocabulary:
        for sentence, ids in zip(SENTENCES, expected()["tokens"][kind], strict=True):
            assert vocabulary.tokenize(sentence) == ids, sentence


def test_the_bar_ends_where_the_tensors_do_and_origins_are_kept(tmp_path: Path) -> None:
    toy.write(tmp_path / "in", toy.MODELS["llama2"])
    seen: list[Progress | Notice] = []
    target = tmp_path / "out.gguf"
    said = convert(tmp_path / "in", target, "f16", force=False, observe=seen.append)
    last = seen[-1]
    assert isinstance(last, Progress)
    assert last.done == last.total
    reader = gguf.GGUFReader(target)
    assert last.total == sum(tensor.n_bytes for tensor in reader.tensors)
    assert (said.tensors, said.bytes) == (len(reader.tensors), target.stat().st_size)
    account = provenance.read(target)
    names = {file.name for file in account.sources}
    shards = {f"model-0000{n}-of-00002.safetensors" for n in (1, 2)}
    assert shards | {"config.json", "tokenizer.model"} <= names
    assert account.settings == {"type": "f16"}
