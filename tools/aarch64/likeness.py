"""Whether two machines gave the same answer, as far as they must. Pure.

They compute with other instructions, in another order: figures differ in their last digits, and a
word that was a close call may be another one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rapidfuzz.distance import Levenshtein

Answer = dict[str, Any]
"""What a command printed with --json."""

SCORE = 0.02
"""Wake word scores may differ by that much; the threshold is far from both."""
HEARD = 0.5
"""At least this share of a reply's letters is heard again by speech recognition."""
PACE = 1.5
"""How much longer or shorter the same reply may be spoken: its lengths are drawn by chance."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was compared."""

    what: str
    x86: str
    aarch64: str
    fault: str = ""
    """Why that is wrong; empty if it is right."""


def plain(text: str) -> str:
    """Letters and digits, to compare words by."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def words(what: str, x86: str, aarch64: str) -> Finding:
    """The same words must be there."""
    fault = "" if plain(x86) == plain(aarch64) else "other words"
    return Finding(what, x86, aarch64, fault)


def wake(x86: Answer, aarch64: Answer) -> Finding:
    """The same phrase, about as surely."""
    here, there = x86["wake"], aarch64["wake"]
    same = here and there and here["phrase"] == there["phrase"]
    near = same and abs(here["score"] - there["score"]) <= SCORE
    fault = "" if near else "another score, or not heard"
    return Finding("wake word", _heard_as(here), _heard_as(there), fault)


def _heard_as(wake: Answer | None) -> str:
    return f"{wake['phrase']} {wake['score']}" if wake else "not heard"


def time_told(x86: Answer, aarch64: Answer, asked: datetime, answered: datetime) -> Finding:
    """The reply to "what time is it?" names a minute between the question and the answer."""
    minutes = (answered - asked) // timedelta(minutes=1) + 2
    told = {f"{asked + timedelta(minutes=each):It's %-I:%M %p.}" for each in range(minutes)}
    fault = "" if aarch64["reply"] in told else "not the time"
    return Finding("reply", x86["reply"], aarch64["reply"], fault)


def answer(x86: Answer, aarch64: Answer, word: str) -> Finding:
    """A language model may choose other words, but the one that answers must be there."""
    known = word.casefold() in plain(aarch64["reply"]).split()
    fault = "" if known else f"does not say {word!r}"
    return Finding("reply of the model", x86["reply"], aarch64["reply"], fault)


def length(what: str, seconds_x86: float, seconds_aarch64: float) -> Finding:
    """A spoken reply that is neither empty nor endless."""
    fits = seconds_x86 / PACE <= seconds_aarch64 <= seconds_x86 * PACE and seconds_aarch64 > 0
    fault = "" if fits else "another length"
    return Finding(what, f"{seconds_x86:.2f} s", f"{seconds_aarch64:.2f} s", fault)


def heard(what: str, reply: str, transcript: str) -> Finding:
    """What was spoken there is understood here."""
    share = Levenshtein.normalized_similarity(plain(reply), plain(transcript))
    fault = "" if reply and share >= HEARD else "not understood"
    return Finding(what, f"heard: {transcript}", f"said: {reply}", fault)


def board(x86: Answer, aarch64: Answer) -> Finding:
    """It knows what it runs on."""
    here, there = (f"{e['facts']['architecture']}: {e['profile']}" for e in (x86, aarch64))
    fault = "" if aarch64["facts"]["architecture"] == "aarch64" else "another processor"
    return Finding("hw", here, there, fault)


def health(x86: Answer, aarch64: Answer) -> Iterator[Finding]:
    """One finding a check of `doctor`: nothing may be red there that is not red here."""
    here = {each["name"]: each["level"] for each in x86["checks"]}
    for check in aarch64["checks"]:
        level = here.get(check["name"], "absent")
        red = check["level"] == "red" and level != "red"
        said = f"{check['level']}: {check['text']}"
        yield Finding(f"doctor: {check['name']}", level, said, "red" if red else "")


def events(x86: list[Answer], aarch64: list[Answer]) -> Finding:
    """The same voice and wake word at the same places of a recording."""
    here, there = _told(x86), _told(aarch64)
    return Finding("listening", here, there, "" if here == there else "other moments")


def _told(events: list[Answer]) -> str:
    return ", ".join(f"{each['event']} {each['at_s']}" for each in events)
