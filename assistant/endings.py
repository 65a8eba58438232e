"""Does a transcript end as if more would follow? Evidence about the end of a turn, from words.

Deliberately cautious: a wrong yes makes a finished speaker wait, a wrong no costs nothing, because
silence and the turn detector decide as well.
"""

import re

# Nothing spoken ends with these, whatever stands before.
_OPEN = frozenset(
    "a an the my your our their and or but because if unless although than minus um uh uhm er erm "
    "hmm every".split()
)
_A_NAME = re.compile(r"\b(?:vitamin|letter|type|grade|plan|option|hepatitis) (?:a|an)$")
# These do end questions ("what is it for", "who is it from") and passives ("what's it made of").
_OPEN_IN_ORDERS = frozenset("to for of with from at into onto by per".split())
_ASKS = re.compile(r"\b(?:what|who|whom|where|which|why|how|when|whats|whos|wheres)\b")

# "Set a timer for twenty" wants minutes; "set an alarm for seven" wants nothing.
_NUMBER = (
    r"(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)"
)
_OPEN_NUMBER = re.compile(
    rf"(?:\btimer (?:for|to|of)|\b(?:remind|wake|call) me in|\bwait(?: for)?|\bin another"
    rf"|\b(?:add|buy|order))(?: {_NUMBER})+$|\b{_NUMBER} plus$"
)

# All of the request is only its beginning.
_LEAD_IN = re.compile(
    r"(?:(?:please|hey|okay|ok|so|well) )*"
    r"(?:(?:can|could|would|will) (?:you|i|we)(?: please)?"
    r"(?: (?:set|add|tell|tell me|give|give me|remind|remind me|put|get|have|turn))?"
    r"|i(?: would|d) like|id like|i want|i need|set|add|remind|remind me|put|whats|what is)"
)

_TRAILING_OFF = re.compile(r"(?:[,;:–—]|-|\.\.+|…)[\"'”’)]*$")


def unfinished(text: str) -> bool:
    """True if a speaker who paused here has almost certainly not finished. Case and punctuation
    do not matter, except that a comma, a dash or an ellipsis at the end is evidence itself."""
    text = text.strip().lower().replace("’", "'")
    words = re.sub(r"[^\w\s]", "", text.replace("-", " ")).split()
    if not words:
        return False
    if _TRAILING_OFF.search(text):
        return True
    spoken, last = " ".join(words), words[-1]
    if last in _OPEN and not _A_NAME.search(spoken):
        return True
    if _OPEN_NUMBER.search(spoken) or _LEAD_IN.fullmatch(spoken):
        return True
    return last in _OPEN_IN_ORDERS and not _ASKS.search(spoken)
