"""Silence: "stop", "never mind", "be quiet" and the like end whatever goes on, without a word."""

from dataclasses import dataclass
from typing import ClassVar

from assistant.skills.rings import ringing, silenced
from assistant.skills.skill import Intent, Reply, Risk
from assistant.world import World


@dataclass(frozen=True, slots=True)
class Stop(Intent):
    """Be silent: forget the request, and whatever rings was heard."""

    risk: ClassVar[Risk] = Risk.CHANGE
    tool: ClassVar[bool] = False


class Stopping:
    """Answers with nothing at all: an empty reply ends the turn at once and is not remembered."""

    name = "stop"
    intents: tuple[type[Intent], ...] = (Stop,)

    def answer(self, intent: Intent, world: World) -> Reply:
        return Reply.silent(silenced(ringing(world)))

    def question(self, intent: Intent, world: World) -> str | None:
        return None
