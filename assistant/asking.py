"""Does a transcript ask for something? Evidence about the end of a turn, from words.

A question or an order is meant for the assistant and wants its answer at once. A statement is more
often the first half of something ("I have two eggs. … What can I cook?"), or said to somebody else:
it can wait a little longer.
"""

import re

_POLITE = re.compile(
    r"^(?:(?:please|hey|hi|hello|okay|ok|so|and|then|now|well|oh|um|uh|alright|actually|also|just)\b"
    r"[ ,]*)*"
)
_QUESTION = (
    "what whats who whos whom whose when whens where wheres why whys how hows which is are am was "
    "were isnt arent wasnt do does did dont doesnt didnt can could will would should shall may "
    "might has have had"
)
_ORDER = (
    "add answer ask bake boil book brew bring buy calculate call cancel change check choose clear "
    "close compare convert cook count decrease define delete describe dim disable dismiss enable "
    "explain fast find finish forget get give go help increase keep launch let lets list lock "
    "look louder lower make mix move mute name never next open order pause pick play plus "
    "previous put quieter raise read recommend record remember remind remove repeat reset restart "
    "resume reverse roll run say search send set show shuffle shut silence sing skip snooze "
    "softer solve speak spell start stop subtract suggest switch take tell test throw toss "
    "translate turn unlock unmute unpause update use volume wake warm"
)
_WISH = re.compile(r"^(?:i|we)(?:d| would| will|ll)? (?:like|love|need|want|have)\b|id like\b")
_SHORT = re.compile(r"\b(?:on|off|up|down|open|closed|please|now)\W*$")
"""Lights off! Volume up!"""
_WORDS = frozenset(f"{_QUESTION} {_ORDER}".split())
_STATEMENT = 3
"""Words that it takes at least: "weather" and "kitchen lights" are orders."""
_SENTENCE = re.compile(r"(?<=[.?!])\s+")


def asks(text: str, language: str) -> bool:
    """False if the last sentence of `text` is certainly neither a question nor an order nor a wish.
    Only English is known; in other languages (ISO 639-1) everything may ask."""
    if language != "en":
        return True
    last = _SENTENCE.split(text.strip())[-1]
    if last.rstrip("\"'”’)").endswith("?"):
        return True
    plain = re.sub(r"[’']", "", last.lower())
    plain = _POLITE.sub("", plain, count=1)
    words = re.findall(r"\w+", plain)
    asking = len(words) < _STATEMENT or words[0] in _WORDS
    return asking or any(each.search(plain) for each in (_WISH, _SHORT))
