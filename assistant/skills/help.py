"""What the assistant can do."""

from dataclasses import dataclass
from typing import ClassVar

from assistant.skills.skill import Intent, Reply, Risk
from assistant.world import World


@dataclass(frozen=True, slots=True)
class Help(Intent):
    """What the assistant can do."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class WhoAreYou(Intent):
    """What the assistant is."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class AreYouThere(Intent):
    """Whether the assistant hears."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class Privacy(Intent):
    """Whether it records, and where what it hears goes."""

    risk: ClassVar[Risk] = Risk.READ


@dataclass(frozen=True, slots=True)
class Offline(Intent):
    """Whether it needs the internet."""

    risk: ClassVar[Risk] = Risk.READ


class Helping:
    name = "help"
    intents: tuple[type[Intent], ...] = (
        Help,
        WhoAreYou,
        AreYouThere,
        Privacy,
        Offline,
    )

    def answer(self, intent: Intent, world: World) -> Reply:
        return Reply(_REPLIES.get(type(intent), _REPLIES[Help]))

    def question(self, intent: Intent, world: World) -> str | None:
        return None


_REPLIES: dict[type[Intent], str] = {
    Help: (
        'Try "set a pasta timer for 10 minutes", "add milk to the shopping list", "wake me up at '
        '7", or "how many grams are 2 cups of flour".'
    ),
    WhoAreYou: "I'm a kitchen assistant. I run on this device alone, without the internet.",
    AreYouThere: "Yes, I'm here.",
    # Sound is kept only with `recorder.enabled`, which whoever set the device up has to turn on.
    Privacy: (
        "I wait for my wake word, and what you say never leaves this device. Sound is kept only if "
        "the recorder was turned on in my settings."
    ),
    Offline: "I work without the internet.",
}
