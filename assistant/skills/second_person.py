"""What somebody said of themselves, said back to them: "call my mom" -> "call your mom"."""

import re

_TURNED = {
    "i am": "you are",
    "i was": "you were",
    "am i": "are you",
    "i": "you",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
}
_PATTERN = re.compile(rf"\b(?:{'|'.join(_TURNED)})\b")


def to_you(text: str) -> str:
    return _PATTERN.sub(lambda match: _TURNED[match[0]], text)
