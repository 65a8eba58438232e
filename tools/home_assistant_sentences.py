"""What Home Assistant's own sentences ask of timers, lists and the clock, as phrases to measure.

python -m tools.home_assistant_sentences out.jsonl     # then: assistant eval intents out.jsonl

Home Assistant's users speak as its templates say. Each template gives at most 20 sentences, with
the intent and the slots that are right here; the same seed draws the same ones. Templates that ask
for what there is not (timers of other rooms, orders for later) are left out, and listed.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import home_assistant_intents
from hassil import parse_sentence
from hassil.expression import Sentence
from hassil.sample import sample_sentence

SAMPLES = 20
"""Of each template, at most."""
SEED = 1
TRIES = 200
"""Draws for that many different sentences; short templates have fewer."""

INTENTS: dict[str, tuple[str, ...]] = {
    "HassStartTimer": ("SetTimer",),
    "HassIncreaseTimer": ("AddToTimer",),
    "HassDecreaseTimer": ("TakeFromTimer",),
    "HassCancelTimer": ("CancelTimer",),
    "HassCancelAllTimers": ("CancelAllTimers",),
    "HassPauseTimer": ("PauseTimer",),
    "HassUnpauseTimer": ("ResumeTimer",),
    "HassTimerStatus": ("TimeLeft", "ListTimers"),
    "HassListAddItem": ("AddToList",),
    "HassListCompleteItem": ("RemoveFromList",),
    "HassListRemoveItem": ("RemoveFromList",),
    "HassShoppingListAddItem": ("AddToList",),
    "HassShoppingListCompleteItem": ("RemoveFromList",),
    "HassGetCurrentTime": ("TellTime",),
    "HassGetCurrentDate": ("TellDate",),
    "HassNevermind": ("Stop",),
}
"""Theirs -> ours that are right."""
UNCOVERED = {
    "area": "timers of another room",
    "timer_command": "an order for later",
}
"""Blanks of templates whose meaning there is not here."""

_BLANK = re.compile(r"\{(\w+)(?::(\w+))?\}")
_SECONDS = {"hours": 3_600, "minutes": 60, "seconds": 1}
_NAMES = ("pizza", "laundry", "tea", "banana bread", "chicken", "soft boiled eggs")
_ITEMS = ("milk", "olive oil", "paper towels", "apples", "toilet paper")
_LISTS = {"to-do": "to-do", "camping": "camping", "groceries": ""}
"""Name of a list -> its slot; empty: the usual one."""
_RENAMED = {("AddToTimer", "start"): "length", ("TakeFromTimer", "start"): "length"}


@dataclass
class Drawn:
    """A template with its blanks filled."""

    text: str
    seconds: Counter[str] = field(default_factory=Counter)
    """Of "duration" and of "start", the length by which a timer is told from others."""
    slots: dict[str, str] = field(default_factory=dict)


def filled(template: str, chance: random.Random) -> Drawn:
    """With a value for every blank, drawn by chance."""
    drawn = Drawn("")

    def value(match: re.Match[str]) -> str:
        kind, slot = match[1], match[2] or match[1]
        match kind:
            case "timer_hours" | "timer_minutes" | "timer_seconds":
                unit = kind.removeprefix("timer_")
                number = chance.randint(1, 12 if unit == "hours" else 100)
                which = "start" if slot.startswith("start_") else "duration"
                drawn.seconds[which] += number * _SECONDS[unit]
                return str(number)
            case "timer_half":
                drawn.seconds["duration"] += 30 * _SECONDS[slot]
                return "half"
            case "timer_name":
                drawn.slots["name"] = chance.choice(_NAMES)
                return drawn.slots["name"]
            case "name":
                name = chance.choice(sorted(_LISTS))
                if _LISTS[name]:
                    drawn.slots["list"] = _LISTS[name]
                return name
            case _:
                drawn.slots["items"] = chance.choice(_ITEMS)
                return drawn.slots["items"]

    drawn.text = _BLANK.sub(value, template)
    return drawn


def slots(drawn: Drawn, intent: str) -> dict[str, str]:
    """As our intent has them."""
    lengths = {
        _RENAMED.get((intent, which), "duration"): str(seconds)
        for which, seconds in drawn.seconds.items()
    }
    return lengths | drawn.slots


def uncovered(template: str) -> str | None:
    """Why a template asks for what there is not here; None if it does not."""
    return next(
        (UNCOVERED[kind] for kind, _ in _BLANK.findall(template) if kind in UNCOVERED), None
    )


def sentences(
    template: str, intents: tuple[str, ...], rules: dict[str, Sentence], chance: random.Random
) -> Iterator[dict[str, Any]]:
    """At most `SAMPLES` phrases, all different."""
    said: set[str] = set()
    for _ in range(TRIES):
        drawn = filled(template, chance)
        ways = sample_sentence(parse_sentence(drawn.text), expansion_rules=rules)
        text = " ".join(chance.choice(sorted(set(ways))).split())
        if text in said:
            continue
        said.add(text)
        yield {"text": text, "intent": list(intents), "slots": slots(drawn, intents[0])}
        if len(said) == SAMPLES:
            return


@cache
def english() -> Mapping[str, Any]:
    """Home Assistant's English templates."""
    path = Path(home_assistant_intents.__file__).parent / "data" / "en.json"
    found: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def phrases() -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """(rows for `assistant eval intents`, why -> templates that were left out)."""
    rules = {name: parse_sentence(text) for name, text in english()["expansion_rules"].items()}
    chance = random.Random(SEED)
    rows: list[dict[str, Any]] = []
    left_out: dict[str, list[str]] = {}
    for name, intents in INTENTS.items():
        for data in english()["intents"][name]["data"]:
            for template in data["sentences"]:
                why = uncovered(template)
                if why is not None:
                    left_out.setdefault(why, []).append(template)
                else:
                    rows += sentences(template, intents, rules, chance)
    return rows, left_out


if __name__ == "__main__":
    found, skipped = phrases()
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in found)
    Path(sys.argv[1]).write_text("".join(lines), "utf-8")
    print(f"{len(found)} phrases of {len(INTENTS)} intents in {sys.argv[1]}")
    for why, templates in skipped.items():
        print(f"left out, {why}: {len(templates)} templates")
        print(*(f"  {template}" for template in templates), sep="\n")
