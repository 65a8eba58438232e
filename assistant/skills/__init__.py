"""Skills: deterministic answers to requests that need no language model; one file each.

To add one: a file with its intents (dataclasses, one for each thing that can be asked) and a class
that answers them (see `skill.py`); sentences for them in `understand/sentences/<language>/`; tests
of what it must and must not answer; then its line below.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from assistant.skills.skill import Intent, Reply, Risk, Skill

__all__ = ["SKILLS", "Intent", "Reply", "Risk", "Skill"]

_PLACES = {
    "stop": "stop:Stopping",
    "timers": "timers:Timers",
    "alarms": "alarms:Alarms",
    "reminders": "reminders:Reminders",
    "lists": "lists:Lists",
    "clock": "clock:Clock",
    "units": "units:Units",
    "arithmetic": "arithmetic:Arithmetic",
    "cooking": "cooking:Cooking",
    "volume": "volume:Volume",
    "chance": "chance:Chance",
    "repeat": "repeat:Repeating",
    "help": "help:Helping",
    "device": "device:Status",
    "home": "home:Home",
    "unable": "unable:Inability",
}
"""Name -> module and class."""


class _Skills(Mapping[str, Skill]):
    """Each is imported when it is looked at: the configuration needs their names alone, and what is
    due rings before anybody can ask for more."""

    def __getitem__(self, name: str) -> Skill:
        return _made(_PLACES[name])

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


@cache
def _made(place: str) -> Skill:
    module, name = place.split(":")
    skill: Skill = getattr(import_module(f"{__name__}.{module}"), name)()
    return skill


SKILLS: Mapping[str, Skill] = _Skills()
"""The built-in skills by name."""
