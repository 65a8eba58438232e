"""Which of several things is meant by a name somebody said: "pasta", "the eggs", "chikken"."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from assistant.alerts import Alert

_ALIKE = 0.8
"""Letters in common, of 1, from which a name passes for a misheard other."""
_EMPTY_WORDS = frozenset("a an the my our your his her their to of for about that timer".split())


def named(words: str, alerts: Sequence[Alert], sure: bool = False) -> tuple[Alert, ...]:
    """Those that are called so: by the same words; else by some of them; else, unless it has to be
    `sure`, by words that are spelled alike."""
    said = _words(words)
    if not said:
        return ()
    names = [(alert, _words(alert.name)) for alert in alerts]
    if same := tuple(alert for alert, name in names if name == said):
        return same
    if part := tuple(a for a, name in names if name and (said <= name or name <= said)):
        return part
    alike = [(_likeness(said, name), alert) for alert, name in names if name and not sure]
    best = max((likeness for likeness, _ in alike), default=0.0)
    return tuple(alert for likeness, alert in alike if likeness == best >= _ALIKE)


def _words(name: str) -> frozenset[str]:
    """Without case, plural, and words that tell nothing: "The Eggs" -> "egg"."""
    return frozenset(_singular(word) for word in name.lower().split() if word not in _EMPTY_WORDS)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("oes", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _likeness(said: frozenset[str], name: frozenset[str]) -> float:
    return SequenceMatcher(None, " ".join(sorted(said)), " ".join(sorted(name))).ratio()
