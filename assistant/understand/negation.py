"""Orders that are none: "don't set a timer", "I said not to add milk"."""

import re

_NOT_TO = re.compile(
    r"^(?:no |oh )*(?:(?:i said |we said )?(?:do not|never|not to|you (?:do|must|should) not)"
    r"(?: you dare)?(?: (?:ever|even|need to|have to|bother to|go and))?"
    r"|(?:there is )?no need to|i (?:do|would) not (?:want|need|like)(?: you)?(?: to)?"
    r"|stop trying to) "
)
_IN_A_BLANK = re.compile(
    r"\b(?:do|does|did|can|could|will|would|should|must|is|are|was|were|has|have|had) not\b"
    r"|\bnot (?:to|set|add|put|remind|wake|turn|cancel)\b|\bnever\b|\bno longer\b|\bi said\b"
    r"|\b(?:he|she|they|we|mom|dad) (?:said|told|set|asked|says|wants?)\b|^(?:if|when|why|how)\b"
)


def order_refused(request: str) -> str | None:
    """The order that a request (normal form) forbids: "do not set a timer" -> "set a timer"; None
    if it forbids nothing."""
    match = _NOT_TO.match(request)
    return request[match.end() :] if match else None


def spoils(words: str) -> bool:
    """Whether words in a blank show that the sentence around them was not meant as an order: a
    blank at its beginning may have swallowed "do not put"."""
    return _IN_A_BLANK.search(words) is not None
