"""How fast a language model is, through the engine of the assistant."""

import time
from collections.abc import Sequence

import numpy as np

from assistant.engines.llamacpp import LlamaCpp
from assistant.llm import LlmSettings, Message
from tools.quantize.measures.clock import Figures, latencies
from tools.quantize.measures.progress import watched

REQUESTS = (
    "How do I keep bread fresh for longer?",
    "Why does bread go stale?",
    "What can I cook with a pumpkin?",
    "Who invented the fork?",
    "How do I clean a copper pan?",
    "What is a good drink for a hot day?",
    "Tell me about the history of chocolate.",
    "How long does an onion keep?",
)
_PROMPT_CHARACTERS = 1_200
_PROMPTS = 3


def speed(engine: LlamaCpp, settings: LlmSettings, text: str) -> Figures:
    """A request after the assistant's system text, whose beginning is known already, and a reply
    to it. tokens_per_s is of the reply after its first token; tokens are counted by the pieces that
    come, so a character spread over several counts once. prompt_tokens_per_s: of text not read
    before."""
    firsts, wholes, pieces, rest_s = [], [], 0, 0.0
    for request in watched(REQUESTS):
        messages = [Message("system", settings.system), Message("user", request)]
        start = time.perf_counter()
        moments = [time.perf_counter() for _ in engine.stream(messages, lambda: False)]
        wholes.append(time.perf_counter() - start)
        if moments:
            firsts.append(moments[0] - start)
            pieces += len(moments) - 1
            rest_s += moments[-1] - moments[0]
    return {
        **latencies(wholes),
        "first_token_p50_s": float(np.median(firsts)) if firsts else None,
        "tokens_per_s": pieces / rest_s if rest_s else None,
        "prompt_tokens_per_s": _prompt_speed(engine, _slices(text)),
    }


def _slices(text: str) -> list[str]:
    starts = range(0, _PROMPTS * _PROMPT_CHARACTERS, _PROMPT_CHARACTERS)
    return [text[at : at + _PROMPT_CHARACTERS] for at in starts if text[at:].strip()]


def _prompt_speed(engine: LlamaCpp, texts: Sequence[str]) -> float | None:
    rates = []
    for text in texts:
        start = time.perf_counter()
        judged = engine.ends([Message("system", text), Message("user", "Hello")], lambda: False)
        if judged is not None:
            rates.append(engine.last_evaluated_tokens / (time.perf_counter() - start))
    return float(np.median(rates)) if rates else None
