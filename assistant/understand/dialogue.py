"""From a request and the one before it to what is answered and done. Pure.

The rules that keep people safe from mishearings, and from a language model, stand here and nowhere
else: what is risky asks first, what was guessed changes nothing, what was forbidden is not done.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from assistant.events import CONFIRMATION, Topic
from assistant.skills.lists import AddToList, RemoveFromList
from assistant.skills.rings import ringing, silenced
from assistant.skills.skill import Intent, Reply, Risk, Skill
from assistant.skills.stop import Stop
from assistant.tools import MOST_CALLS
from assistant.understand.matcher import Candidate, Matcher
from assistant.understand.near import corrected
from assistant.understand.negation import order_refused, spoils
from assistant.understand.normal import normal
from assistant.understand.references import (
    REFERENCES,
    Again,
    Also,
    CancelIt,
    Details,
    ForgetIt,
    Instead,
    No,
    OffIt,
    OntoIt,
    Perhaps,
    Yes,
)
from assistant.understand.templates import languages
from assistant.understand.withdrawal import withdrawn
from assistant.world import World

WHEN = "when"
"""`Topic.awaits`, and in `Intent.asks`: any of `WHEN_SLOTS`."""
WHEN_SLOTS = ("duration", "time", "day", "days")
INSTEAD_OF = {WHEN: {*WHEN_SLOTS}, "time": {"time", "name", "day", "days"}}
"""Slot that is asked for -> what answers it, where that may be another."""
STRICT_SLOTS = {"duration", "time", "day", "days", "percent", "amount", "unit", "year"}
"""What only certain words can fill."""
FREE_SLOTS = ("text", "items", "name")
"""What any words can fill."""

_GOES_ON = re.compile(r"\W*(?:and|or|then)\b", re.IGNORECASE)

REFUSED = Reply("Okay, I won't.")
KEPT = Reply("Okay, I left everything as it is.")
NOT_UNDONE = Reply("I can't take that back. Tell me how it should be.")
_MORE = re.compile(r"\b(?:more|another|extra|longer)\b")
_THANKS = re.compile(r"and (?:thank you|thanks|please)\b")


@dataclass(frozen=True, slots=True)
class Answer:
    reply: Reply
    topic: Topic | None = None
    """What the next request may refer to."""
    intent: Intent | None = None
    """What the request was understood to ask for."""


class Dialogue:
    """All skills in one language; keeps nothing from one request to the next."""

    def __init__(self, skills: Sequence[Skill], language: str) -> None:
        """In a language that no sentences are written in, nothing is understood. ConfigError if
        only some are."""
        speaks = language in languages()
        self._skill_of = {intent: skill for skill in skills for intent in skill.intents}
        known = [(skill.name, skill.intents) for skill in skills if speaks]
        self._requests = Matcher(known, language)
        self._references = Matcher([("dialogue", REFERENCES)] if speaks else [], language)

    def warm(self) -> None:
        """So that the first request is answered as quickly as all others."""
        self._requests.warm()
        self._references.warm()

    def answer(self, text: str, world: World, topic: Topic | None = None) -> Answer | None:
        """Answer a request as it was recognised; None: no skill understands it."""
        if instead := withdrawn(text):
            return self._withdraw(instead, world)
        request = normal(text)
        # The normal form drops an "and" at the beginning; here it tells that one refers to another.
        referring = f"and {request}" if _GOES_ON.match(text) and request else request
        return self._refer(referring, world, topic) or self._understand(request, world)

    def understood(self, text: str, now: datetime) -> Intent | None:
        """What a request asks for, without one before it."""
        candidate = next(self._candidates(normal(text), now), None)
        return None if candidate is None else candidate.intent

    def complete(self, text: str, now: datetime) -> bool:
        """Whether a request is understood and nothing has to be asked back."""
        intent = self.understood(text, now)
        return intent is not None and all(_has(intent, slot) for slot in intent.asks)

    def carry_out(self, intents: Sequence[Intent], world: World) -> Answer:
        """What a language model asked for: at most `MOST_CALLS`, under the same rules."""
        replies: list[Reply] = []
        topic: Topic | None = None
        for intent in intents[:MOST_CALLS]:
            answer = self._carry_out(intent, world)
            replies.append(answer.reply)
            topic = answer.topic
            if topic is not None and topic.awaits:
                break
        text = " ".join(reply.text for reply in replies if reply.text)
        return Answer(Reply(text, tuple(a for reply in replies for a in reply.actions)), topic)

    # -- a request by itself -----------------------------------------------------------------------

    def _understand(self, request: str, world: World) -> Answer | None:
        if answer := self._first(request, world):
            return answer[1]
        forbidden = order_refused(request)
        order = None if forbidden is None else self._first(forbidden, world)
        # A question asked with "do not": leave it to others.
        return None if order is None or order[0].risk is Risk.READ else Answer(REFUSED)

    def _first(self, request: str, world: World) -> tuple[Intent, Answer] | None:
        """The likeliest intent that its skill does not decline, and its answer."""
        for candidate in self._candidates(request, world.now):
            answer = self._carry_out(candidate.intent, world)
            if not answer.reply.declines:
                return candidate.intent, answer
        return None

    def _candidates(self, request: str, now: datetime) -> Iterator[Candidate]:
        """The likeliest first; of what is only near a sentence, only what does no harm."""
        exact = False
        for candidate in self._sound(request, now):
            exact = True
            yield candidate
        if exact or order_refused(request) is not None:
            return
        for reading in corrected(request, self._requests.vocabulary):
            for candidate in self._sound(reading, now):
                if candidate.intent.risk in (Risk.READ, Risk.MAKE):
                    yield candidate

    def _sound(self, request: str, now: datetime) -> Iterator[Candidate]:
        for candidate in self._requests.candidates(request, now):
            if candidate.intent.risk is Risk.READ or not spoils(candidate.free):
                yield candidate

    def _withdraw(self, instead: str, world: World) -> Answer | None:
        last = next(self._candidates(normal(instead), world.now), None)
        return None if last is None else self._carry_out(last.intent, world)

    # -- a request that refers to the one before ---------------------------------------------------

    def _refer(self, request: str, world: World, topic: Topic | None) -> Answer | None:
        if topic is None or not isinstance(before := topic.intent, Intent):
            return None
        if type(before) not in self._skill_of or _THANKS.match(request):
            return None
        if topic.awaits not in ("", CONFIRMATION):
            return self._answered(request, world, topic, before)
        for candidate in self._references.candidates(request, world.now):
            if answer := self._follow(candidate.intent, before, request, world, topic):
                return answer
        return None

    def _follow(
        self, said: Intent, before: Intent, request: str, world: World, topic: Topic
    ) -> Answer | None:
        """What follows from one way to read a reference."""
        match said:
            case Yes() if topic.awaits:
                return self._perform(before, world)
            case No() | CancelIt() | ForgetIt() if topic.awaits:
                return Answer(KEPT)
            case CancelIt() | ForgetIt() if ringing(world):
                return Answer(Reply.silent(silenced(ringing(world))))
            case ForgetIt() if before.risk in (Risk.CHANGE, Risk.CONFIRM):
                undone = before.undone()
                if isinstance(undone, type(before)) or (undone and undone.risk is Risk.MAKE):
                    return self._carry_out(undone, world)
                return Answer(NOT_UNDONE)
            case ForgetIt() if before.risk is Risk.READ:
                return None
            case CancelIt() | ForgetIt() if undone := before.undone():
                return self._carry_out(undone, world)
        intent = None if topic.awaits else _meant(said, before, request)
        return None if intent is None else self._carry_out(intent, world)

    def _answered(self, request: str, world: World, topic: Topic, before: Intent) -> Answer | None:
        """What was asked for; or nothing of the kind: "never mind", or another request, which
        tells itself from a text or an item by a time that it names."""
        said = [each.intent for each in self._references.candidates(request, world.now)]
        if any(isinstance(intent, No | CancelIt | ForgetIt) for intent in said):
            return Answer(KEPT)
        for candidate in self._sound(request, world.now):
            if isinstance(candidate.intent, Stop):
                return Answer(KEPT)
            timed = any(getattr(candidate.intent, slot, None) for slot in ("duration", "time"))
            if timed and topic.awaits in FREE_SLOTS:
                return None
        for details in said:
            if isinstance(details, Details):
                filled = _filled(before, details, topic.awaits)
                if filled is not None:
                    return self._carry_out(filled, world)
        return None

    # -- what is understood ------------------------------------------------------------------------

    def _carry_out(self, intent: Intent, world: World) -> Answer:
        for slot, question in intent.asks.items():
            if not _has(intent, slot):
                return Answer(Reply(question), Topic(intent, slot), intent)
        if intent.risk is Risk.CONFIRM:
            question_ = self._skill_of[type(intent)].question(intent, world)
            if question_ is not None:
                return Answer(Reply(question_), Topic(intent, CONFIRMATION), intent)
        return self._perform(intent, world)

    def _perform(self, intent: Intent, world: World) -> Answer:
        reply = self._skill_of[type(intent)].answer(intent, world)
        return Answer(reply, Topic(reply.topic or intent, reply.awaits), intent)


def _meant(said: Intent, before: Intent, request: str) -> Intent | None:
    """The request that a reference stands for."""
    match said:
        case Again() if before.again:
            return before
        case OntoIt(items) if name := _list_of(before):
            return AddToList(items, name)
        case OffIt(items) if name := _list_of(before):
            return RemoveFromList(items, name)
        case Also() | Instead() if "duration" in said.told() and _MORE.search(request):
            return before.continued(**said.told())
        case Instead():
            return _amended(before, said)
        case Also() if _may_amend(before, said) or _more_items(before, said):
            told = said.told()
            return before.continued(**told) if told.keys() <= _slots(before) else None
        case Perhaps() if _may_amend(before, said):
            return _amended(before, said)
    return None


def _may_amend(before: Intent, details: Details) -> bool:
    """A question may be asked again about anything; what acts is corrected by what can hardly mean
    anything else."""
    return before.risk is Risk.READ or details.told().keys() <= STRICT_SLOTS


def _more_items(before: Intent, details: Details) -> bool:
    return isinstance(before, AddToList | RemoveFromList) and details.told().keys() == {"items"}


def _slots(intent: Intent) -> set[str]:
    return {each.name for each in fields(intent)}  # type: ignore[arg-type]  # all are dataclasses


def _has(intent: Intent, slot: str) -> bool:
    if slot == WHEN:
        return any(getattr(intent, each, None) for each in WHEN_SLOTS)
    return getattr(intent, slot) is not None


def _list_of(before: Intent) -> str:
    """The list that a request was about; empty: it was about none."""
    return str(getattr(before, "list", ""))


def _amended(before: Intent, details: Details) -> Intent | None:
    told = details.told()
    return before.amended(**told) if told.keys() <= _slots(before) else None


def _filled(before: Intent, details: Details, asked: str) -> Intent | None:
    told: dict[str, Any] = details.told()
    if asked == "length" and "duration" in told:
        told["length"] = told.pop("duration")
    wanted = INSTEAD_OF.get(asked, {asked})
    if not wanted & told.keys() or not told.keys() <= _slots(before):
        return None
    return replace(before, **told)  # type: ignore[type-var]
