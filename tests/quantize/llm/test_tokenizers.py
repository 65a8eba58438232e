"""Tokenizers in the other forms they are published in, and what tells a wrong one."""

import json
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelError
from tests.quantize.llm import toy
from tests.quantize.llm.test_convert import expected
from tools.quantize.convert.folder import Folder
from tools.quantize.convert.llm import bpe, pre_tokenizer, sentencepiece, tokenizer
from tools.quantize.convert.llm.check import check
from tools.quantize.convert.llm.convert import convert
from tools.quantize.convert.llm.sentences import SENTENCES
from tools.quantize.convert.llm.vocabulary import Type, added_tokens

REFERENCE = {
    name: dict(zip(SENTENCES, ids, strict=True)) for name, ids in expected()["tokens"].items()
}


def checked(tmp_path: Path, folder: Path, name: str) -> int:
    """Sentences that llama.cpp cuts as the reference `name` does."""
    target = tmp_path / "out.gguf"
    convert(folder, target, "f16", force=True)
    vocabulary = tokenizer.vocabulary(Folder(folder), toy.ROWS)
    return check(target, vocabulary, REFERENCE[name].__getitem__)


def folder_with(tmp_path: Path, model: str) -> Path:
    toy.write(tmp_path / "in", toy.MODELS[model])
    return tmp_path / "in"


def test_tokenizer_json_that_was_made_of_a_sentencepiece_model(tmp_path: Path) -> None:
    """llama.cpp's converter gives all its tokens one score, and then cuts words otherwise."""
    folder = folder_with(tmp_path, "llama2")
    (folder / "tokenizer.model").unlink()
    toy.save_json(folder / "tokenizer.json", toy.byte_fallback("llama2"))
    assert checked(tmp_path, folder, "llama2") == len(SENTENCES)


def test_vocab_json_and_merges_txt(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "qwen2")
    model = json.loads((folder / "tokenizer.json").read_text())["model"]
    (folder / "tokenizer.json").unlink()
    kept = {text: id_ for text, id_ in model["vocab"].items() if text not in toy.SPECIAL}
    toy.save_json(folder / "vocab.json", kept)
    merges = "\n".join(" ".join(pair) for pair in model["merges"])
    (folder / "merges.txt").write_text(f"#version: 0.2\n{merges}\n", encoding="utf-8")
    toy.save_json(folder / "added_tokens.json", {"<|im_start|>": 1})
    decoder = {id_: {"content": text, "special": True} for id_, text in enumerate(toy.SPECIAL)}
    settings = {
        "tokenizer_class": "Qwen2Tokenizer",
        "added_tokens_decoder": decoder,
        "bos_token": None,
        "eos_token": {"content": "<|im_end|>"},
        "pad_token": "<|endoftext|>",
    }
    toy.save_json(folder / "tokenizer_config.json", settings)
    assert checked(tmp_path, folder, "qwen2") == len(SENTENCES)
    found = tokenizer.special(Folder(folder), tokenizer.vocabulary(Folder(folder), toy.ROWS))
    assert found.special_token_ids["eos"] == 2
    assert found.special_token_ids["pad"] == 0


@pytest.mark.parametrize("name", ["gpt-2", "smaug-bpe"])
def test_ways_to_cut_words_that_no_toy_has(tmp_path: Path, name: str) -> None:
    folder = folder_with(tmp_path, "smollm")
    toy.save_json(folder / "tokenizer.json", toy.byte_level(name))
    assert tokenizer.vocabulary(Folder(folder), toy.ROWS).pre == name
    assert checked(tmp_path, folder, name) == len(SENTENCES)


def test_tokens_that_llama_cpp_cuts_otherwise_are_found_out(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "smollm")
    with pytest.raises(ModelError, match=r"cuts '.*' into \[.*\], not \["):
        checked(tmp_path, folder, "qwen2")


