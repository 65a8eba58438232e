"""Listening: frames go in, facts come out. Pure: time here is the sample counter.

Receives every frame of the microphone, in order. Emits WakeDetected, WakeMissed and the
endpointer's four facts:

        VoiceStarted ── VoicePaused ─┬─ VoiceResumed ── VoicePaused …
                                     └─ VoiceStopped
"""

from pydantic import Field, model_validator

from assistant.audio.types import RATE, Frame
from assistant.events import (
    Fact,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
    WakeDetected,
    WakeMissed,
)
from assistant.settings import Section
from assistant.vad import VoiceDetector
from assistant.wake import NearMiss, WakeDetector


class Endpointing(Section):
    """When frames of voice become an utterance. Seconds are seconds of audio."""

    start_s: float = Field(0.09, gt=0, le=1)
    """Voice this long is a voice, not a click."""
    resume_s: float = Field(0.06, gt=0, le=1)
    """Voice this long ends a pause."""
    pause_s: float = Field(0.16, gt=0, le=5)
    """Silence after which the utterance may be over: work on the answer begins."""
    stop_s: float = Field(1.6, gt=0, le=10)
    """Silence after which the utterance is over whatever else is known."""
    longest_s: float = Field(15.0, ge=1, le=60)
    """A voice that goes on for longer (a television) is cut here."""
    release: float = Field(0.15, ge=0, lt=1)
    """How far below the voice threshold a running voice may fall before it is silence."""

    @model_validator(mode="after")
    def _ordered(self) -> "Endpointing":
        if self.pause_s > self.stop_s:
            raise ValueError("pause_s must not be larger than stop_s")
        return self


class Endpointer:
    """Probabilities of voice -> where a voice starts, pauses, resumes and stops."""

    def __init__(self, policy: Endpointing, threshold: float) -> None:
        self._policy = policy
        self._threshold = threshold
        self._run_start: int | None = None
        """Where the present run of voice frames began."""
        self._voice_start: int | None = None
        """Where the present utterance began; None while there is none."""
        self._speech_end = 0
        """End of the last frame of voice."""
        self._paused_at: int | None = None

    def push(self, frame: Frame, probability: float) -> list[Fact]:
        """Facts that this frame establishes, in order; often none."""
        talking = self._voice_start is not None and self._paused_at is None
        threshold = self._threshold - (self._policy.release if talking else 0)
        if probability >= threshold:
            return self._voice(frame)
        self._run_start = None
        return self._silence(frame) if self._voice_start is not None else []

    def _voice(self, frame: Frame) -> list[Fact]:
        if self._run_start is None:
            self._run_start = frame.start
        run_s = (frame.end - self._run_start) / RATE
        if self._voice_start is None:
            if run_s < self._policy.start_s:
                return []
            self._voice_start, self._speech_end = self._run_start, frame.end
            return [VoiceStarted(self._run_start)]
        if self._paused_at is not None:
            # A click inside a pause is silence as far as the pause is concerned.
            if run_s < self._policy.resume_s:
                return self._silence(frame)
            self._paused_at, self._speech_end = None, frame.end
            return [VoiceResumed(self._run_start), *self._cut_if_endless(frame)]
        self._speech_end = frame.end
        return self._cut_if_endless(frame)

    def _silence(self, frame: Frame) -> list[Fact]:
        silence_s = (frame.end - self._speech_end) / RATE
        facts: list[Fact] = []
        if self._paused_at is None and silence_s >= self._policy.pause_s:
            self._paused_at = frame.end
            facts.append(VoicePaused(frame.end, self._speech_end))
        if self._paused_at is not None and silence_s >= self._policy.stop_s:
            facts.append(self._stop(frame.end))
        return facts

    def _cut_if_endless(self, frame: Frame) -> list[Fact]:
        assert self._voice_start is not None
        if frame.end - self._voice_start < self._policy.longest_s * RATE:
            return []
        return [VoicePaused(frame.end, self._speech_end), self._stop(frame.end)]

    def _stop(self, at: int) -> VoiceStopped:
        self._voice_start = self._paused_at = self._run_start = None
        return VoiceStopped(at, self._speech_end)


class Listener:
    """Wake word and endpointing over the same stream of frames."""

    def __init__(self, wake: WakeDetector, vad: VoiceDetector, endpointer: Endpointer) -> None:
        self._wake = wake
        self._vad = vad
        self._endpointer = endpointer

    def push(self, frame: Frame) -> list[Fact]:
        """Facts that this frame establishes, the wake word first."""
        heard = self._wake.push(frame)
        facts = self._endpointer.push(frame, self._vad.push(frame))
        if heard is None:
            return facts
        fact = WakeMissed if isinstance(heard, NearMiss) else WakeDetected
        return [fact(heard.phrase, heard.score, heard.at), *facts]
