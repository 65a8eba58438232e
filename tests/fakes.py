"""Fakes are functions of the audio: what they hear is in the samples, not in a script beside them.

Silence is zeros. A voice is anything loud. The wake word is a tone of WAKE_HZ; each word of
VOCABULARY is a tone of its own; a cough is loud but has no tone. All tones fall on bins of a
256-sample Fourier transform, so half a frame is enough to recognise one.
"""

import numpy as np

from assistant.actions import CreateList, Dismiss
from assistant.alerts import Alert
from assistant.audio.types import RATE, Frame, Pcm
from assistant.events import (
    ALERT,
    ActionProposed,
    AlertRang,
    Attempt,
    ReplyComplete,
    RequestUnderstood,
    Result,
    SentenceReady,
    Span,
    Topic,
    WordingJudged,
)
from assistant.wake import Detection

HOP = 256
"""Samples per look: 16 ms."""
WINDOW = np.hanning(HOP)
BIN_HZ = RATE / HOP
WAKE_HZ = 8 * BIN_HZ
VOCABULARY = (
    "light on off in the kitchen what time is it set a timer for ten minutes and stop thanks "
    "please two plus three do nothing yeah story"
).split()
WORD_HZ = {word: (12 + 2 * i) * BIN_HZ for i, word in enumerate(VOCABULARY)}
LOUD = 8_000
WAKE_AFTER_S = 0.45
"""Seconds of the wake tone after which the fake detector is sure: before the tone is over."""


def tone(hertz: float, seconds: float) -> Pcm:
    t = np.arange(round(seconds * RATE)) / RATE
    return (LOUD * np.sin(2 * np.pi * hertz * t)).astype(np.int16)


def noise(seconds: float) -> Pcm:
    """The same cough every time."""
    random = np.random.default_rng(1)
    return (random.uniform(-1, 1, round(seconds * RATE)) * LOUD).astype(np.int16)


def speech(text: str, seconds: float) -> Pcm:
    words = text.split()
    each = seconds / len(words)
    parts = [tone(WORD_HZ[word], each) for word in words]
    return np.concatenate(parts)


def pitch(pcm: Pcm) -> float | None:
    """Hertz of the one tone in these 256 samples; None for silence and for noise."""
    if len(pcm) < HOP or np.abs(pcm).mean() < LOUD / 20:
        return None
    spectrum = np.abs(np.fft.rfft(pcm[:HOP].astype(np.float64) * WINDOW)) ** 2
    peak = int(spectrum.argmax())
    around = spectrum[max(0, peak - 1) : peak + 2].sum()
    return float(peak * BIN_HZ) if around > 0.8 * spectrum.sum() else None


class FakeVoiceDetector:
    """Looks at the level."""

    def push(self, frame: Frame) -> float:
        return 0.95 if np.abs(frame.pcm.astype(np.int32)).mean() > LOUD / 10 else 0.02

    def reset(self) -> None:
        """It remembers nothing."""


class FakeWakeDetector:
    """Looks for the wake tone."""

    def __init__(self) -> None:
        self._heard = 0
        self._next = 0

    def push(self, frame: Frame) -> Detection | None:
        gap, self._next = frame.start != self._next, frame.end
        if gap:
            self._heard = 0
        if pitch(frame.pcm[:HOP]) != WAKE_HZ:
            self._heard = 0
            return None
        before, self._heard = self._heard, self._heard + len(frame.pcm)
        due = WAKE_AFTER_S * RATE
        return Detection("hey_fake", 0.9, frame.end) if before < due <= self._heard else None

    def reset(self) -> None:
        self._heard = 0


def fake_transcript(pcm: Pcm, span: Span) -> str:
    """The words whose tones last at least 48 ms inside the span."""
    names = {hertz: word for word, hertz in WORD_HZ.items()}
    heard: list[str] = []
    last, run = None, 0
    for start in range(span.start, span.end - HOP + 1, HOP):
        hertz = pitch(pcm[start : start + HOP])
        word = names.get(hertz) if hertz is not None else None
        run = run + 1 if word == last else 1
        last = word
        if word is not None and run == 3:
            heard.append(word)
    return " ".join(heard)


def fake_turn_probability(pcm: Pcm, span: Span) -> float:
    """Nobody stops after such a word."""
    return 0.1 if fake_transcript(pcm, span).endswith((" and", " a", " the", " for")) else 0.97


def fake_reply(attempt: Attempt, text: str, topic: Topic | None = None) -> list[Result]:
    """ "Stop" is obeyed in silence, sums are understood, "do" acts, a timer is asked about, a story
    is long, the rest is repeated in two sentences. While something rings, only "stop" counts."""
    if topic is not None and topic.awaits == ALERT:
        silenced = ActionProposed(attempt, (Dismiss((1, 2)),))
        dismissed: list[Result] = [RequestUnderstood(attempt), silenced] if text == "stop" else []
        return [*dismissed, ReplyComplete(attempt)]
    if text == "stop":
        known: list[Result] = [RequestUnderstood(attempt)]
    elif text == "set a timer":
        known = [SentenceReady(attempt, "A timer."), SentenceReady(attempt, "For how long?")]
    elif "story" in text:
        chapters = ("Once there was a light.", "It went on and on and on.", "Then off.", "The end.")
        known = [SentenceReady(attempt, chapter) for chapter in chapters]
    elif "plus" in text:
        known = [RequestUnderstood(attempt), SentenceReady(attempt, "Five.")]
    elif text.startswith("do"):
        action = ActionProposed(attempt, (CreateList("fake"),))
        known = [action, SentenceReady(attempt, "Done.")]
    else:
        known = [SentenceReady(attempt, f"You said {text}."), SentenceReady(attempt, "All right.")]
    judged: list[Result] = [WordingJudged(attempt, fake_wording(text))]
    if isinstance(known[0], RequestUnderstood):
        judged = []
    return [*judged, *known, ReplyComplete(attempt)]


def rings(name: str, id: int = 1) -> AlertRang:
    """A timer of this name is due."""
    return AlertRang(Alert("timer", name, due_s=0.0, id=id))


def fake_wording(text: str) -> float:
    """Nothing ends with a small word."""
    return 0.0 if text.split()[-1:] in (["the"], ["a"], ["to"], []) else 0.5
