"""The assistant's side of a turn: what is held back, what is to be heard, what was heard. Pure."""

from dataclasses import dataclass, field

from assistant.events import Effect, Perform, Play

_CLOSERS = "\"'”’»)]"


@dataclass(slots=True)
class Sentence:
    """One that was not yet heard to its end."""

    text: str
    seconds: float = 0.0
    """Of its audio, as far as it was ordered to be played."""
    whole: bool = False
    """All of its audio was ordered."""


@dataclass(slots=True)
class Reply:
    """Grows as its results come in, shrinks as they are heard."""

    held: list[Effect] = field(default_factory=list)
    """Effects that wait for the turn to be committed."""
    pending: list[Sentence] = field(default_factory=list)
    """Sentences not yet heard to their end, in the order in which they will be."""
    heard: list[str] = field(default_factory=list)
    performed: list[Perform] = field(default_factory=list)
    performing: bool = False
    """An action was ordered and is not done yet: what is said about it waits."""
    complete: bool = False
    """No more sentences will come."""
    _sounding: bool = False
    """The loudspeaker has begun with the reply."""
    _since_s: float | None = None
    """Clock time at which the first pending sentence began to sound."""

    def ordered(self, play: Play, now: float) -> None:
        """This much more of a sentence was given to the player."""
        sentence = next(each for each in self.pending if each.text == play.text and not each.whole)
        sentence.seconds += play.audio.seconds
        sentence.whole = play.last
        if self._sounding and self._since_s is None:
            self._since_s = now

    def began(self, now: float) -> None:
        """Its first sample was handed to the loudspeaker."""
        self._sounding, self._since_s = True, now

    def played(self, text: str, now: float) -> None:
        """The sentence was heard to its end; the next one follows at once, if it is there."""
        sentence = self.pending.pop(0)
        assert sentence.text == text, "sentences are heard in the order in which they were ordered"
        self.heard.append(text)
        self._since_s = now if self.pending and self.pending[0].seconds else None

    def heard_by(self, now: float) -> str:
        """What was heard up to this clock time. Of the present sentence an estimate: the share of
        its letters that its time allows, rounded down to whole words, as if all were spoken at
        one pace; nothing of it while the length of its audio is unknown."""
        return " ".join([*self.heard, *self._begun(now)])

    def _begun(self, now: float) -> list[str]:
        if self._since_s is None or not self.pending or not self.pending[0].whole:
            return []
        text, seconds = self.pending[0].text, self.pending[0].seconds
        share = min(1.0, (now - self._since_s) / seconds) if seconds else 0.0
        letters = int(share * len(text))
        at_an_end = letters == len(text) or " " in text[max(0, letters - 1) : letters + 1]
        words = text[:letters].split()
        return words if at_an_end else words[:-1]

    @property
    def asks(self) -> bool:
        """The last sentence that was heard, or is being heard, is a question."""
        texts = [*self.heard, *(each.text for each in self.pending[:1])]
        return bool(texts) and texts[-1].rstrip(_CLOSERS).endswith(("?", "？", "؟"))
