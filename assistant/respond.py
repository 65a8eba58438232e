"""Answering a request: a skill if one understands it, otherwise the language model."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from assistant.audio.types import Cancelled
from assistant.events import (
    ActionProposed,
    Exchange,
    ReplyComplete,
    RequestUnderstood,
    Respond,
    Result,
    SentenceReady,
    WordingJudged,
)
from assistant.llm import LanguageModel, LlmSettings, Message
from assistant.plain import Plain
from assistant.prompt import messages
from assistant.sentences import Sentences
from assistant.skills import Reply, Skill, first_answer

NO_ANSWER = "Sorry, I don't know what to say to that."


class Responder:
    """The job of the llm worker."""

    def __init__(
        self,
        skills: Sequence[Skill],
        model: LanguageModel,
        settings: LlmSettings,
        now: Callable[[], datetime],
    ) -> None:
        """Raises ConfigError if the system text leaves no room for a request."""
        self._skills = skills
        self._model = model
        self._settings = settings
        self._now = now
        self._prompt((), "")

    def __call__(self, order: Respond, cancelled: Cancelled) -> Iterator[Result]:
        reply = first_answer(self._skills, order.text, self._now())
        if reply is None:
            prompt = self._prompt(order.history, order.text)
            ends = self._model.ends(prompt, cancelled)
            if ends is not None:
                yield WordingJudged(order.attempt, ends)
            for sentence in self._generate(prompt, cancelled):
                yield SentenceReady(order.attempt, sentence)
        else:
            yield from self._recite(order, reply)
        yield ReplyComplete(order.attempt)

    def _recite(self, order: Respond, reply: Reply) -> Iterator[Result]:
        yield RequestUnderstood(order.attempt)
        for action in reply.actions:
            yield ActionProposed(order.attempt, action)
        sentences = Sentences()
        for sentence in sentences.push(reply.text) + sentences.finish():
            yield SentenceReady(order.attempt, sentence)

    def _generate(self, prompt: Sequence[Message], cancelled: Cancelled) -> Iterator[str]:
        """Sentences of the model's reply, at most `max_sentences`, whole ones only if any is."""
        plain, sentences, ended = Plain(), Sentences(), 0
        for delta in self._model.stream(prompt, cancelled):
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

    def _prompt(self, history: tuple[Exchange, ...], request: str) -> list[Message]:
        settings = self._settings
        budget = settings.context_tokens - settings.max_tokens
        return messages(settings.system, history, request, budget, self._model.count_tokens)


def _ends(sentence: str) -> bool:
    return sentence.rstrip("\"')”’").endswith((".", "!", "?"))
