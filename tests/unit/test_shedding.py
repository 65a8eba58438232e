"""Less of the language model when the board can bear no more, and never within a request."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from assistant.alerts import Moment
from assistant.answering import PHRASES
from assistant.audio.types import Cancelled
from assistant.conversation import APOLOGIES, Conversation
from assistant.errors import ModelError, StageError
from assistant.events import (
    Attempt,
    Respond,
    Rung,
    SentenceReady,
    Shed,
    StageFailed,
    Strain,
    Synthesize,
    TextReceived,
)
from assistant.llm import Grammar, LanguageModel, LlmSettings, Message
from assistant.policy import Policy
from assistant.respond import Responder
from assistant.shedding import PerModel, Shedding, in_use
from assistant.skills.lists import Lists
from assistant.talk import Talk
from assistant.understand.dialogue import Dialogue
from assistant.world import World

SETTINGS = LlmSettings(model="large", threads=3, prompt_threads=4)
HELLO = [Message("user", "Hello.")]


class Engine:
    """Says its name, and writes down what is done to it."""

    parameters = 1

    def __init__(self, settings: LlmSettings, done: list[str]) -> None:
        self.name = settings.model
        self.done = done
        done.append(f"load {self.name} {settings.threads}/{settings.prompt_threads}")

    def prepare(self, system: str) -> None:
        self.done.append(f"prepare {self.name}")

    def stream(
        self, messages: Sequence[Message], cancelled: Cancelled, grammar: Grammar | None = None
    ) -> Iterator[str]:
        yield from (self.name, " ", "speaks.")

    def ends(self, messages: Sequence[Message], cancelled: Cancelled) -> float | None:
        return 0.5

    def count_tokens(self, text: str) -> int:
        return len(text)

    def use_threads(self, generate: int, prompt: int) -> None:
        self.done.append(f"threads {generate}/{prompt}")

    def close(self) -> None:
        self.done.append(f"close {self.name}")


def made(smaller: str = "small", shed: Shed | None = None) -> tuple[Shedding, list[str]]:
    done: list[str] = []
    return Shedding(lambda settings: Engine(settings, done), SETTINGS, smaller, shed), done


def said(model: Shedding) -> str:
    return "".join(model.stream(HELLO, lambda: False))


def shed(rung: Rung, strain: Strain = "heat") -> Shed:
    return Shed(rung, "The processor has 81 °C.", strain)


def test_from_rung_to_rung_and_back() -> None:
    model, done = made()
    assert said(model) == "large speaks."
    path: list[tuple[Rung, list[str]]] = [
        ("fewer_threads", ["threads 1/2"]),
        ("smaller_model", ["close large", "load small 1/2"]),
        ("skills_only", ["close small"]),
        ("smaller_model", ["load small 1/2"]),
        ("fewer_threads", ["close small", "load large 1/2"]),
        ("full", ["threads 3/4"]),
    ]
    for rung, expected in path:
        done.clear()
        model.on(shed(rung))
        assert done == [], "only noted"
        model.apply()
        assert done == expected
        model.apply()
        assert done == expected, "nothing is done twice"


def test_the_large_one_goes_before_the_smaller_one_comes() -> None:
    model, done = made()
    model.on(shed("smaller_model"))
    assert said(model) == "small speaks."
    assert done[-2:] == ["close large", "load small 1/2"]


def test_without_a_smaller_one_its_rung_is_fewer_threads() -> None:
    model, done = made(smaller="")
    model.on(shed("smaller_model"))
    assert said(model) == "large speaks."
    assert done == ["load large 3/4", "threads 1/2"]


def test_a_request_that_has_begun_is_finished_by_the_model_that_began_it() -> None:
    model, done = made()
    reply = model.stream(HELLO, lambda: False)
    assert next(reply) == "large"
    model.on(shed("skills_only"))
    assert "".join(reply) == " speaks."
    assert "close large" not in done
    with pytest.raises(StageError):
        said(model)
    assert done[-1] == "close large"


@pytest.mark.parametrize("strain", ["heat", "memory"])
def test_without_any_the_user_is_told_why(strain: Strain) -> None:
    model, _ = made()
    model.on(shed("skills_only", strain))
    for ask in (
        model.current,
        lambda: said(model),
        lambda: model.ends(HELLO, lambda: False),
        lambda: model.count_tokens("x"),
        lambda: model.prepare("x"),
    ):
        with pytest.raises(StageError) as caught:
            ask()
        assert (caught.value.stage, caught.value.code) == ("llm", strain)
        assert "Timers and lists still work" in APOLOGIES[caught.value.code]


def test_a_board_that_is_hot_at_the_start_loads_only_what_it_can_bear() -> None:
    assert made(shed=shed("skills_only"))[1] == []
    assert made(shed=shed("smaller_model"))[1] == ["load small 1/2"]


def test_a_model_that_cannot_be_loaded_is_tried_again_by_the_next_request() -> None:
    broken = True
    done: list[str] = []

    def load(settings: LlmSettings) -> Engine:
        if broken and settings.model == "small":
            raise ModelError("It is damaged.")
        return Engine(settings, done)

    model = Shedding(load, SETTINGS, "small")
    model.on(shed("smaller_model"))
    model.apply()
    with pytest.raises(StageError, match="damaged") as caught:
        said(model)
    assert caught.value.code == "loading"
    broken = False
    assert said(model) == "small speaks."


def test_the_model_in_use_belongs_to_a_whole_request() -> None:
    model, _ = made()
    first = in_use(model)
    model.on(shed("smaller_model"))
    second = in_use(model)
    assert isinstance(first, Engine)
    assert isinstance(second, Engine)
    assert (first.name, second.name) == ("large", "small")
    assert in_use(second) is second


def test_what_is_made_of_a_model_is_made_once_for_each() -> None:
    model, _ = made()
    names: list[str] = []

    def make(used: LanguageModel) -> str:
        assert isinstance(used, Engine)
        names.append(used.name)
        return used.name

    per_model = PerModel(make)
    assert [per_model(model), per_model(model)] == ["large", "large"]
    model.on(shed("fewer_threads"))
    assert per_model(model) == "large"
    model.on(shed("smaller_model"))
    assert [per_model(model), per_model(model)] == ["small", "small"]
    assert names == ["large", "small"]


def test_closing_frees_whatever_is_there() -> None:
    model, done = made()
    model.close()
    model.close()
    assert done == ["load large 3/4", "close large"]


NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
WORLD = World(NOW, Moment(NOW.timestamp(), 1_000.0, "boot"))


def test_a_hot_board_still_does_what_skills_do_and_says_why_it_does_no_more() -> None:
    model, _ = made()
    talk = PerModel(lambda model: Talk(model, SETTINGS, ()))
    responder = Responder(Dialogue([Lists()], "en"), lambda: talk(model), lambda: WORLD)

    def answer(text: str) -> list[str]:
        results = responder(Respond(Attempt(1), (), text), lambda: False)
        return [result.text for result in results if isinstance(result, SentenceReady)]

    assert answer("Why is the sky blue?") == ["large speaks."]
    model.on(shed("smaller_model"))
    assert answer("Why is the sky blue?") == ["small speaks."]
    model.on(shed("skills_only"))
    assert answer("Add milk to the shopping list.") == ["I added milk to the shopping list."]
    with pytest.raises(StageError) as caught:
        answer("Why is the sky blue?")
    assert caught.value.code == "heat"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("heat", "I'm too warm to think about that. Timers and lists still work."),
        ("memory", "I'm too short of memory to think about that. Timers and lists still work."),
    ],
)
def test_the_sentence_is_heard_in_place_of_the_answer(code: str, said: str) -> None:
    machine = Conversation(Policy(), "en")
    orders = machine.handle(TextReceived("Why is the sky blue?"), 0.0)
    attempt = next(order.attempt for order in orders if isinstance(order, Respond))
    spoken = machine.handle(StageFailed(attempt, "llm", code), 0.1)
    assert Synthesize(attempt_of(spoken), said) in spoken
    assert said in PHRASES, "it does not wait for the voice"


def attempt_of(commands: Sequence[object]) -> Attempt:
    return next(order.attempt for order in commands if isinstance(order, Synthesize))
