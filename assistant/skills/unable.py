"""What people ask of other speakers and this one cannot do: said plainly, at once."""

from dataclasses import dataclass
from typing import ClassVar

from assistant.skills.skill import Intent, Reply, Risk
from assistant.world import World

REPLIES = {
    "appliances": "I can't control appliances yet.",
    "appointments": "I can't see your calendar yet.",
    "apps": "I can't start programs or scenes.",
    "birthdays": "I don't know anybody's birthday.",
    "calls": "I can't make phone calls.",
    "camera": "I have no camera.",
    "doors": "I can't control doors or locks yet.",
    "heating": "I can't control the heating yet.",
    "internet": "I can't look things up: I work without the internet.",
    "lights": "I can't control lights yet.",
    "messages": "I can't read or send messages.",
    "music": "I can't play music yet.",
    "news": "I don't know the news: I work without the internet.",
    "phone": "I can't find your phone.",
    "places": "I don't know what is around here: I work without the internet.",
    "recording": "I can't record sound.",
    "sensors": "I can't read any sensors yet.",
    "shopping": "I can't order anything: I work without the internet.",
    "sports": "I don't know any scores: I work without the internet.",
    "stocks": "I don't know any prices or rates: I work without the internet.",
    "sun": "I don't know when the sun rises and sets yet.",
    "switches": "I can't switch {device} yet.",
    "television": "I can't control the TV.",
    "traffic": "I don't know the traffic or the way: I work without the internet.",
    "translation": "I can't translate: I only speak English.",
    "weather": "I don't know the weather: I work without the internet.",
}
"""What cannot be done -> how that is said; {device} is what was named in the request."""

_IN_A_HOUSE = frozenset(("appliances", "doors", "heating", "lights", "sensors", "switches"))
"""What can be done, perhaps, where a house is connected."""


@dataclass(frozen=True, slots=True)
class Unable(Intent):
    """Something this assistant cannot do."""

    risk: ClassVar[Risk] = Risk.READ
    tool: ClassVar[bool] = False
    last_resort: ClassVar[bool] = True
    what: str
    """A key of `REPLIES`."""
    device: str = ""
    """What was to be switched, as it was heard."""
    thing: str = ""
    """Other words of no consequence: the song, the friend, the color."""


class Inability:
    """Answers at once what a language model would only make up."""

    name = "unable"
    intents: tuple[type[Intent], ...] = (Unable,)

    def answer(self, intent: Intent, world: World) -> Reply:
        match intent:
            case Unable(what) if what in _IN_A_HOUSE and world.home is not None:
                return Reply("I don't know such a thing in the house.", declines=True)
            case Unable("calls", thing=thing) if thing.startswith("it "):  # "call it pasta"
                return Reply("That is no call.", declines=True)
            case Unable(what, device):
                return Reply(REPLIES[what].format(device=_named(device)))
        raise TypeError(intent)

    def question(self, intent: Intent, world: World) -> str | None:
        return None


def _named(device: str) -> str:
    """ "my lamp" -> "your lamp", "standing light" -> "the standing light"."""
    first, _, rest = device.partition(" ")
    if first in ("my", "our"):
        return f"your {rest}"
    determined = first in _DETERMINED or first.isdigit()
    return device if determined else f"the {device}"


_DETERMINED = {"the", "your", "all", "a", "an", "every", "both", "everything", "anything"}
