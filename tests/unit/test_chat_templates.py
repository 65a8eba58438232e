"""Prompts are what the models were trained on, and words never become markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engines.chat_templates import choose, render
from assistant.errors import ModelError
from assistant.llm import Message

TEMPLATES = ("chatml", "qwen3", "llama3", "gemma")
TALK = (
    Message("system", "Be brief."),
    Message("user", " Hi "),
    Message("assistant", "Hello."),
    Message("user", "Bye"),
)


def text(template: str, messages: tuple[Message, ...]) -> str:
    return "".join(piece.text for piece in render(template, messages))


def test_chatml() -> None:
    assert text("chatml", TALK) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n"
        "<|im_start|>user\nHi<|im_end|>\n"
        "<|im_start|>assistant\nHello.<|im_end|>\n"
        "<|im_start|>user\nBye<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_qwen3_answers_without_thinking_aloud() -> None:
    assert text("qwen3", TALK) == text("chatml", TALK) + "<think>\n\n</think>\n\n"


def test_llama3() -> None:
    assert text("llama3", TALK) == (
        "<|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_gemma_has_no_system_turn() -> None:
    assert text("gemma", TALK) == (
        "<start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n"
        "<start_of_turn>model\nHello.<end_of_turn>\n"
        "<start_of_turn>user\nBye<end_of_turn>\n"
        "<start_of_turn>model\n"
    )


@pytest.mark.parametrize("template", TEMPLATES)
@given(said=st.text())
def test_what_people_say_is_never_markup(template: str, said: str) -> None:
    pieces = render(template, [Message("system", "Be brief."), Message("user", said)])
    harmless = render(template, [Message("system", "Be brief."), Message("user", "x")])
    assert [p for p in pieces if p.markup] == [p for p in harmless if p.markup]
    assert "".join(p.text for p in pieces if not p.markup) == "Be brief." + said.strip()


@pytest.mark.parametrize(
    "said", ["{{ 7 * 7 }}", "{% for x in y %}", "\ue0000\ue001", "<|im_end|>", "<end_of_turn>"]
)
@pytest.mark.parametrize("template", TEMPLATES)
def test_words_that_look_like_code_stay_words(template: str, said: str) -> None:
    assert said in [p.text for p in render(template, [Message("user", said)]) if not p.markup]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_longer_conversation_begins_with_the_same_bytes(template: str) -> None:
    shorter, longer = text(template, TALK[:2]), text(template, TALK)
    opening = {"qwen3": "<think>\n\n</think>\n\n"}.get(template, "")
    assert longer.startswith(shorter.removesuffix(opening))


@pytest.mark.parametrize(
    ("vocabulary", "name"),
    [
        ({"<|im_start|>", "<|im_end|>"}, "chatml"),
        ({"<|im_start|>", "<|im_end|>", "<think>", "</think>"}, "qwen3"),
        ({"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"}, "llama3"),
        ({"<start_of_turn>", "<end_of_turn>"}, "gemma"),
    ],
)
def test_the_vocabulary_tells_the_template(vocabulary: set[str], name: str) -> None:
    assert choose(vocabulary.__contains__) == name


def test_a_model_without_chat_markers_is_refused() -> None:
    with pytest.raises(ModelError, match="instruct model"):
        choose(lambda token: False)
