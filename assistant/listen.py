"""Listening: frames go in, facts come out. Pure: time here is the sample counter.

Receives every frame of the microphone, in order. Emits WakeDetected, WakeMissed and the
endpointer's four facts:

        VoiceStarted ── VoicePaused ─┬─ VoiceResumed ── VoicePaused …
                                     └─ VoiceStopped
"""

from collections.abc import Iterable

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
from assistant.gate import Backlog, Gate, LevelGate
from assistant.hush import Hush
from assistant.settings import Section
from assistant.vad import VoiceDetector
from assistant.wake import Detection, NearMiss, WakeDetector

_NEEDED = 70
"""Frames (2.2 s) that a detector must have heard: openWakeWord looks at 25 hops, 2 s, and may begin
with a part of one; Silero's state has settled after 1 s, and a wake word begins within another."""

_AT_ONCE = 16
"""Held frames that a detector hears in the time of one: it has caught up within 5 frames (0.16 s),
before a wake word can be over, and 16 take about 5 ms."""


class Endpointing(Section):
    """When frames of voice become an utterance. Seconds are seconds of audio."""

    start_s: float = Field(0.09, gt=0, le=1)
    """Voice this long is a voice, not a click."""
    resume_s: float = Field(0.06, gt=0, le=1)
    """Voice this long ends a pause."""
    pause_s: float = Field(0.12, gt=0, le=5)
    """Silence after which the utterance may be over: work on the answer begins."""
    stop_s: float = Field(1.6, gt=0, le=10)
    """Silence after which the utterance is over whatever else is known."""
    longest_s: float = Field(15.0, ge=1, le=60)
    """A voice that goes on for longer (a television) is cut here."""
    release: float = Field(0.15, ge=0, lt=1)
    """How far below the voice threshold a running voice may fall before it is silence."""
    fall_db: float = Field(30.0, ge=6, le=120)
    """What is so much softer than the last words is silence, whatever the voice detector says."""
    room_db: float = Field(5.0, ge=0, le=20)
    """So is what is hardly louder than the quietest moment of the last three seconds; 0 turns this
    off."""

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
        self._hush = Hush(policy.fall_db, policy.room_db)
        self._run_start: int | None = None
        """Where the present run of voice frames began."""
        self._voice_start: int | None = None
        """Where the present utterance began; None while there is none."""
        self._speech_end = 0
        """End of the last frame of voice."""
        self._paused_at: int | None = None

    def push(self, frame: Frame, probability: float) -> list[Fact]:
        """Facts that this frame establishes, in order; often none."""
        hushed = self._hush.push(frame, probability >= self._threshold)
        talking = self._voice_start is not None and self._paused_at is None
        threshold = self._threshold - (self._policy.release if talking else 0)
        if probability >= threshold and not (hushed and self._voice_start is not None):
            return self._voice(frame)
        self._run_start = None
        return self._silence(frame) if self._voice_start is not None else []

    @property
    def busy(self) -> bool:
        """Whether a voice runs, or may be beginning."""
        return self._voice_start is not None or self._run_start is not None

    def break_off(self, at: int) -> list[Fact]:
        """The audio ends here: so does a running voice."""
        self._run_start = None
        self._hush.reset()
        if self._voice_start is None:
            return []
        paused = [] if self._paused_at is not None else [VoicePaused(at, self._speech_end)]
        return [*paused, self._stop(at)]

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
    """Wake word and endpointing over the same stream of frames, when there is something to hear.

    While the gate is shut and no voice runs, frames are only held. When it opens the detectors hear
    them first, a few at a time, so the facts name the samples that they would have named anyway.
    Nor is a voice looked for while nobody has the floor, until a wake word is heard: in rooms where
    people talk that is half of the work.
    """

    def __init__(
        self,
        wake: WakeDetector,
        vad: VoiceDetector,
        endpointer: Endpointer,
        gate: Gate | None = None,
    ) -> None:
        """`gate`: when to listen closely; a `LevelGate` unless given."""
        self._wake = wake
        self._vad = vad
        self._endpointer = endpointer
        self._gate = gate or LevelGate()
        self._for_wake = Backlog(_NEEDED, _AT_ONCE)
        self._for_vad = Backlog(_NEEDED, _AT_ONCE)
        self._attending = True
        self._next: int | None = None
        """Where the next frame should begin."""

    def attend(self, on: bool) -> None:
        """From any thread: whether voices matter, or for now only a wake word does. A voice that
        runs is followed to its end; what a wake word follows, or is part of, is known with it."""
        self._attending = on

    def push(self, frame: Frame) -> list[Fact]:
        """Facts that are established now, the wake word first. After a gap in the stream (the
        microphone was away) nothing is heard together with what went before."""
        facts = self._break() if self._next not in (None, frame.start) else []
        self._next = frame.end
        self._for_wake.push(frame)
        self._for_vad.push(frame)
        if not self._gate.hears(frame) and not self._endpointer.busy:
            return facts
        for late in self._for_wake.take():
            match self._wake.push(late):
                case NearMiss(phrase, score, at):
                    facts.append(WakeMissed(phrase, score, at))
                case Detection(phrase, score, at):
                    facts += self._catch_up(late)
                    facts.append(WakeDetected(phrase, score, at))
        if self._attending or self._endpointer.busy:
            facts += self._voices(self._for_vad.take())
        return facts

    def _voices(self, frames: Iterable[Frame]) -> list[Fact]:
        return [
            fact for late in frames for fact in self._endpointer.push(late, self._vad.push(late))
        ]

    def _catch_up(self, frame: Frame) -> list[Fact]:
        """Who is called must know whether the caller speaks on: voices up to this frame, in the
        time of one (20 ms)."""
        if self._attending:
            return []
        self._attending = True
        return self._voices(self._for_vad.take_before(frame))

    def _break(self) -> list[Fact]:
        """The stream breaks off. The detectors notice by themselves."""
        assert self._next is not None
        self._gate.reset()
        self._for_wake.clear()
        self._for_vad.clear()
        return self._endpointer.break_off(self._next)
