"""Requests taken back in the same breath: "Tell me a story. Stop."

Whoever says "stop" just after a request is taken to go on with it, so both arrive as one; then the
last sentence alone decides. Looked for in the text as it was recognised, because the normal form
has no sentences any more.
"""

import re
from datetime import datetime
from functools import cache

from assistant.skills.stop import Stop
from assistant.understand.matcher import Matcher
from assistant.understand.normal import normal

_SENTENCE_END = re.compile(r"[.!?]\s+")
_LONGEST = 100
"""Characters of the end of a request in which its last sentence is looked for."""


def withdrawn(text: str) -> str | None:
    """The last sentence of a request, if it takes back all that was said before it; None if it
    does not, or if nothing was: "Stop." alone is a request like any other."""
    first, *rest = _SENTENCE_END.split(text.strip()[-_LONGEST:])
    if not first or not rest:
        return None
    last = normal(rest[-1])
    if last.startswith(_DONE):
        return None
    return rest[-1] if _stops().candidates(last, _ANY_TIME) else None


_DONE = ("that", "nothing", "leave", "turn", "ok", "it is")
"""So begin what alone sends the assistant away, and behind a request only ends it."""
_ANY_TIME = datetime(2026, 1, 1)
"""No blank in these templates depends on it."""


@cache
def _stops() -> Matcher:
    return Matcher([("stop", (Stop,))], "en")
