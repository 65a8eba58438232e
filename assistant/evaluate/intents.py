"""Are requests understood? Phrases go through the dialogue; what it made of them is compared."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, Protocol

from assistant.evaluate.phrases import Nothing, Phrase, Request, Story, Turn
from assistant.evaluate.situation import BUSY, EMPTY, HOME, after
from assistant.evaluate.stats import percentiles
from assistant.events import Topic
from assistant.skills.skill import Intent
from assistant.understand.dialogue import Answer
from assistant.world import World

ANY = "~"
"""In place of a slot's value: any, or none."""

Spoken = Callable[[str], str]
"""A sentence -> how it is heard."""


class Answers(Protocol):
    """What is measured: see `understand.dialogue.Dialogue`."""

    def answer(self, text: str, world: World, topic: Topic | None = None) -> Answer | None: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """One phrase, answered."""

    group: str
    """The skill whose it is; "nothing", "stories"."""
    text: str
    """What was said. Of a story: what went before as well."""
    heard: str
    right: bool
    wanted: str
    understood: str
    """What was made of it, in the way of `wanted`."""
    seconds: tuple[float, ...]
    """That each answer took."""


class Judge:
    """Answers phrases one by one. `answers`: without and with a house to be controlled. `skill_of`:
    intent -> name of its skill."""

    def __init__(
        self,
        answers: tuple[Answers, Answers],
        skill_of: Mapping[str, str],
        clock: Callable[[], float],
        spoken: Spoken = str,
    ) -> None:
        self._answers = answers
        self._skill_of = skill_of
        self._clock = clock
        self._spoken = spoken

    def judge(self, phrase: Phrase) -> Outcome:
        match phrase:
            case Request():
                return self._request(phrase)
            case Nothing():
                return self._nothing(phrase)
            case Story():
                return self._story(phrase)

    def _request(self, phrase: Request) -> Outcome:
        heard, answer, seconds = self._ask(phrase.text, _at(phrase, BUSY))
        intent = _intent(answer)
        reply = answer.reply.text if answer else ""
        right = (
            type(intent).__name__ in phrase.intent
            and (not phrase.slots or any(fits(intent, slots) for slots in phrase.slots))
            and phrase.reply_contains.casefold() in reply.casefold()
        )
        wanted = "/".join(phrase.intent) + (f" {_listed(phrase.slots[0])}" if phrase.slots else "")
        understood = _described(answer)
        if phrase.reply_contains:
            wanted += f" {phrase.reply_contains!r}"
            understood += f" {reply!r}"
        group = self._skill_of.get(phrase.intent[0], "unknown")
        return Outcome(group, phrase.text, heard, right, wanted, understood, (seconds,))

    def _nothing(self, phrase: Nothing) -> Outcome:
        """With all that could be changed in the house at hand."""
        heard, answer, seconds = self._ask(phrase.text, _at(phrase, BUSY))
        done = _done(answer)
        understood = f"{_described(answer)} {' '.join(done)}".strip()
        wanted = f"nothing: {phrase.why}"
        return Outcome("nothing", phrase.text, heard, not done, wanted, understood, (seconds,))

    def _story(self, story: Story) -> Outcome:
        """Right as far as its first turn that is not as told."""
        world, topic = _at(story, EMPTY), None
        times: list[float] = []
        said: list[str] = []
        all_heard: list[str] = []
        for turn in story.turns:
            heard, answer, seconds = self._ask(turn.text, world, topic)
            times.append(seconds)
            said.append(turn.text)
            all_heard.append(heard)
            reply = answer.reply.text if answer else ""
            if not _as_told(turn, reply, _done(answer)):
                made = f"{_described(answer)} {' '.join(_done(answer))} {reply!r}"
                return Outcome(
                    "stories", " / ".join(said), " / ".join(all_heard), False, _told(turn), made,
                    tuple(times),
                )  # fmt: skip
            topic = answer.topic if answer else None
            world = after(world, answer.reply.actions if answer else (), reply)
        return Outcome(
            "stories", " / ".join(said), " / ".join(all_heard), True, story.about, story.about,
            tuple(times),
        )  # fmt: skip

    def _ask(
        self, text: str, world: World, topic: Topic | None = None
    ) -> tuple[str, Answer | None, float]:
        heard = self._spoken(text)
        start = self._clock()
        answer = self._answers[world.home is not None].answer(heard, world, topic)
        return heard, answer, self._clock() - start


