"""What "the kitchen lights" are, among everything in the house; and how to speak of it."""

import re
from collections.abc import Iterable
from dataclasses import replace

from assistant.skills.wording import label
from assistant.understand.numerals import in_digits
from assistant.world import Entity

_EMPTY = frozenset("the a an my our your all every each both of in on at any some and".split())
_ALL = frozenset("all every each both any".split())
_NOTHING = frozenset("it that this them these those they one everything anything something".split())
_BLINDS = frozenset("blind shade curtain shutter awning cover".split())
_SAME = dict.fromkeys(("shade", "curtain", "shutter"), "blind")
"""What people call one thing by several names."""
_KINDS: dict[str, frozenset[str]] = {
    "light": frozenset({"light", "lamp"}),
    "switch": frozenset({"switch", "plug", "outlet"}),
    "input_boolean": frozenset({"switch"}),
    "fan": frozenset({"fan"}),
    "lock": frozenset({"lock", "door"}),
    "climate": frozenset({"thermostat", "heating", "heat", "heater", "climate"}),
    "scene": frozenset({"scene"}),
    "sensor": frozenset({"sensor"}),
    "binary_sensor": frozenset({"sensor"}),
}
"""What things of a kind may be called although their names do not say so."""
_GENERIC = frozenset({"light", "switch"})
"""Only one of several lights may have it in its name, and still not be the one that is meant."""
_BARRIERS = frozenset("door gate garage window valve".split())
"""A cover called so is no blind: "close the blinds" must not move it."""
_MEASURED = ("temperature", "humidity", "battery")
"""A sensor with it in its name does not "read" its value, it is that."""
_TITLE = re.compile(r"\b[A-Z][a-z]+\b")


def find(words: str, entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Everything that `words` (normal form) may mean; () if nothing. Each word must be accounted
    for by a thing's name, its room, or its kind, in this order: "garage heater" is not a heater
    somewhere else."""
    named = " ".join(word for word in words.split() if word not in _EMPTY)
    asked = frozenset(map(_singular, named.split())) - _NOTHING
    if not asked:
        return ()
    things = tuple(entities)
    if exact := tuple(each for each in things if " ".join(_split(each.name)) == named):
        return exact
    if is_plural(words):
        return _of_one_kind(asked, [each for each in things if asked <= _everything(each)])
    for known in (_everything,) if asked <= _GENERIC else (_name, _name_and_room, _everything):
        if found := [each for each in things if asked <= known(each)]:
            return tuple(each for each in found if asked == known(each)) or _of_one_kind(
                asked, found
            )
    return ()


def is_plural(words: str) -> bool:
    """Whether all that fit are meant, not one of them: "all lights", "kitchen lights"."""
    last = words.split()[-1:]
    return not _ALL.isdisjoint(words.split()) or any(map(_is_many, last))


def are(named: str) -> str:
    """ "is" or "are": the lamp is, the blinds are."""
    return "are" if _is_many(named.split()[-1].lower()) else "is"


def is_nothing(words: str) -> bool:
    """Whether the words name no thing: "it", "everything in the kitchen"."""
    spoken = set(words.split())
    return not spoken - _EMPTY - _NOTHING or "everything" in spoken


def spoken_of(entity: Entity) -> str:
    """ "the kitchen light", "mom's lamp", "the TV". What is called as its room needs its kind."""
    name = _TITLE.sub(lambda word: word[0].lower(), label(entity.name))
    is_room = _name(entity) <= _name_and_room(replace(entity, name=""))
    if (entity.kind in ("light", "fan") and is_room) or entity.kind == "scene":
        name = f"{name.removesuffix(' scene')} {entity.kind}".strip()
    first = name.partition(" ")[0]
    owned = first.endswith(("'s", "’s")) or first in ("the", "my", "our")
    return name if owned else f"the {name}"


def stands(entity: Entity) -> str:
    """ "the garage door is open", "the ecobee reads 21.5 °C"."""
    named, state = spoken_of(entity), entity.state.replace("_", " ")
    many = are(named) == "are"
    if state in ("", "unknown", "unavailable"):
        return f"{named} {'say' if many else 'says'} nothing right now"
    if not entity.unit:
        return f"{named} {are(named)} {state}"
    unit = entity.unit if entity.unit == "%" else f" {entity.unit}"
    is_measure = any(word in entity.name.lower() for word in _MEASURED)
    reads = are(named) if is_measure else "read" if many else "reads"
    return f"{named} {reads} {state}{unit}"


def all_of(words: str) -> str:
    """What was asked for, as it may be said again: "all the lights", "the kitchen lights"."""
    named = " ".join(word for word in words.split() if word not in _EMPTY)
    return f"all the {named}" if _ALL & set(words.split()) else f"the {named}"


def joined(phrases: Iterable[str], word: str) -> str:
    """ "a", "a or b", "a, b, or c"."""
    *most, last = phrases
    if len(most) < 2:
        return f" {word} ".join([*most, last])
    return f"{', '.join(most)}, {word} {last}"


def _of_one_kind(asked: frozenset[str], found: list[Entity]) -> tuple[Entity, ...]:
    """ "lights" are lights, where there are some, not also switches that have it in their name."""
    asked -= _BARRIERS  # "the door" may be a lock or a cover
    kinds = {kind for kind, words in _KINDS.items() if words & asked and kind != "binary_sensor"}
    return tuple(each for each in found if each.kind in kinds) or tuple(found)


def _name(entity: Entity) -> frozenset[str]:
    return frozenset(map(_singular, _split(entity.name))) - _EMPTY


def _name_and_room(entity: Entity) -> frozenset[str]:
    return _name(entity) | frozenset(map(_singular, _split(entity.area))) - _EMPTY


def _everything(entity: Entity) -> frozenset[str]:
    known = _name_and_room(entity)
    if entity.kind == "cover" and not known & _BARRIERS:
        return known | {_SAME.get(word, word) for word in _BLINDS}
    return known | _KINDS.get(entity.kind, frozenset())


def _split(name: str) -> list[str]:
    """As the normal form of requests has it."""
    plain = re.sub(r"['’]", "", name.lower())
    return in_digits(" ".join(re.findall(r"\w+", plain.replace("_", " ")))).split()


def _is_many(word: str) -> bool:
    return _singular(word) != _SAME.get(word, word)


def _singular(word: str) -> str:
    if word.endswith(("ches", "shes", "xes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _SAME.get(word, word)
