"""Orders to do something in the world, as opposed to say something.

No skill understood them when this is asked, so nothing can be done about them; and a small language
model that is asked to call somebody says that it did.
"""

import re

_WORLD = (
    "activate arm broadcast buy call close connect deactivate dial dim disable disarm disconnect "
    "download email enable facetime hire install launch lock mail message mute navigate open order "
    "pause phone play post print purchase record redial rent reply reserve resume schedule send "
    "skip start stop stream switch text turn tweet unlock unmute upload vacuum wake"
)
_ACT = re.compile(rf"(?:book (?:a|an|the|me|us)|{'|'.join(_WORLD.split())})\b")
_NOT_SO = re.compile(
    r"\b(?:what|why|how|who|when|where|which|whether)\b"
    r"|^\w+ (?:of|for|or|time|is|are|was|were|has|have|can|should|do|does|by|from)\b"
    r"|^call (?:me|him|her|it|them|yourself) \w+$|^order (?:these|them)\b|^open up\b"
    r"|\b(?:story|joke|poem|riddle|quiz|game|games|trivia|questions|conversation)\b"
    r"|^stop (?:talking|it|that|being|saying)\b"
)


def acts(request: str) -> bool:
    """Whether a request (normal form) orders something that words alone are not."""
    return bool(_ACT.match(request)) and not _NOT_SO.search(request)
