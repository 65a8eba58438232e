"""Answering a request: a skill if one understands it, otherwise the language model."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from assistant.audio.types import Cancelled
from assistant.events import (
    ALERT,
    UNSURE,
    ActionProposed,
    ReplyComplete,
    RequestUnderstood,
    Respond,
    Result,
    SentenceReady,
    Topic,
    WordingJudged,
)
from assistant.sentences import Sentences
from assistant.skills.skill import Intent
from assistant.talk import NOT_DONE, WAKING, Talk
from assistant.understand.dialogue import Answer, Dialogue
from assistant.understand.normal import normal
from assistant.understand.orders import acts
from assistant.world import World


class Responder:
    """The job of the llm worker."""

    def __init__(
        self, dialogue: Dialogue, talk: Callable[[], Talk | None], look: Callable[[], World]
    ) -> None:
        """`talk`: None while the language model is being loaded; StageError if it cannot be.
        `look`: what there is to know at this moment."""
        self._dialogue = dialogue
        self._talk = talk
        self._look = look

    def __call__(self, order: Respond, cancelled: Cancelled) -> Iterator[Result]:
        world = replace(self._look(), said=order.said)
        answer = self._dialogue.answer(order.text, world, order.topic)
        if answer is not None:
            yield from _recite(order, answer)
        elif order.topic is None or order.topic.awaits != ALERT:
            yield from self._discuss(order, world, cancelled)
        yield ReplyComplete(order.attempt)

    def _discuss(self, order: Respond, world: World, cancelled: Cancelled) -> Iterator[Result]:
        talk = self._talk()
        if talk is None:
            yield RequestUnderstood(order.attempt, Topic(None, UNSURE))
            yield SentenceReady(order.attempt, WAKING)
            return
        if not talk.acts and acts(normal(order.text)):
            yield RequestUnderstood(order.attempt, Topic(None, UNSURE))
            yield SentenceReady(order.attempt, NOT_DONE)
            return
        prompt = talk.prompt(order.history, order.text)
        ends = talk.ends(prompt, cancelled)
        if ends is not None:
            yield WordingJudged(order.attempt, ends)
        for said in talk.reply(prompt, world.now, cancelled):
            match said:
                case str(sentence):
                    yield SentenceReady(order.attempt, sentence)
                case intents:
                    yield from self._obey(order, intents, world)

    def _obey(self, order: Respond, calls: tuple[Intent, ...], world: World) -> Iterator[Result]:
        """What the model called for, under the rules for what people ask for."""
        yield from _recite(order, self._dialogue.carry_out(calls, world))


def _recite(order: Respond, answer: Answer) -> Iterator[Result]:
    yield RequestUnderstood(order.attempt, answer.topic)
    if answer.reply.actions:
        yield ActionProposed(order.attempt, answer.reply.actions)
    sentences = Sentences()
    for sentence in sentences.push(answer.reply.text) + sentences.finish():
        yield SentenceReady(order.attempt, sentence)