def _at(phrase: Phrase, world: World) -> World:
    return replace(world, home=HOME if phrase.home else None)


def slots(intent: Intent) -> dict[str, str]:
    """Slots that differ from their defaults: seconds as "600", days as "0,2", items as "milk|eggs",
    days of the calendar as ISO dates, all else as plain text."""
    told = (field for field in fields(intent) if field.compare)  # type: ignore[arg-type]  # all are dataclasses
    values = ((field, getattr(intent, field.name)) for field in told)
    return {field.name: _written(value) for field, value in values if value != field.default}


def _written(value: object) -> str:
    match value:
        case float():
            return f"{value:g}" if value < 1e6 else str(round(value))
        case tuple() if value and all(isinstance(each, int) for each in value):
            return ",".join(map(str, value))
        case tuple():
            return "|".join(map(str, value))
        case Fraction():
            return str(value)
        case _:
            return str(value)


def fits(intent: Intent | None, wanted: Mapping[str, str]) -> bool:
    """Whether its slots are those of a phrase: see `Request.slots`."""
    found = {} if intent is None else slots(intent)
    needed = {name for name, value in wanted.items() if value != ANY}
    return needed <= found.keys() <= wanted.keys() and all(
        _same(value, wanted[name]) for name, value in found.items()
    )


def _same(found: str, wanted: str) -> bool:
    found, wanted = (text.casefold().replace("'", "") for text in (found, wanted))
    return wanted[1:] in found if wanted.startswith("~") else found == wanted


def _intent(answer: Answer | None) -> Intent | None:
    intent = answer.intent or (answer.topic and answer.topic.intent) if answer else None
    return intent if isinstance(intent, Intent) else None


def _described(answer: Answer | None) -> str:
    intent = _intent(answer)
    if intent is not None:
        return f"{type(intent).__name__} {_listed(slots(intent))}".strip()
    return "-" if answer is None else "(refused)"


def _listed(values: Mapping[str, str]) -> str:
    return " ".join(f"{name}={value}" for name, value in values.items())


def _done(answer: Answer | None) -> tuple[str, ...]:
    return tuple(type(action).__name__ for action in answer.reply.actions) if answer else ()


def _as_told(turn: Turn, reply: str, done: tuple[str, ...]) -> bool:
    words = reply.casefold()
    asks = words.endswith("?") or not turn.asks
    return done == turn.does and asks and all(each.casefold() in words for each in turn.says)


def _told(turn: Turn) -> str:
    question = ["a question"] if turn.asks else []
    return " ".join([*turn.does, *question, *map(repr, turn.says)]) or "nothing is done"


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Figures of each group and of all together, and what went wrong."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.group].append(outcome)
    return {
        "groups": {name: _figures(members) for name, members in sorted(groups.items())},
        "total": _figures(outcomes),
        "wrong": [
            {
                "group": each.group,
                "said": each.text,
                "heard": each.heard,
                "wanted": each.wanted,
                "understood": each.understood,
            }
            for each in sorted(outcomes, key=lambda each: each.group)
            if not each.right
        ],
    }


def _figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    right = sum(outcome.right for outcome in outcomes)
    median, late = percentiles(
        [1_000 * one for outcome in outcomes for one in outcome.seconds], 50, 95
    )
    return {
        "phrases": len(outcomes),
        "right": right,
        "share": right / len(outcomes) if outcomes else None,
        "matching_p50_ms": median,
        "matching_p95_ms": late,
    }
