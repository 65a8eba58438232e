"""The language model's side of an answer: its prompt, and its reply as sentences or as calls."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from assistant.audio.types import Cancelled
from assistant.claims import claims_action
from assistant.events import Exchange
from assistant.llm import LanguageModel, LlmSettings, Message
from assistant.plain import Plain
from assistant.prompt import messages
from assistant.sentences import Sentences
from assistant.skills.skill import Intent
from assistant.tools import (
    MOST_CALLS,
    BadCalls,
    Tool,
    describe,
    is_calls,
    parse_calls,
    text_or_calls,
)

NO_ANSWER = "Sorry, I don't know what to say to that."
NOT_DONE = "Sorry, I can't do that."
WAKING = "I'm still waking up. Please ask me that again in a moment."
"""For what needs the language model while it is being loaded."""


class Talk:
    """A loaded model, with the tools that it is told of."""

    def __init__(self, model: LanguageModel, settings: LlmSettings, tools: Sequence[Tool]) -> None:
        """ConfigError if the system text leaves no room for a request."""
        self._model = model
        self._settings = settings
        self._tools = tuple(tools) if settings.offers_tools(model.parameters) else ()
        self._system = settings.system
        self._grammar = None
        if self._tools:
            self._system = f"{settings.system}\n{describe(self._tools)}"
            self._grammar = text_or_calls(self._tools, MOST_CALLS)
            model.prepare(self._system)
        self.prompt((), "")

    @property
    def acts(self) -> bool:
        """The model may call for skills."""
        return bool(self._tools)

    def prompt(self, history: tuple[Exchange, ...], request: str) -> list[Message]:
        budget = self._settings.context_tokens - self._settings.max_tokens
        return messages(self._system, history, request, budget, self._model.count_tokens)

    def ends(self, prompt: Sequence[Message], cancelled: Cancelled) -> float | None:
        """See `LanguageModel.ends`."""
        return self._model.ends(prompt, cancelled)

    def reply(
        self, prompt: Sequence[Message], now: datetime, cancelled: Cancelled
    ) -> Iterator[str | tuple[Intent, ...]]:
        """Its sentences, or one tuple of what it calls for. A model that says it did something did
        nothing: from such a sentence on, the reply is an honest one."""
        deltas = self._model.stream(prompt, cancelled, self._grammar)
        first = next((delta for delta in deltas if delta.strip()), "")
        if self._tools and is_calls(first):
            calls = parse_calls(first + "".join(deltas), self._tools, now)
            if not cancelled():
                yield NOT_DONE if isinstance(calls, BadCalls) else calls
            return
        for sentence in self._sentences(first, deltas):
            if claims_action(sentence):
                yield NOT_DONE
                return
            yield sentence

    def _sentences(self, first: str, deltas: Iterator[str]) -> Iterator[str]:
        """At most `max_sentences`, whole ones only if any is."""
        plain, sentences, ended = Plain(), Sentences(), 0
        for delta in chain([first], deltas):
            for sentence in sentences.push(plain.push(delta)):
                yield sentence
                ended += _ends(sentence)
                if ended == self._settings.max_sentences:
                    return
        for sentence in sentences.push(plain.finish()) + sentences.finish():
            # The model ran out of tokens: half a sentence is better only than nothing.
            if ended == 0 or _ends(sentence):
                yield sentence
                ended += 1
        if ended == 0:
            yield NO_ANSWER


def _ends(sentence: str) -> bool:
    return sentence.rstrip("\"')”’").endswith((".", "!", "?"))
