"""What goes on a list, and which list: "milk and 2 eggs", "the shopping list"."""

import re
from datetime import datetime

from assistant.understand.slots import amounts
from assistant.understand.slots.durations import duration

MOST = 20
LONGEST = 60
"""Characters of one item."""

# What people buy under one name, though there is an "and" in it.
_PAIRS = (
    "mac and cheese",
    "macaroni and cheese",
    "salt and pepper",
    "half and half",
    "oil and vinegar",
    "bread and butter pickles",
    "pork and beans",
    "rice and beans",
    "beans and rice",
    "fish and chips",
    "cookies and cream",
    "sweet and sour",
    "peanut butter and jelly",
    "ham and cheese",
    "sour cream and onion",
    "salt and vinegar",
    "head and shoulders",
    "m and ms",
    "surf and turf",
    "bits and pieces",
)
_PAIR = re.compile(rf"\b(?:{'|'.join(_PAIRS)})\b")
_HALF = re.compile(r"\b(\d+) and (a (?:half|quarter|third)|\d/\d)\b")
_AND = re.compile(r" (?:and|plus|as well as)(?: (?:and|plus|also|then|some|add))* ")
_MEASURE = (
    r"(?:half |big |small |large |whole |little )?(?:dozen\b|couple\b|(?:bottle|bag|box|can|jar"
    r"|pack|package|packet|carton|loaf|bunch|piece|stick|tub|tin|cup|pint|quart|gallon|liter"
    r"|pound|ounce|gram|kilo|kilogram|head|roll|tube|bar|case|glass|slice|clove) of\b)"
)
# A recogniser often writes "at" for the "add" that a sentence begins with. "A dozen eggs" stays.
_LEADS = re.compile(
    rf"^(?:(?:some|any|an?(?! {_MEASURE})|the|more|my|our|also|add|at|ad|put|buy|get|a few|few) )+"
)
_ORDER = re.compile(
    r"^(?:set|start|stop|cancel|turn|remind|wake|tell|delete|remove|clear|create|make|play|pause|"
    r"what|whats|how|when|where|who|why|is|are|can|do|does|read|show)\b"
    r"|\b(?:timers?|alarms?|reminders?|lists?|not)\b"
    r"|\b(?:to|into|from|in|on) (?!the (?:cob|vine|go)$)(?:the|my|our|your|it|that|this)\b"
    r"|^(?!(?:talk|write|speak|go|reply|respond|send|bring|give|take|drive|listen|return|walk|get"
    r"|subscribe|fly|apologize|sing|pay) ).* (?:on)?to (?:do|\w+)$"  # "apples to camping"
    r"|\b(?:on|in) (?:to do|groceries)$"
    r"|\b(?:but|because|if|while|always|never|yesterday|last|online|amazon)\b"
    # A question or a sentence around it that was heard as one with it.
    r"|\b(?:what|which|how|where|who|when|why|else|instead|is|are|was|were|am|does|did|has|had)\b"
    r"|\b(?:i|we|they|he|she) \w"
    r"|\b(?:can|could|should|would|will|must|may|do) (?:i|we|you|it|they|be|come|go|get|use|take)\b"
    r"|^(?:no|should|would|could|will|(?:stir|mix|whisk|beat|fold|simmer)(?! \w+$|$))\b|^stir$"
    r"|\b(?:to taste|slowly|gently|gradually|at a time|by 1)\b"  # a recipe is read, not shopped
)
_NO_GOODS = frozenset(
    "time help advice information ideas sleep rest space money break patience energy luck plan nap "
    "vacation breath nothing question questions reason".split()
)
"""What people need, have or run out of, but do not buy: "i need more time"."""
_PRONOUNS = frozenset(
    "it that this them those these everything all one something anything a an the some any".split()
)

_NO_START = frozenset(
    "and to from on off in of with for down we i you he she they there did have about at as or "
    "complete check uncheck tick cross mark remember please".split()
)
_NO_END = frozenset("and to from on off in of with for the my our a an".split())
"""A piece of the sentence around them: "milk on the", "to the"."""


def items(words: str, now: datetime) -> tuple[str, ...] | None:
    """Things in the order said, each once. None if one of them is no thing: "set a timer"."""
    kept = _HALF.sub(r"\1&\2", _PAIR.sub(lambda match: match[0].replace(" and ", "&"), words))
    parts = (_LEADS.sub("", part) for part in _AND.split(kept))
    found = [part.removesuffix(" please").replace("&", " and ") for part in parts]
    if not all(_is_item(each, now) for each in found):
        return None
    unique = tuple(dict.fromkeys(found))
    return unique if len(unique) <= MOST else None


def _is_item(words: str, now: datetime) -> bool:
    if not words.strip() or len(words) > LONGEST or words in _PRONOUNS | _NO_GOODS:
        return False
    if _ORDER.search(words):
        return False
    parts = words.split()
    if parts[0] in _NO_START or parts[-1] in _NO_END:
        return False
    return amounts.amount(words, now) is None and duration(words, now) is None


_WHICH = re.compile(r"^(?:(?:the|my|our|a|an|to|on|from|new) )+")
_LIST = re.compile(r" ?\blists?$")
_JOINED = re.compile(r"\b(?:in|on|off|from|onto|into|to|and|everything|all|any|every)\b")
"""Words of the sentence around a name: "remove milk in camping"."""
_SHOPPING = frozenset("shopping grocery groceries food supermarket shop store".split())
_TO_DO = frozenset(("to do", "todo", "to dos", "todos", "task", "tasks", "things to do", "do"))


def list_name(words: str, now: datetime) -> str | None:
    """ "the shopping list" -> "shopping"; "the list" is that one too."""
    bare = _LIST.sub("", _WHICH.sub("", words + " ").strip())
    if bare in _SHOPPING or words in ("the list", "my list", "our list", "list"):
        return "shopping"
    if bare in _TO_DO:
        return "to-do"
    if not bare or len(bare.split()) > 3 or len(bare) > LONGEST or bare in _PRONOUNS:
        return None
    if _ORDER.search(bare) or _JOINED.search(bare):
        return None
    return None if amounts.amount(bare, now) is not None else bare
