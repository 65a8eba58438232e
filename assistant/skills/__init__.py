"""Skills: deterministic answers to requests that need no language model; one file each.

To add one: a file with a class that has `answer` (see `skill.py`), its patterns over the normal
form that `request.py` makes, its spoken replies, tests of what it must and must not answer; then
its line below. A skill claims a request only when its patterns account for every word of it.
"""

from collections.abc import Iterable
from datetime import datetime

from assistant.skills.arithmetic import Arithmetic
from assistant.skills.clock import Clock
from assistant.skills.skill import Reply, Skill
from assistant.skills.stop import Stop

__all__ = ["SKILLS", "Reply", "Skill", "first_answer"]

SKILLS: dict[str, Skill] = {
    "stop": Stop(),
    "clock": Clock(),
    "arithmetic": Arithmetic(),
}
"""The built-in skills by name, in the order in which they are asked."""


def first_answer(skills: Iterable[Skill], text: str, now: datetime) -> Reply | None:
    """The reply of the first skill that understands the request; None leaves it to the LLM."""
    return next((reply for skill in skills if (reply := skill.answer(text, now))), None)
