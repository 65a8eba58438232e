"""The house, where Home Assistant or MQTT runs it: lights, switches, what sensors say."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import ClassVar

from assistant.actions import ControlHome
from assistant.home.home import KINDS, SERVICES, UNREACHABLE
from assistant.skills.skill import Intent, Reply, Risk
from assistant.skills.things import (
    all_of,
    are,
    find,
    is_nothing,
    is_plural,
    joined,
    spoken_of,
    stands,
)
from assistant.world import Entity, World

_MOST_NAMED = 4
"""Things that are listed in one sentence."""


@dataclass(frozen=True, slots=True)
class HomeIntent(Intent):
    """Something about one thing at home, or several."""

    name: str
    """What, as it is called at home. "lights" means all of them, "kitchen lights" those of a
    room."""
    area: str = ""
    """In which room, if the name does not say so."""

    @property
    def words(self) -> str:
        return f"{self.area} {self.name}".strip()

    def amended(self, **slots: object) -> Intent | None:
        known = {each.name for each in fields(self)}
        return replace(self, **slots) if slots.keys() <= known else None  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class TurnOn(HomeIntent):
    """Switch something on."""

    risk: ClassVar[Risk] = Risk.CHANGE

    def undone(self) -> Intent:
        return TurnOff(self.name, self.area)


@dataclass(frozen=True, slots=True)
class TurnOff(HomeIntent):
    """Switch something off."""

    risk: ClassVar[Risk] = Risk.CHANGE

    def undone(self) -> Intent:
        return TurnOn(self.name, self.area)


@dataclass(frozen=True, slots=True)
class SetBrightness(HomeIntent):
    """Dim a light, or set the speed of a fan."""

    risk: ClassVar[Risk] = Risk.CHANGE
    asks: ClassVar[dict[str, str]] = {"percent": "To how many percent?"}
    percent: int | None = None
    """0 to 100."""


@dataclass(frozen=True, slots=True)
class SetWarmth(HomeIntent):
    """Set a thermostat."""

    risk: ClassVar[Risk] = Risk.CHANGE
    asks: ClassVar[dict[str, str]] = {"degrees": "To how many degrees?"}
    name: str = "thermostat"
    """Which."""
    degrees: int | None = None
    """On its own scale."""


@dataclass(frozen=True, slots=True)
class Open(HomeIntent):
    """Open or unlock something."""

    risk: ClassVar[Risk] = Risk.CONFIRM
    only: str = field(default="", compare=False)
    """ "lock": only what has a lock, "unlock the doors" opens no garage. Empty: what opens."""

    def undone(self) -> Intent:
        return Close(self.name, self.area, self.only)


@dataclass(frozen=True, slots=True)
class Close(HomeIntent):
    """Close or lock something."""

    risk: ClassVar[Risk] = Risk.CHANGE
    only: str = field(default="", compare=False)
    """As in `Open`."""


@dataclass(frozen=True, slots=True)
class HomeState(HomeIntent):
    """How something in the house is."""

    risk: ClassVar[Risk] = Risk.READ
    asked: str = ""
    """Of what it is or measures: "temperature", "humidity", "battery". Empty: whatever it says."""


@dataclass(frozen=True, slots=True)
class Order:
    """What an intent does to things."""

    intent: HomeIntent
    verb: str
    """ "turn on": for what nobody can do."""
    services: tuple[str, ...]
    """The first that a thing takes is the one."""
    value: float | None = None

    def things(self, home: tuple[Entity, ...]) -> tuple[Entity, ...]:
        able = frozenset().union(*(SERVICES[service] for service in self.services))
        return find(self.intent.words, (each for each in home if each.kind in able))

    def unclear(self, things: tuple[Entity, ...]) -> str | None:
        """Which one is meant, if several could be and one was asked for, or if some would be
        opened and some unlocked."""
        alike = len({self.action(each).service for each in things}) == 1
        if len(things) == 1 or (is_plural(self.intent.words) and alike):
            return None
        if len(things) > _MOST_NAMED:
            return f"There are {len(things)} like that. Which one?"
        return f"Which one: {joined(map(spoken_of, things), 'or')}?"

    def action(self, entity: Entity) -> ControlHome:
        service = next(name for name in self.services if entity.kind in SERVICES[name])
        return ControlHome(entity.id, service, self.value)


class Home:
    name = "home"
    intents: tuple[type[Intent], ...] = (
        TurnOn,
        TurnOff,
        SetBrightness,
        SetWarmth,
        Open,
        Close,
        HomeState,
    )

    def question(self, intent: Intent, world: World) -> str | None:
        """Before something is opened or unlocked."""
        if not isinstance(intent, Open):
            return None
        order = _order(intent)
        things = order.things(world.home or ())
        if not things or order.unclear(things) or _is_so(things, _ALREADY[Open]):
            return None
        verb = order.action(things[0]).service
        return f"Should I {verb} {_named(intent.words, things)}?"

    def answer(self, intent: Intent, world: World) -> Reply:
        assert isinstance(intent, HomeIntent)
        if not world.home:
            return Reply(UNREACHABLE)
        if isinstance(intent, HomeState):
            return _state(intent, world.home)
        missing = [ask for slot, ask in intent.asks.items() if getattr(intent, slot) is None]
        if missing:
            return Reply(missing[0])
        return _obeyed(_order(intent), world.home)


def _order(intent: HomeIntent) -> Order:
    match intent:
        case TurnOn():
            return Order(intent, "turn on", ("turn_on",))
        case TurnOff():
            return Order(intent, "turn off", ("turn_off",))
        case SetBrightness():
            return Order(intent, "set", ("set_brightness", "set_speed"), intent.percent)
        case SetWarmth():
            return Order(intent, "set", ("set_temperature",), intent.degrees)
        case Open(only="lock"):
            return Order(intent, "unlock", ("unlock",))
        case Open():
            return Order(intent, "open", ("open", "unlock"))
        case Close(only="lock"):
            return Order(intent, "lock", ("lock",))
        case _:
            return Order(intent, "close", ("close", "lock"))


_ALREADY: dict[type[Intent], tuple[str, ...]] = {
    Open: ("open", "unlocked"),
    Close: ("closed", "locked"),
}
"""States in which there is nothing left to do."""


def _obeyed(order: Order, home: tuple[Entity, ...]) -> Reply:
    words = order.intent.words
    if is_nothing(words):
        return Reply(f"What exactly should I {order.verb}?")
    things = order.things(home)
    if not things:
        others = find(words, home)
        return Reply(f"I can't {order.verb} {spoken_of(others[0])}." if others else _unknown(words))
    if unclear := order.unclear(things):
        return Reply(unclear)
    if _is_so(things, _ALREADY.get(type(order.intent), ())):
        named = spoken_of(things[0])
        return Reply(f"{_capital(named)} {are(named)} already {things[0].state}.")
    if beyond := _beyond(order, things):
        return Reply(beyond)
    return Reply(_done(order, things), tuple(map(order.action, things)))


def _beyond(order: Order, things: tuple[Entity, ...]) -> str | None:
    """What can be set, if the value is no such thing: nobody heats a kitchen to 200 degrees."""
    if order.value is None:
        return None
    if isinstance(order.intent, SetBrightness):
        return None if 0 <= order.value <= 100 else "I can set it to 0 to 100%."
    for each in things:
        least, most = _WARMTH.get(each.unit, (5, 95))
        if not least <= order.value <= most:
            return f"I can set {spoken_of(each)} to {least} to {most} degrees."
    return None


_WARMTH = {"°C": (5, 35), "°F": (40, 95)}
"""Degrees that a thermostat is set to."""


def _is_so(things: tuple[Entity, ...], states: Iterable[str]) -> bool:
    return len(things) == 1 and things[0].state in states


def _named(words: str, things: tuple[Entity, ...]) -> str:
    return spoken_of(things[0]) if len(things) == 1 else all_of(words)


def _done(order: Order, things: tuple[Entity, ...]) -> str:
    """Said once it is."""
    named = _named(order.intent.words, things)
    match order.intent:
        case SetBrightness(percent=percent):
            return f"I set {named} to {percent}%."
        case SetWarmth(degrees=degrees):
            return f"I set {named} to {degrees} degrees."
        case Open() | Close() if things[0].kind == "cover":  # which takes its time
            doing = "opening" if isinstance(order.intent, Open) else "closing"
            return f"{_capital(named)} {are(named)} {doing}."
        case Open() | Close():
            return f"I {order.action(things[0]).service}ed {named}."
    return f"I {order.verb.replace('turn', 'turned')} {named}."


def _unknown(words: str) -> str:
    return f"I don't know a thing called {all_of(words).removeprefix('all ').removeprefix('the ')}."


_MEASURES: dict[str, Callable[[Entity], bool]] = {
    "temperature": lambda each: each.kind == "climate" or each.unit in ("°C", "°F"),
    "humidity": lambda each: each.unit == "%" and "humid" in each.name.lower(),
    "battery": lambda each: each.unit == "%" and "batter" in each.name.lower(),
}


def _state(intent: HomeState, home: tuple[Entity, ...]) -> Reply:
    if is_nothing(intent.words):
        return Reply("What exactly should I look at?")
    measures = _MEASURES.get(intent.asked, lambda each: each.kind in KINDS - {"scene"})
    # A "Kitchen temperature" is what "the temperature in the kitchen" asks for.
    things = find(intent.words, filter(measures, home))
    if not things:
        if intent.asked and find(intent.words, home):
            return Reply(f"I don't know the {intent.asked} of {all_of(intent.words)}.")
        return Reply(_unknown(intent.words), declines=True)  # "is the store open" asks of no house
    if len(things) > _MOST_NAMED:
        counts = Counter(each.state.replace("_", " ") for each in things).most_common(_MOST_NAMED)
        phrases = (f"{count} {'is' if count == 1 else 'are'} {state}" for state, count in counts)
        return Reply(f"{_capital(joined(phrases, 'and'))}.")
    sentences = dict.fromkeys(map(stands, things))  # two of one name may say the same
    return Reply(f"{_capital(joined(sentences, 'and'))}.")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
