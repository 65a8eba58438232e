"""What the workers do: each job takes an order, calls one engine, yields its results."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from assistant.actions import Action
from assistant.audio.quiet import led_in, without_lead
from assistant.audio.ring import Ring
from assistant.audio.types import AudioChunk, AudioSink, Cancelled
from assistant.errors import AssistantError, StageError
from assistant.events import (
    Attempt,
    Chime,
    Chimed,
    JudgeTurn,
    Perform,
    Performed,
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
from assistant.stt import Transcriber
from assistant.tts import Synthesizer
from assistant.turn import TurnDetector


class Later:
    """A job whose engine may still be loading: its first order waits for that."""

    def __init__(self, stage: str, make: Callable[[], Callable[..., Iterable[Result]]]) -> None:
        """`make` returns the job, or raises AssistantError if it can never be done."""
        self._stage = stage
        self._make = make
        self._job: Callable[..., Iterable[Result]] | None = None

    def __call__(self, order: Any, cancelled: Cancelled) -> Iterable[Result]:
        if self._job is None:
            try:
                self._job = self._make()
            except AssistantError as error:
                raise StageError(self._stage, "loading", str(error)) from error
        return self._job(order, cancelled)


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
        # Its rules take a while to import; what is due rings without them.
        from assistant.spoken import speakable

        self._speakable = speakable
        self._synthesizer = synthesizer
        self._language = language
        self._attempt = Attempt(-1)

    def __call__(self, order: Synthesize, cancelled: Cancelled) -> Iterator[Result]:
        """Between sentences a voice's silence is a pause; before the first it is a delay."""
        rate, begins = 16_000, order.attempt != self._attempt
        self._attempt = order.attempt
        spoken = self._speakable(order.text, self._language)
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
    """Carries out what a skill proposed, and tells when it is done."""

    def __init__(self, perform: Callable[[tuple[Action, ...]], None]) -> None:
        """`perform` returns when all of it is done and stored, or raises StageError."""
        self._perform = perform

    def __call__(self, order: Perform, cancelled: Cancelled) -> Iterator[Result]:
        self._perform(order.actions)
        yield Performed(order.attempt)
