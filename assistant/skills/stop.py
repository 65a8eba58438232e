"""Silence: "stop", "never mind", "be quiet" and the like end whatever goes on, without a word."""

import re
from datetime import datetime

from assistant.skills.request import normal
from assistant.skills.skill import Reply

_IT = r"(?: (?:it|that|this|all that|everything|talking|speaking|ringing|beeping))?"
_STOP = (
    rf"stop{_IT}|cancel{_IT}|dismiss{_IT}|enough(?: of (?:it|that|this))?|quit{_IT}"
    r"|quiet|be (?:quiet|silent|still)|keep quiet|silence|hush|shush|sh+|shut up|shut it|zip it"
    r"|never ?mind(?: (?:it|that|about (?:it|that)))?|forget (?:about )?(?:it|that|this)"
    r"|(?:leave|drop) (?:it|that)|that is enough|that is all|that will (?:do|be all)"
    r"|(?:stop|quit) it|go away|nothing|do not bother|not you|i (?:was|am) not talking to you"
)
_LONGEST = 100
"""Characters of the end of a request in which its last sentence is looked for."""
_WHOLE = re.compile(rf"(?:no |oh )*(?:{_STOP})(?: (?:(?:just|please|now|no|oh) )*(?:{_STOP}))*")


_SENTENCE_END = re.compile(r"[.!?]\s+")


class Stop:
    """Answers with nothing at all: an empty reply ends the turn at once and is not remembered.

    "Tell me a story. Stop." is withdrawn as well: whoever says so just after a request is taken to
    go on with it, so both arrive as one.
    """

    def answer(self, text: str, now: datetime) -> Reply | None:
        last = _SENTENCE_END.split(text.strip()[-_LONGEST:])[-1]
        return Reply("") if _silence(text) or _silence(last) else None


def _silence(text: str) -> bool:
    return _WHOLE.fullmatch(re.sub(r" (?:now|already)$", "", normal(text))) is not None
