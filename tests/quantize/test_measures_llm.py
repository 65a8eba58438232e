"""Figures of language models: what is counted as right, and how far one is from another."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.audio.types import Cancelled
from assistant.errors import InputError
from assistant.llm import Grammar, LlmSettings, Message
from tools.quantize.candidates import TEXTS, job_for
from tools.quantize.measures.llm import llm
from tools.quantize.measures.llm_cases import (
    Cases,
    load,
    log_probabilities,
    right_calls,
    right_choices,
    tools,
)
from tools.quantize.measures.llm_distance import Read, Rows, distance

VOCABULARY = 11
SETTINGS = LlmSettings(context_tokens=8192)
CASES = Cases.model_validate(
    {
        "intents": {
            "SetTimer": {"words": "a timer", "example": "Count down."},
            "AddToList": {"words": "a list", "example": "No more salt."},
        },
        "requests": [
            {"text": "Ten minutes.", "intent": "SetTimer", "slots": {"duration": "600"}},
            {"text": "We need milk.", "intent": "AddToList"},
            {"text": "Hello."},
            {"text": "Fly to Mars.", "intent": "FlyAway"},
        ],
    }
)


class Replies:
    """A model of few words: request -> reply."""

    parameters = 1

    def __init__(self, replies: dict[str, str]) -> None:
        self._replies = replies
        self.grammars: list[Grammar | None] = []

    def prepare(self, system: str) -> None:
        assert "set_timer" in system

    def stream(
        self, messages: Sequence[Message], cancelled: Cancelled, grammar: Grammar | None = None
    ) -> Iterator[str]:
        self.grammars.append(grammar)
        yield self._replies.get(messages[-1].text, "Well.")

    def ends(self, messages: Sequence[Message], cancelled: Cancelled) -> float | None:
        return 1.0

    def count_tokens(self, text: str) -> int:
        return len(text) // 4


def call(tool: str, **arguments: str) -> str:
    words = ",".join(f'"{key}":"{value}"' for key, value in arguments.items())
    return f'[{{"tool":"{tool}","arguments":{{{words}}}}}]'


RIGHT = {
    "Ten minutes.": call("set_timer", duration="10 minutes"),
    "We need milk.": call("add_to_list", items="milk"),
}


@pytest.mark.parametrize(
    ("replies", "right"),
    [
        (RIGHT, 3),
        (RIGHT | {"Ten minutes.": call("set_timer", duration="9 minutes")}, 2),
        (RIGHT | {"Ten minutes.": call("set_timer", duration="lots")}, 2),
        (RIGHT | {"Hello.": call("list_timers")}, 2),
        ({}, 1),
    ],
)
def test_a_call_is_right_with_its_tool_and_arguments_and_words_where_words_are(
    replies: dict[str, str], right: int
) -> None:
    """Nobody offers a tool to fly away: that request is no case."""
    model = Replies(replies)
    assert right_calls(model, SETTINGS, CASES) == (right, 3)
    assert all(model.grammars)


def test_the_words_that_a_request_makes_more_probable_are_the_model_s_choice() -> None:
    """A list is always the more probable here; ten minutes make it less so."""
    begins: list[str] = []

    def score(begin: str, endings: Sequence[str]) -> list[float]:
        begins.append(begin)
        assert endings == [" a timer\n", " a list\n"]
        return [-2.0, -1.5] if "Ten minutes" in begin else [-3.0, -1.0]

    assert right_choices(score, CASES) == (1, 2)
    assert begins[0].startswith("Request: Count down.\nThis is about a timer\n\nRequest: No more")
    assert begins[0].endswith("Request: N/A\nThis is about")
    assert begins[1].endswith("Request: Ten minutes.\nThis is about")
    assert right_choices(score, Cases(requests=())) == (0, 0)


def test_the_labelled_requests_that_ship_can_be_right() -> None:
    cases = load(TEXTS["llm"].with_suffix(".toml"))
    offered = {tool.intent.__name__ for tool in tools()} | {""}
    assert {request.intent for request in cases.requests} <= offered
    assert all(
        sum(request.intent == name for request in cases.requests) >= 3
        for name in cases.intents
        if name != "TurnOn"  # there to be chosen by mistake: no house is controlled here
    )
    assert len(cases.limited(5).requests) == 5
    assert cases.limited(1000) == cases


@pytest.mark.parametrize("text", ["[[requests]]\ntext = 1", "requests = 3", "]", ""])
def test_a_file_without_labelled_requests_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(text)
    with pytest.raises(InputError, match="holds no labelled requests"):
        load(path)


# --- distance -------------------------------------------------------------------------------------


def fixed(logits: NDArray[np.float32]) -> Read:
    """A model whose logits after a token depend on that token alone: [vocabulary, vocabulary]."""

    def read(tokens: list[int], wanted_from: int) -> Rows:
        return chain.from_iterable([logits[tokens[wanted_from:]]])

    return read


logits = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).normal(0, 3, (VOCABULARY,) * 2).astype(np.float32)
)
pieces = st.lists(
    st.lists(st.integers(0, VOCABULARY - 1), min_size=8, max_size=8), min_size=1, max_size=4
)


@given(pieces, logits, logits)
def test_distance_is_what_its_definition_says(
    texts: list[list[int]], own: NDArray[np.float32], other: NDArray[np.float32]
) -> None:
    found = distance(texts, fixed(own), fixed(other))
    p, q = (np.exp(each) / np.exp(each).sum(1, keepdims=True) for each in (other, own))
    judged = [(text[at], text[at + 1]) for text in texts for at in range(4, 7)]
    surprise = [-np.log(q[here, after]) for here, after in judged]
    divergence = [(p[here] * np.log(p[here] / q[here])).sum() for here, _ in judged]
    same = [p[here].argmax() == q[here].argmax() for here, _ in judged]
    assert found["perplexity"] == pytest.approx(np.exp(np.mean(surprise)), rel=1e-3)
    assert found["kl_divergence"] == pytest.approx(np.mean(divergence), rel=1e-3)
    assert found["kl_p99"] == pytest.approx(np.percentile(divergence, 99), rel=1e-3)
    assert found["same_top"] == np.mean(same)


@given(pieces, logits)
def test_a_model_is_no_distance_from_itself_and_alone_has_none(
    texts: list[list[int]], own: NDArray[np.float32]
) -> None:
    found = distance(texts, fixed(own), fixed(own))
    assert (found["kl_divergence"], found["kl_p99"], found["same_top"]) == (0, 0, 1)
    assert distance(texts, fixed(own)) == {
        "perplexity": found["perplexity"],
        "kl_divergence": None,
        "kl_p99": None,
        "same_top": None,
    }


@given(logits)
def test_probabilities_add_up_to_one(own: NDArray[np.float32]) -> None:
    assert np.exp(log_probabilities(own[0] * 100)).sum() == pytest.approx(1)


# --- the whole ------------------------------------------------------------------------------------


@pytest.mark.models
def test_a_language_model_is_measured(model: Callable[[str], Path], tmp_path: Path) -> None:
    path = model("smollm2-135m-instruct")
    text = tmp_path / "mine.txt"
    text.write_text("Put the kettle on and lay the table, for somebody is hungry. " * 4)
    settings, options = {"max_tokens": 4}, {"chunk_tokens": 32}
    found = llm(*job_for(path, text, path, settings, options))
    assert found["kl_divergence"] == 0
    assert (found["tool_accuracy"], found["tool_cases"]) == (None, 0)
    assert (found["intent_accuracy"], found["intent_cases"]) == (None, 0)
    for name in ("load_s", "latency_p50_s", "latency_p95_s", "first_token_p50_s", "tokens_per_s"):
        assert (found[name] or 0) > 0, name
    assert (found["prompt_tokens_per_s"] or 0) > 0
    assert (found["peak_rss_mib"] or 0) > 50
