"""A skill answers if it understands; otherwise the model, in whole spoken sentences, not many."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from assistant.actions import AddItems
from assistant.alerts import Moment
from assistant.audio.types import Cancelled
from assistant.events import (
    ALERT,
    ActionProposed,
    Attempt,
    Exchange,
    ReplyComplete,
    RequestUnderstood,
    Respond,
    Result,
    SentenceReady,
    Topic,
    WordingJudged,
)
from assistant.llm import Grammar, LlmSettings, Message
from assistant.respond import Responder
from assistant.skills.lists import AddToList, Lists
from assistant.talk import NO_ANSWER, NOT_DONE, WAKING, Talk
from assistant.understand.dialogue import Dialogue
from assistant.world import World

ATTEMPT = Attempt(3, 1)
NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
WORLD = World(NOW, Moment(NOW.timestamp(), 1_000.0, "boot"))


class Model:
    """Says its text in pieces of three characters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.prompt: list[Message] = []
        self.said = ""
        self.ending: float | None = None

    parameters = 135_000_000

    def prepare(self, system: str) -> None:
        """Nothing to read ahead."""

    def stream(
        self, messages: Sequence[Message], cancelled: Cancelled, grammar: Grammar | None = None
    ) -> Iterator[str]:
        self.prompt = list(messages)
        for i in range(0, len(self._text), 3):
            if cancelled():
                return
            self.said += self._text[i : i + 3]
            yield self._text[i : i + 3]

    def ends(self, messages: Sequence[Message], cancelled: Cancelled) -> float | None:
        return self.ending

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def responder(model: Model) -> Responder:
    talk = Talk(model, LlmSettings(), ())
    return Responder(Dialogue([Lists()], "en"), lambda: talk, lambda: WORLD)


def respond(
    model: Model,
    text: str,
    history: tuple[Exchange, ...] = (),
    cancelled: Cancelled = lambda: False,
) -> list[Result]:
    return list(responder(model)(Respond(ATTEMPT, history, text), cancelled))


def sentences(results: list[Result]) -> list[str]:
    return [result.text for result in results if isinstance(result, SentenceReady)]


def test_a_skill_answers_without_the_model() -> None:
    model = Model("never asked")
    assert respond(model, "Add milk to the shopping list.") == [
        RequestUnderstood(ATTEMPT, Topic(AddToList(("milk",)))),
        ActionProposed(ATTEMPT, (AddItems("shopping", ("milk",)),)),
        SentenceReady(ATTEMPT, "I added milk to the shopping list."),
        ReplyComplete(ATTEMPT),
    ]
    assert model.said == ""


def test_a_model_that_claims_to_have_acted_is_corrected() -> None:
    model = Model("Sure. I've turned on the lights for you. Enjoy!")
    assert sentences(respond(model, "make it bright in here"))[-1] == NOT_DONE


def test_what_needs_a_model_that_is_still_being_loaded_is_told_so_at_once() -> None:
    waking = Responder(Dialogue([Lists()], "en"), lambda: None, lambda: WORLD)
    order = Respond(ATTEMPT, (), "Why is the sky blue?")
    assert sentences(list(waking(order, lambda: False))) == [WAKING]
    order = Respond(ATTEMPT, (), "Add milk to the shopping list.")
    assert sentences(list(waking(order, lambda: False))) == ["I added milk to the shopping list."]


def test_while_something_rings_nobody_is_answered_who_was_not_understood() -> None:
    model = Model("never asked")
    order = Respond(ATTEMPT, (), "and then she said", Topic(None, ALERT))
    assert list(responder(model)(order, lambda: False)) == [ReplyComplete(ATTEMPT)]
    assert model.said == ""


def test_the_model_answers_the_rest_in_plain_sentences() -> None:
    model = Model("<think>hm</think>**Boil** it for ten minutes. 🍝 Drain it! And a third one.")
    results = respond(model, "how do I cook pasta")
    assert sentences(results) == ["Boil it for ten minutes.", "Drain it!"]
    assert results[-1] == ReplyComplete(ATTEMPT)
    assert "third one." not in model.said, "generating went on for nobody"


def test_half_a_sentence_is_said_only_if_there_is_no_whole_one() -> None:
    assert sentences(respond(Model("Salt the water. Then add the"), "?")) == ["Salt the water."]
    assert sentences(respond(Model("Salt the water and then"), "?")) == ["Salt the water and then"]


def test_a_model_that_says_nothing_is_not_silence() -> None:
    for text in ("", "   ", "<think>only thoughts</think>", "🍝"):
        assert sentences(respond(Model(text), "?")) == [NO_ANSWER]


def test_a_cancelled_answer_stops_the_model() -> None:
    model = Model("One. Two. Three. Four.")
    respond(model, "?", cancelled=lambda: len(model.said) >= 6)
    assert len(model.said) <= 9


def test_the_model_sees_what_was_said_and_heard_before() -> None:
    model = Model("Fine.")
    respond(model, "and for two?", (Exchange("how much flour", "200 grams."),))
    assert [message.text for message in model.prompt[1:]] == [
        "how much flour",
        "200 grams.",
        "and for two?",
    ]


def test_the_wording_is_judged_before_the_reply_and_not_if_a_skill_understands() -> None:
    model = Model("Yes. ")
    model.ending = 0.25
    assert respond(model, "is it")[:2] == [
        WordingJudged(ATTEMPT, 0.25),
        SentenceReady(ATTEMPT, "Yes."),
    ]
    assert not any(
        isinstance(each, WordingJudged) for each in respond(model, "add milk to the list")
    )


def test_in_a_language_without_sentences_all_is_left_to_the_model() -> None:
    dialogue = Dialogue([Lists()], "de")
    assert dialogue.answer("Setz Milch auf die Einkaufsliste.", WORLD) is None
