"""The last reply once more."""

from dataclasses import dataclass
from typing import ClassVar

from assistant.skills.skill import Intent, Reply, Risk
from assistant.world import World


@dataclass(frozen=True, slots=True)
class Repeat(Intent):
    """Say the last reply again."""

    risk: ClassVar[Risk] = Risk.READ


class Repeating:
    name = "repeat"
    intents: tuple[type[Intent], ...] = (Repeat,)

    def answer(self, intent: Intent, world: World) -> Reply:
        return Reply(world.said or "I haven't said anything yet.")

    def question(self, intent: Intent, world: World) -> str | None:
        return None
