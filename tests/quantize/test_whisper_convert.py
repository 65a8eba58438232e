"""One model out of three kinds of file is the same ggml file; what is wrong is one sentence."""

import base64
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import AssistantError, InputError
from models.catalog import default_catalog
from models.ggml_file import open_ggml
from models.mel import mel_filters
from tests.quantize.checkpoints import (
    DIMS,
    SPOKEN,
    TOKENS,
    Tensors,
    config,
    dims_table,
    hugging_face_name,
    random_tensors,
    safetensors,
    write_ctranslate2,
    write_hugging_face,
    write_openai,
    write_vocabulary,
)
from tools.quantize.convert.whisper_convert import convert, find_vocabulary
from tools.quantize.convert.whisper_source import opened

TENSORS = random_tensors()


def converted(path: Path, vocabulary: str | None = None) -> bytes:
    out = io.BytesIO()
    with opened(path) as source:
        convert(source, find_vocabulary(source, vocabulary, lambda name: None), out)
    return out.getvalue()


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> str:
    """OpenAI's file of the English tokens: without the one that ends a text."""
    path = tmp_path_factory.mktemp("vocabulary") / "gpt2.tiktoken"
    lines = [base64.b64encode(token) + b" %d" % index for index, token in enumerate(SPOKEN[:-1])]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return str(path)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The path that made the published files."""
    return converted(write_ctranslate2(tmp_path_factory.mktemp("ctranslate2"), TENSORS))


@pytest.mark.parametrize("kind", ["Half", "Float"])
def test_openai(tmp_path: Path, vocabulary: str, expected: bytes, kind: str) -> None:
    path = write_openai(tmp_path / "tiny.pt", TENSORS, kind=kind)
    assert converted(path, vocabulary) == expected


@pytest.mark.parametrize(
    ("kind", "shards"), [("Half", 1), ("Float", 1), ("Double", 1), ("Half", 3)]
)
def test_hugging_face(tmp_path: Path, expected: bytes, kind: str, shards: int) -> None:
    folder = write_hugging_face(tmp_path, TENSORS, kind=kind, shards=shards)
    write_vocabulary(folder)
    assert converted(folder) == expected
    assert converted(next(folder.glob("*.safetensors"))) == expected


def test_the_file_says_what_was_converted(tmp_path: Path, expected: bytes) -> None:
    (tmp_path / "ggml.bin").write_bytes(expected)
    with open_ggml(tmp_path / "ggml.bin") as reader:
        header = reader.header()
    assert header.dims == DIMS
    assert header.ftype == 1
    assert header.vocabulary == tuple(SPOKEN)
    assert header.filters[8:] == mel_filters(80).tobytes()


def test_bfloat16_is_widened(tmp_path: Path, vocabulary: str) -> None:
    coarse = {name: np.round(array.astype("<f4")).astype("<f2") for name, array in TENSORS.items()}
    wanted = converted(write_openai(tmp_path / "half.pt", coarse), vocabulary)
    openai = write_openai(tmp_path / "brain.pt", coarse, kind="BFloat16")
    assert converted(openai, vocabulary) == wanted
    folder = write_hugging_face(tmp_path / "brain", coarse, kind="BFloat16")
    assert converted(folder, vocabulary) == wanted
    assert converted(write_ctranslate2(tmp_path / "c", coarse, kind="BFloat16")) == wanted


def test_ctranslate2_may_hold_float32_but_no_integers(tmp_path: Path, expected: bytes) -> None:
    assert converted(write_ctranslate2(tmp_path / "single", TENSORS, kind="Float")) == expected
    with pytest.raises(AssistantError, match=r"has 'decoder/.*' as int8 instead of floats"):
        converted(write_ctranslate2(tmp_path / "small", TENSORS, kind="Char"))


def test_any_model_of_the_kind_lends_its_vocabulary(tmp_path: Path, expected: bytes) -> None:
    path = write_openai(tmp_path / "tiny.pt", TENSORS)
    (tmp_path / "ggml.bin").write_bytes(expected)
    other = write_ctranslate2(tmp_path / "other", TENSORS)
    tokenizer = {
        "model": {"vocab": {token: index for index, token in enumerate(TOKENS[:-1])}},
        "added_tokens": [{"content": TOKENS[-1], "id": 50_256}],
    }
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer))
    for lender in ("ggml.bin", "other", "tokenizer.json"):
        assert converted(path, str(tmp_path / lender)) == expected
    assert (other / "vocabulary.json").is_file()


def test_an_installed_model_of_the_kind_lends_its_vocabulary(
    tmp_path: Path, expected: bytes
) -> None:
    path = write_openai(tmp_path / "tiny.pt", TENSORS)
    (tmp_path / "ggml.bin").write_bytes(expected)
    asked: list[str] = []

    def find(name: str) -> Path | None:
        asked.append(name)
        return tmp_path / "ggml.bin" if len(asked) == 2 else None

    with opened(path) as source:
        assert find_vocabulary(source, None, find) == tmp_path / "ggml.bin"
    assert [default_catalog().entry(name).languages for name in asked] == [("en",), ("en",)]
    with opened(path) as source:
        assert find_vocabulary(source, "whisper-tiny.en", lambda _: tmp_path) == tmp_path
        with pytest.raises(InputError, match=r"name gpt2\.tiktoken of OpenAI's package or"):
            find_vocabulary(source, None, lambda _: None)
        with pytest.raises(InputError, match=r"nowhere is neither a file"):
            find_vocabulary(source, "nowhere", lambda _: None)


def test_a_tied_output_layer_may_have_either_name_or_both(tmp_path: Path, expected: bytes) -> None:
    named = {hugging_face_name(name): array for name, array in TENSORS.items()}
    embedding = named["model.decoder.embed_tokens.weight"]
    (tmp_path / "config.json").write_text(json.dumps(config()))
    write_vocabulary(tmp_path)
    file = tmp_path / "model.safetensors"
    file.write_bytes(safetensors(named | {"proj_out.weight": embedding}))
    assert converted(tmp_path) == expected
    alone = {key: array for key, array in named.items() if "embed_tokens" not in key}
    file.write_bytes(safetensors(alone | {"proj_out.weight": embedding}))
    assert converted(tmp_path) == expected
    file.write_bytes(safetensors(named | {"proj_out.weight": embedding * 2}))
    with pytest.raises(AssistantError, match=r"an output layer .* that differs"):
        converted(tmp_path)


def test_large_v3_has_its_own_bands_and_vocabulary(tmp_path: Path) -> None:
    dims = replace(DIMS, n_mels=128, n_vocab=51_866)
    folder = write_hugging_face(tmp_path, random_tensors(dims), dims)
    tokens = [*TOKENS[:-1], "", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(tokens)}))
    (tmp_path / "ggml.bin").write_bytes(converted(folder))
    with open_ggml(tmp_path / "ggml.bin") as reader:
        header = reader.header()
    assert header.dims == dims
    assert header.vocabulary[-1] == b""
    assert header.filters[8:] == mel_filters(128).tobytes()


def without(name: str) -> Tensors:
    return {key: array for key, array in TENSORS.items() if key != name}


def with_value(name: str, value: float) -> Tensors:
    spoilt = TENSORS[name].copy()
    spoilt.flat[3] = value
    return TENSORS | {name: spoilt}


NAME = "decoder.blocks.0.cross_attn.out.weight"
WRONG: dict[str, tuple[Tensors, dict[str, object], str]] = {
    "missing": (without(NAME), {}, f"lacks the tensor '{NAME}'"),
    "unknown": (TENSORS | {"adapter": TENSORS[NAME]}, {}, "'adapter', which Whisper has not"),
    "shape": (TENSORS | {NAME: TENSORS[NAME][:16]}, {}, r"of shape \(16, 32\) where"),
    "nan": (with_value(NAME, np.nan), {}, f"values that are no numbers in '{NAME}'"),
    "infinite": (with_value(NAME, np.inf), {}, f"values that are no numbers in '{NAME}'"),
    "vocabulary": (TENSORS, {"n_vocab": 51_900}, "has a vocabulary of 51900 tokens"),
    "bands": (TENSORS, {"n_mels": 64}, "has 64 mel bands instead of 80 or 128"),
    "heads": (TENSORS, {"n_text_head": 5}, "no multiple of its heads"),
    "layers": (TENSORS, {"n_text_layer": 2}, r"lacks the tensor 'decoder\.blocks\.1"),
    "huge": (TENSORS, {"n_audio_layer": 1 << 30}, "has n_audio_layer = 1073741824, which"),
    "text": (TENSORS, {"n_audio_ctx": "12"}, "usable number for n_audio_ctx"),
    "width": (TENSORS, {"n_audio_state": 64}, "of different width"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, vocabulary: str, case: str) -> None:
    tensors, changed, says = WRONG[case]
    path = write_openai(tmp_path / "wrong.pt", tensors, {**dims_table(), **changed})
    with pytest.raises(AssistantError, match=says) as caught:
        converted(path, vocabulary)
    assert str(caught.value).startswith("wrong.pt")
    assert "\n" not in str(caught.value)


def test_a_value_beyond_float16_is_named(tmp_path: Path, vocabulary: str) -> None:
    large = {**TENSORS, NAME: TENSORS[NAME].astype("<f4") * 1e6}
    path = write_openai(tmp_path / "wrong.pt", large, kind="Float")
    with pytest.raises(AssistantError, match=f"values beyond float16 in '{NAME}'"):
        converted(path, vocabulary)


def test_the_vocabulary_of_the_other_kind_is_refused(tmp_path: Path, vocabulary: str) -> None:
    dims = replace(DIMS, n_vocab=51_865)
    tensors = random_tensors(dims)
    path = write_openai(tmp_path / "base.pt", tensors, dims_table(dims))
    with pytest.raises(AssistantError, match=r"base\.pt is multilingual .* is English"):
        converted(path, vocabulary)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("short.tiktoken", b"YQ== 0\nYg== 1\n", "has 2 tokens where Whisper has 50257"),
        ("odd.tiktoken", b"YQ==\n", "is no vocabulary of Whisper"),
        ("vocab.json", b'{"a": 0, "b": 2}', "has 1 tokens"),
        ("vocab.json", b'{"model": 5}', "is no vocabulary of Whisper"),
        ("vocab.json", b'{"a\xc5\x92": 0}', "is no vocabulary of Whisper"),
        ("vocab.json", b"[" * 100_000, "is no vocabulary of Whisper"),
        ("notes.txt", b"hello", "has only 1 tokens"),
        ("ggml.bin", b"lmgg" + bytes(300), "has n_vocab = 0, which no Whisper model has"),
    ],
)
def test_a_wrong_vocabulary(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = write_openai(tmp_path / "tiny.pt", TENSORS)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AssistantError, match=says):
        converted(path, str(tmp_path / name))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"model_type": "wav2vec2"}, "of type 'wav2vec2', not 'whisper'"),
        ({"activation_function": "relu"}, "has activation_function = relu"),
        ({"scale_embedding": True}, "has scale_embedding = True"),
        ({"encoder_ffn_dim": 64}, "has encoder_ffn_dim = 64"),
        ({"decoder_layers": None}, "usable number for n_text_layer"),
        ({"decoder_layers": 2}, r"lacks the tensor 'decoder\.layers\.1"),
    ],
)
def test_another_architecture_is_refused(
    tmp_path: Path, changed: dict[str, object], says: str
) -> None:
    folder = write_hugging_face(tmp_path, TENSORS)
    (folder / "config.json").write_text(json.dumps(config() | changed))
    with pytest.raises(AssistantError, match=says):
        converted(folder)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("notes.txt", b"hello", "is no Whisper model of OpenAI"),
        ("empty.pt", b"", "is no Whisper model of OpenAI"),
        ("old.pt", b"\x80\x02}.", "is a bare pickle"),
        ("ggml.bin", b"lmgg1234", "is a ggml file already"),
        ("folder/readme", b"", "has neither safetensors"),
        ("folder/pytorch_model.bin", b"PK", "has only pytorch_model.bin"),
        ("folder/adapter_model.safetensors", b"", r"has no config\.json"),
    ],
)
def test_what_is_no_model_is_told_apart(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(AssistantError, match=says):
        converted(path.parent if "folder" in name else path)
    with pytest.raises(InputError, match=r"gone\.pt cannot be read"):
        converted(tmp_path / "gone.pt")
