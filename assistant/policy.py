"""Every threshold of the conversation, in seconds, and the one function that ends a turn."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from assistant.endings import unfinished
from assistant.pauses import Learning
from assistant.settings import Section


class Policy(Section):
    """How the assistant takes turns."""

    min_request_s: float = Field(0.25, ge=0, le=2)
    """Less voice than this after the wake word is a click, not a request."""
    min_in_one_breath_s: float = Field(0.35, ge=0, le=2)
    """Less voice than this, running on from the wake word, is its tail."""
    preroll_s: float = Field(0.5, ge=0, le=2)
    """Audio kept before the first frame of voice, so that no first consonant is lost."""
    tail_s: float = Field(0.6, ge=0, le=2)
    """Less voice than this, running on from the wake word, may still be no more than its tail: the
    turn waits for a request as long as for somebody who hesitates."""
    breath_s: float = Field(1.5, ge=0, le=5)
    """Voice this soon after the wake word is transcribed from the wake word on, since its first
    sounds are the ones that a voice detector misses."""
    no_speech_s: float = Field(5.0, ge=1, le=60)
    """Silence after the wake word before giving up."""
    silence_s: float = Field(0.7, ge=0.1, le=5)
    """Silence that ends a turn which nothing shortens or prolongs."""
    complete_s: float = Field(0.25, ge=0.1, le=5)
    """Silence that ends a turn which a skill understood completely."""
    turn_end_s: float = Field(0.3, ge=0.1, le=5)
    """Silence that ends a turn which sounds finished, and reads so."""
    hesitation_s: float = Field(1.2, ge=0.1, le=10)
    """Silence that ends a turn which sounds, or reads, unfinished."""
    statement_s: float = Field(1.2, ge=0.1, le=10)
    """Silence that ends a turn which neither asks nor orders: "I have two eggs." """
    unfinished_s: float = Field(1.5, ge=0.1, le=10)
    """Silence that ends a turn whose words ask for more: "set a timer for"."""
    pauses: Learning = Field(default_factory=Learning)
    """How far these silences, all but that of `complete_s`, adapt to those who live here."""
    turn_threshold: float = Field(0.9, gt=0, le=1)
    """Probability from which the turn detector means finished."""
    hesitation_below: float = Field(0.8, ge=0, le=1)
    """Probability under which the turn detector means unfinished; in between it knows nothing."""
    wording_threshold: float = Field(0.05, gt=0, le=1)
    """Probability of a sentence's end, by the language model, from which the words mean finished:
    so little because it counts on longer requests than people make."""
    wording_hesitation_below: float = Field(0.02, ge=0, le=1)
    """Probability under which they mean unfinished."""
    reopen_s: float = Field(1.0, ge=0, le=5)
    """A voice this soon after the end of the turn means it was not the end."""
    max_revisions: int = Field(3, ge=0, le=20)
    """Early answers begun in one turn; after that, wait for its end."""
    longest_request_s: float = Field(15.0, ge=1, le=30)
    """Audio of one request that is transcribed at most."""
    follow_up: Literal["question", "always", "never"] = "question"
    """After which replies to listen without a wake word: those that end with a question, all of
    them, or none."""
    follow_up_s: float = Field(6.0, ge=1, le=60)
    """How long to listen then; nothing said ends it without a sound."""
    barge_in: Literal["wake", "voice"] = "voice"
    """What stops a reply: the wake word only, or any voice (needs echo cancellation)."""
    barge_in_s: float = Field(0.8, ge=0.1, le=5)
    """A voice over a reply that goes on for about this long wants the floor; a shorter one does if
    it says more than "mm-hm". A single word is over by then: see docs/log.md."""
    barge_in_words_s: float = Field(1.0, ge=0.1, le=10)
    """The words of a shorter one must be known within this time, or the reply goes on aloud."""
    thinking_s: float = Field(2.0, ge=0, le=60)
    """With nothing to say for this long, a soft sound tells that the answer is on its way, and
    again every three seconds; 0 turns it off."""
    patience_s: float = Field(20.0, ge=1, le=600)
    """Without any sign of progress for this long, give the turn up with an error chime."""
    alert_gap_s: float = Field(3.0, ge=1, le=30)
    """Between two rounds of what rings; then whoever is there may answer it without a wake word."""
    topic_s: float = Field(60.0, ge=0, le=600)
    """For how long after a reply a request may refer to it: "make that twelve minutes"."""
    remember: int = Field(50, ge=0, le=1000)
    """Exchanges kept at most as the conversation's memory; the prompt takes those that fit."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known, during a pause, about whether the turn is over."""

    text: str | None = None
    """What was said so far; None while unknown."""
    understood: bool = False
    """A skill parsed all of it."""
    asks: bool = True
    """It may be a question, an order or the answer to a question."""
    turn_probability: float | None = None
    """The turn detector's opinion, by ear; None while unknown."""
    wording_probability: float | None = None
    """The language model's, by the words; None while unknown."""
    perhaps_tail: bool = False
    """So little was said right after the wake word that it may be the end of that."""


def stop_after(evidence: Evidence, policy: Policy, pace: float = 1.0) -> float:
    """Seconds of silence after which the turn is over, on what is known now. `pace`: how much
    longer than usual the speakers' pauses are."""
    if evidence.text is not None and unfinished(evidence.text):
        return pace * policy.unfinished_s
    if evidence.understood:
        return policy.complete_s
    if evidence.perhaps_tail:
        return pace * policy.hesitation_s
    if evidence.asks:
        return pace * _by_opinion(evidence, policy)
    return pace * max(policy.statement_s, _by_opinion(evidence, policy))


def _by_opinion(evidence: Evidence, policy: Policy) -> float:
    ear, words = evidence.turn_probability, evidence.wording_probability
    if ear is not None and ear < policy.hesitation_below:
        return policy.hesitation_s
    if words is not None and words < policy.wording_hesitation_below:
        return policy.hesitation_s
    # Nothing is answered before the words are judged, so nothing is lost by waiting for that.
    if ear is None or ear < policy.turn_threshold:
        return policy.silence_s
    if words is None or words < policy.wording_threshold:
        return policy.silence_s
    return policy.turn_end_s