def test_hugging_faces_own_tokenizer_is_asked_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def encode(text: str, add_special_tokens: bool) -> Any:
        assert not add_special_tokens
        return SimpleNamespace(ids=[1, 2])

    def from_file(path: str) -> Any:
        assert path == str(folder / "tokenizer.json")
        return SimpleNamespace(encode=encode)

    folder = folder_with(tmp_path, "smollm")
    stand_in: Any = ModuleType("tokenizers")
    stand_in.__spec__ = ModuleSpec("tokenizers", None)
    stand_in.Tokenizer = SimpleNamespace(from_file=from_file)
    monkeypatch.setitem(sys.modules, "tokenizers", stand_in)
    with pytest.raises(ModelError, match=r"cuts 'Set a timer .*' into \[.*\], not \[1, 2\]"):
        convert(folder, tmp_path / "out.gguf", "f16", force=False)
    assert not (tmp_path / "out.gguf").exists()


def test_letters_that_get_lost_are_found_out(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "smollm")
    target = tmp_path / "out.gguf"
    convert(folder, target, "f16", force=True)
    vocabulary = sentencepiece.from_model(Folder(folder_with(tmp_path, "llama2")), None, toy.ROWS)
    with pytest.raises(ModelError, match=r"With these tokens llama\.cpp "):
        check(target, vocabulary, None)


def test_the_rows_that_no_token_has(tmp_path: Path) -> None:
    tokens = tokenizer.vocabulary(Folder(folder_with(tmp_path, "smollm")), toy.ROWS).tokens
    assert len(tokens) == toy.ROWS
    assert (tokens[-1].text, tokens[-1].type) == ("[PAD511]", Type.UNUSED)
    assert [token.type for token in tokens[:4]] == [Type.CONTROL] * 3 + [Type.NORMAL]


def test_merges_of_both_forms(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert bpe.merge_pairs(folder, ["a b", "Ġ c"]) == [("a", "b"), ("Ġ", "c")]
    assert bpe.merge_pairs(folder, [["a", "b"]]) == [("a", "b")]
    for wrong in ([], None, ["abc"], [["a"]], [1], ["a b c"]):
        with pytest.raises(
            ModelError, match=r"tokenizer.json has (no merges|a merge that is none)"
        ):
            bpe.merge_pairs(folder, wrong)


def test_added_tokens_that_are_none(tmp_path: Path) -> None:
    for wrong in ({"id": -1, "content": "a"}, {"id": "1", "content": "a"}, 3):
        with pytest.raises(ModelError, match="has an added token that is none"):
            added_tokens(Folder(tmp_path), {"added_tokens": [wrong]})


def test_what_looks_like_markup_is_markup(tmp_path: Path) -> None:
    said = [
        {"id": id_, "content": text, "special": False}
        for id_, text in enumerate(("<|tool|>", "<unused7>", "<pad>", "▁▁"))
    ]
    tokens = [each.token for each in added_tokens(Folder(tmp_path), {"added_tokens": said})]
    assert [token.type for token in tokens] == [Type.CONTROL] * 3 + [Type.USER_DEFINED]
    assert tokens[-1].text == "  "


def test_a_class_that_does_not_tell() -> None:
    assert pre_tokenizer.by_class("GPT2Tokenizer") == "gpt-2"
    with pytest.raises(ModelError, match=r"fetch tokenizer\.json as well"):
        pre_tokenizer.by_class("PreTrainedTokenizerFast")


def test_the_letters_of_all_bytes() -> None:
    letters = bpe.byte_letters()
    assert len(set(letters)) == 256
    assert (letters[0], letters[10], letters[32], letters[65]) == ("Ā", "Ċ", "Ġ", "A")


@given(st.binary(max_size=40), st.integers(0, 7000))
def test_damaged_sentencepiece_models_are_refused(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "noise"
    path.mkdir(exist_ok=True)
    whole = (toy.FIXTURES / "gemma.model").read_bytes()
    (path / "tokenizer.model").write_bytes(whole[:at] + noise + whole[at + len(noise) :])
    try:
        vocabulary: Any = sentencepiece.from_model(Folder(path), None, toy.ROWS)
    except ModelError:
        return
    assert len(vocabulary.tokens) == toy.ROWS
