"""What rings, until it is dismissed; what was missed, until it was said. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.actions import Action, Dismiss, RemoveAlerts, ReplaceAlert
from assistant.announcement import missed_text, ringing_text
from assistant.events import AlertMissed, AlertRang

SPOKEN_EVERY = 4
"""Rounds: the name is said in the first one, and in each of these; between them it only rings."""
RETRY_S = 20.0
"""What was missed is said again after so long, if it could not be said."""


@dataclass(slots=True)
class Ringing:
    """Nothing is lost: an alert is kept until it is over, one that was missed until it was said."""

    alerts: dict[int, AlertRang] = field(default_factory=dict)
    missed: list[AlertMissed] = field(default_factory=list)
    _rounds: int = 0
    _telling: int = 0
    """Of those that were missed, how many this round tells."""
    retry_s: float = 0.0
    """Clock time before which nothing that was missed is told."""

    def pending(self, now: float) -> bool:
        """Something waits to be heard."""
        return bool(self.alerts) or (bool(self.missed) and now >= self.retry_s)

    def rang(self, event: AlertRang) -> None:
        """One more rings: its name is said next."""
        self.alerts[event.alert.id] = event
        self._rounds = 0

    def over(self, id: int) -> None:
        """Dismissed, or it rang long enough."""
        self.alerts.pop(id, None)

    def silenced(self, actions: Sequence[Action]) -> None:
        """These were carried out: what they stopped rings no more."""
        for action in actions:
            match action:
                case Dismiss(ids) | RemoveAlerts(ids):
                    for id in ids:
                        self.over(id)
                case ReplaceAlert(old, new) if new.ringing_since_s is None:
                    self.over(old.id)

    def next_round(self, now: float) -> str:
        """What is said in the round that begins now; empty: it only rings."""
        spoken = self._rounds % SPOKEN_EVERY == 0
        self._rounds += 1
        self._telling = len(self.missed) if now >= self.retry_s else 0
        texts = [ringing_text(each) for each in self.alerts.values()] if spoken else []
        return " ".join([*texts, *map(missed_text, self.missed[: self._telling])])

    def said(self) -> None:
        """The round was heard to its end, or whoever heard it wants no more."""
        del self.missed[: self._telling]
        self._telling = 0

    def unsaid(self, now: float) -> None:
        """It could not be said: it is tried again."""
        self._telling, self.retry_s = 0, now + RETRY_S
