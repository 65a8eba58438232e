"""What llama.cpp is asked for, and what is read from its log and files: no native code."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from assistant.errors import InputError, ModelError
from assistant.llm import Message
from tools.quantize.fuzz import tiny, tiny_gguf
from tools.quantize.llama import corpus, quantizer
from tools.quantize.llama.importance import Importance
from tools.quantize.llama.order import Account, Order, Override, Tensor, account, progress
from tools.quantize.llama.source import checked
from tools.quantize.llama.types import file_type, file_types, named

PLANNED = """\
[   1/ 272] output_norm.weight                   - [  576,     1,     1,     1], type =    f32, size =    0.002 MiB
[   2/ 272] token_embd.weight                    - [  576, 49152,     1,     1], type =    f16, size =    54.00 MiB ->    28.69 MiB (q8_0)
llama_model_quantize_impl: model size  =   258.33 MiB (16.11 BPW)
llama_model_quantize_impl: quant size  =   100.57 MiB (6.27 BPW)
llama_model_quantize_impl: WARNING: dry run completed successfully, but actually completing this quantization will require an imatrix!
llama_model_quantize_impl: WARNING: 180 of 272 tensor(s) required fallback quantization
"""  # noqa: E501  # as llama.cpp writes it

WORKING = """\
llama_model_loader: - kv   0:  general.architecture str = llama
[   1/   3] output_norm.weight                   - [  576,     1,     1,     1], type =    f32, size =    0.002 MiB
[   2/   3] token_embd.weight                    - [  576, 49152,     1,     1], type =   q4_1, 
====== llama_model_quantize_impl: did not find weights for token_embd.weight
converting to q8_0 .. size =    54.00 MiB ->    28.69 MiB
[   3/   3] blk.0.attn_k.weight                  - [  576,   192,     1,     1], type =   q4_1, converting to iq4_nl .. size =     0.07 MiB ->     0.06 MiB
llama_model_quantize: failed to quantize: requantizing from type q4_1 is disabled
"""  # noqa: E501

PIECES = re.findall(r"\w+|\W", PLANNED + WORKING)
"""What such lines are made of."""


def order(**changes: object) -> Order:
    return Order.model_validate({"source": "m.F16.gguf", "target": "", "type": "Q4_0"} | changes)


def test_a_plan_is_read_from_the_log() -> None:
    plan = account(PLANNED.splitlines())
    assert plan.tensors == (
        Tensor("output_norm.weight", "F32", "F32"),
        Tensor("token_embd.weight", "F16", "Q8_0"),
    )
    assert (plan.total, plan.fallbacks, plan.mib, plan.bits_per_weight) == (272, 180, 100.57, 6.27)
    assert plan.needs_importance
    assert not plan.requantised


def test_work_is_read_from_the_log_even_where_a_message_comes_between() -> None:
    done = account(WORKING.splitlines())
    assert [tensor.after for tensor in done.tensors] == ["F32", "Q8_0", "IQ4_NL"]
    assert done.requantised == 2
    assert done.without_importance == ("token_embd.weight",)
    assert done.failure == "requantizing from type q4_1 is disabled"
    assert [progress(line) for line in WORKING.splitlines()[1:3]] == [(1, 3), (2, 3)]


@given(st.lists(st.lists(st.sampled_from(PIECES)).map("".join)))
def test_no_log_is_too_odd(lines: list[str]) -> None:
    assert isinstance(account(lines), Account)


def test_types_are_spelled_as_llama_cpp_does_and_unknown_ones_are_named() -> None:
    assert file_types(" q4_k, Q4_K_M,iq4_nl,") == ["Q4_K_M", "IQ4_NL"]
    with pytest.raises(InputError, match=r"^'q9' is no type of GGUF; choose from: F32, .*\.$"):
        file_type("q9")
    with pytest.raises(InputError, match="names no type"):
        file_types(" , ")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("SmolLM2-135M.F16.gguf", "SmolLM2-135M.Q4_K_M.gguf"),
        ("qwen2.5-0.5b-instruct-q8_0.gguf", "qwen2.5-0.5b-instruct.Q4_K_M.gguf"),
        ("model-v2.gguf", "model-v2.Q4_K_M.gguf"),
        ("model", "model.Q4_K_M.gguf"),
    ],
)
def test_the_type_in_a_name_gives_way_to_the_new_one(source: str, target: str) -> None:
    assert named(Path(source), "Q4_K_M") == target


def test_what_would_be_worthless_or_worse_than_it_says_is_refused() -> None:
    plain = account(PLANNED.splitlines())
    with pytest.raises(InputError, match="worthless without an importance matrix"):
        quantizer.refuse(order(), plain)
    quantizer.refuse(order(imatrix="i.gguf"), plain)
    with pytest.raises(InputError, match="is quantised already"):
        quantizer.refuse(order(), account(WORKING.splitlines()))
    quantizer.refuse(order(allow_requantize=True), account(WORKING.splitlines()))


@pytest.mark.parametrize(
    ("pattern", "words"), [("ffn_up", "no tensor of"), ("(", "no regular expression")]
)
def test_an_override_that_fits_nothing_is_refused(pattern: str, words: str) -> None:
    wanted = order(overrides=(Override(pattern=pattern, type="Q8_0"),), allow_requantize=True)
    with pytest.raises(InputError, match=words):
        quantizer.refuse(wanted, account(WORKING.splitlines()))


def test_warnings_say_what_a_user_must_know() -> None:
    said = quantizer.warnings(order(), account(WORKING.splitlines()))
    assert len(said) == 1  # no importance for the tokens' table is as it always is
    assert said[0].startswith("2 tensors had been quantised before")
    missing = WORKING.replace("for token_embd.weight", "for blk.7.ffn_up.weight")
    assert "blk.7.ffn_up.weight" in quantizer.warnings(order(), account(missing.splitlines()))[1]


def test_only_a_gguf_file_gets_to_llama_cpp(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    with pytest.raises(InputError, match="cannot be read"):
        checked(path)
    path.write_bytes(tiny.ggml())
    with pytest.raises(InputError, match="is no GGUF file"):
        checked(path)
    path.write_bytes(b"GGUF")
    with pytest.raises(ModelError, match="cut short or damaged"):
        checked(path)
    path.write_bytes(tiny_gguf.gguf())
    assert checked(path) == path


# --- importance -----------------------------------------------------------------------------------

values = arrays.arrays(np.float32, (1, 6, 4), elements=st.floats(-100, 100, width=32))


@given(values)
def test_the_order_and_grouping_of_tokens_do_not_matter(inputs: NDArray[np.float32]) -> None:
    whole, parts = Importance([], 0, 6), Importance([], 0, 6)
    whole.add("a", inputs)
    for at in (3, 0, 4, 1, 5, 2):
        parts.add("a", inputs[:, at : at + 1])
    np.testing.assert_allclose(whole.sums("a"), parts.sums("a"), rtol=1e-6, atol=1e-30)
    assert whole.counts("a").tolist() == parts.counts("a").tolist() == [6]
    expected = np.square(inputs.astype(float)).mean((0, 1))
    np.testing.assert_allclose(whole.means()["a"], expected, rtol=1e-5, atol=1e-30)


def test_several_matrices_in_one_tensor_are_told_apart_and_count_once() -> None:
    made = Importance([], 0, 6)
    made.add("a", np.arange(24, dtype=np.float32).reshape(4, 3, 2), matrices=2)
    squares = np.square(np.arange(24.0)).reshape(4, 3, 2).sum(1)
    assert made.sums("a").tolist() == [(squares[:2] + squares[2:]).ravel().tolist()]
    assert made.counts("a").tolist() == [6]


def test_experts_count_what_they_were_given_and_idle_ones_weigh_all_alike() -> None:
    made = Importance([], 0, 2)
    inputs = np.array([[[1.0, 2.0]], [[3.0, 4.0]]], np.float32)  # two tokens, one row for all
    chosen = np.array([[0, 2], [2, 0]], np.int32)
    made.add_chosen("e", inputs, chosen, matrices=3)
    assert made.counts("e").tolist() == [2, 0, 2]
    assert made.sums("e").tolist() == [[10, 20], [0, 0], [10, 20]]
    assert made.means()["e"].tolist() == [5, 10, 1, 1, 5, 10]


def test_a_file_of_sums_is_read_back_as_it_was(tmp_path: Path) -> None:
    made = Importance(["requests.txt"], 3, 512)
    made.add("blk.0.attn_k.weight", np.ones((1, 5, 32), np.float32))
    made.add_chosen(
        "blk.0.ffn_up_exps.weight",
        np.ones((2, 1, 32), np.float32),
        np.array([[0], [1]], np.int32),
        4,
    )
    path = tmp_path / "i.gguf"
    made.save(path)
    found = Importance.load(path)
    assert (found.datasets, found.chunks, found.chunk_tokens) == (("requests.txt",), 3, 512)
    assert found.names == made.names
    for name in made.names:
        np.testing.assert_array_equal(found.sums(name), made.sums(name))
        np.testing.assert_array_equal(found.counts(name), made.counts(name))


def test_a_file_that_holds_no_sums_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "i.gguf"
    for content in (b"", b"GGUF", b"GGUF" + bytes(60)):
        path.write_bytes(content)
        with pytest.raises(InputError, match="is no importance matrix"):
            Importance.load(path)


def test_sums_that_are_no_numbers_are_noticed() -> None:
    made = Importance([], 0, 1)
    made.add("a", np.full((1, 1, 2), 3e38, np.float32))
    assert not made.finite()


# --- texts ----------------------------------------------------------------------------------------


def letters(messages: Sequence[Message]) -> list[int]:
    text = "".join(f"<{message.role[0]}{message.text.strip()}>" for message in messages)
    return [ord(each) for each in f"{text}<a"]


def test_each_line_is_a_conversation_with_its_reply() -> None:
    found = corpus.chats("# said at home\n\nHello.\tHi!\nWho?\n", letters)
    text = "".join(map(chr, found))
    assert text.count("<sYou are a helpful voice assistant") == 2
    assert text.endswith("<uWho?><a")
    assert "<uHello.><aHi!><sYou are" in text


@given(st.lists(st.integers(0, 9), min_size=1), st.integers(1, 20), st.none() | st.just(99))
def test_pieces_are_whole_and_in_order(tokens: list[int], size: int, begin: int | None) -> None:
    if len(tokens) < size:
        with pytest.raises(InputError, match="fewer than one piece"):
            corpus.chunks(tokens, size, begin, "a.txt")
        return
    pieces = corpus.chunks(tokens, size, begin, "a.txt")
    assert {len(piece) for piece in pieces} == {size}
    assert len(pieces) == len(tokens) // size
    if begin is None:
        assert [token for piece in pieces for token in piece] == tokens[: len(pieces) * size]
    else:
        assert {piece[0] for piece in pieces} == {begin}


def test_the_requests_that_ship_are_many_and_varied_and_none_is_measured() -> None:
    folder = Path(corpus.__file__).parents[1]
    lines = [each for each in corpus.read(folder / "requests.txt").splitlines() if each[0] != "#"]
    assert len(set(lines)) == len(lines) >= 150
    vetted = (folder / "vetting.txt").read_text("utf-8") + (folder / "vetting.toml").read_text()
    assert not [line for line in lines if line.partition("\t")[0] in vetted]
