"""What the workers do: each job takes an order, calls one engine, yields its results."""

from collections.abc import Callable, Iterator

import numpy as np

from assistant.audio.quiet import led_in, without_lead
from assistant.audio.ring import Ring
from assistant.audio.types import AudioChunk, AudioSink, Cancelled
from assistant.errors import StageError
from assistant.events import (
    Action,
    Attempt,
    Chime,
    Chimed,
    JudgeTurn,
    Perform,
    Play,
    PlaybackStarted,
    Played,
    Result,
    SpeechReady,
    Synthesize,
    Transcribe,
    Transcribed,
    TurnJudged,
)
from assistant.spoken import speakable
from assistant.stt import Transcriber
from assistant.tts import Synthesizer
from assistant.turn import TurnDetector


class Transcribing:
    def __init__(self, transcriber: Transcriber, ring: Ring) -> None:
        self._transcriber = transcriber
        self._ring = ring

    def __call__(self, order: Transcribe, cancelled: Cancelled) -> Iterator[Result]:
        pcm = led_in(self._ring.read(order.span))
        transcript = self._transcriber.transcribe(pcm, cancelled)
        yield Transcribed(order.attempt, transcript.text)


class Judging:
    """Asks the turn detector; without one there is no opinion."""

    def __init__(self, detector: TurnDetector | None, ring: Ring) -> None:
        self._detector = detector
        self._ring = ring

    def __call__(self, order: JudgeTurn, cancelled: Cancelled) -> Iterator[Result]:
        if self._detector is not None:
            probability = self._detector.probability(self._ring.read(order.span))
            yield TurnJudged(order.attempt, probability)


class Synthesizing:
    def __init__(self, synthesizer: Synthesizer, language: str) -> None:
        self._synthesizer = synthesizer
        self._language = language
        self._attempt = Attempt(-1)

    def __call__(self, order: Synthesize, cancelled: Cancelled) -> Iterator[Result]:
        """Between sentences a voice's silence is a pause; before the first it is a delay."""
        rate, begins = 16_000, order.attempt != self._attempt
        self._attempt = order.attempt
        spoken = speakable(order.text, self._language)
        for audio in self._synthesizer.synthesize(spoken, cancelled):
            rate = audio.rate
            if begins:
                audio, begins = AudioChunk(without_lead(audio.pcm, rate), rate), False
            yield SpeechReady(order.attempt, order.text, audio, last=False)
        # A mark of its own: to know a chunk for the last one would mean to wait for the next.
        end = AudioChunk(np.zeros(0, np.int16), rate)
        yield SpeechReady(order.attempt, order.text, end, last=True)


class Playing:
    """Owns the loudspeaker."""

    def __init__(self, sink: AudioSink, chime: Callable[[str], AudioChunk]) -> None:
        self._sink = sink
        self._chime = chime
        self._attempt = Attempt(-1)

    def play(self, order: Play, cancelled: Cancelled) -> Iterator[Result]:
        if order.attempt != self._attempt:
            self._attempt = order.attempt
            yield PlaybackStarted(order.attempt)
        if self._sink.write(order.audio, cancelled) and order.last:
            yield Played(order.attempt, order.text)

    def chime(self, order: Chime, cancelled: Cancelled) -> Iterator[Result | Chimed]:
        if self._sink.write(self._chime(order.name), cancelled):
            yield Chimed(order.name)


class Performing:
    """Carries out what a skill proposed, through a fixed list of allowed actions."""

    def __init__(self, allowed: dict[str, Callable[[Action], None]]) -> None:
        self._allowed = allowed

    def __call__(self, order: Perform, cancelled: Cancelled) -> Iterator[Result]:
        if order.action.name not in self._allowed:
            raise StageError("skill", "unknown", f"No skill performs {order.action.name!r}.")
        self._allowed[order.action.name](order.action)
        yield from ()
