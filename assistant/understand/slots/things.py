"""Whatever people want of a speaker: devices, songs, places, words. No parser can tell these from
other words, so they may only stand in templates whose verbs leave no doubt."""

import re
from datetime import datetime

_MOST_WORDS = 8
_DEVICE_WORDS = 5
_NO_DEVICE = re.compile(
    r"\b(?:timers?|alarms?|reminders?|volume|sound|list|it|that|this|yourself|me|and|or|if|when"
    r"|how|why|because|what|not|for|minutes?|hours?|seconds?|with)\b"
)

_NO_THING = re.compile(
    r"^me\b|^(?:it|this|that|yourself)$"
    r"|\b(?:games?|questions|trivia|quiz|hangman|advocate|tic tac toe|role"
    r"|rock paper scissors|timers?|alarms?|reminders?)\b"
)


def thing(words: str, now: datetime) -> str | None:
    """Up to eight words of almost any kind: games can be played with a language model, and what
    other skills look after is theirs."""
    short = len(words.split()) <= _MOST_WORDS
    return words if short and not _NO_THING.search(words) else None


def device(words: str, now: datetime) -> str | None:
    """What may be switched: "the living room lamp"; not what other skills look after."""
    short = len(words.split()) <= _DEVICE_WORDS
    return words if short and not _NO_DEVICE.search(words) else None
