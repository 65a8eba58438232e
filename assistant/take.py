"""A take: one turn over a recording, in real time or with the waiting left out.

The same listener, conversation and workers as on real devices; the microphone is the recording, the
loudspeaker a track that keeps what was heard, and when.
"""

from dataclasses import dataclass
from typing import Any

from assistant.app import Assistant
from assistant.audio.quiet import first_sound
from assistant.audio.types import RATE, Pcm
from assistant.audio.virtual import VirtualLoudspeaker, VirtualMicrophone
from assistant.clock import Clock
from assistant.config import Settings
from assistant.events import ButtonPressed
from assistant.household import Household
from assistant.metrics import TurnMeter, TurnTrace
from assistant.parts import Engines
from assistant.transitions import State

AUDIBLE_DB = -45.0
"""Of full scale: a louder sample counts as heard."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished turn; times are seconds of the recording."""

    trace: TurnTrace
    reply: Pcm
    rate: int
    first_audio_s: float | None
    began_s: float = 0.0
    """Clock time of the recording's first sample."""

    @property
    def understood(self) -> bool:
        """A skill answered, not the language model."""
        return "RequestUnderstood" in self.trace.stamps

    def moments_s(self) -> dict[str, float]:
        """When each step of the turn was reached, in seconds of the recording."""
        return {name: at - self.began_s for name, at in self.trace.stamps.items()}

    @property
    def speech_end_s(self) -> float | None:
        end = self.trace.speech_end
        return None if end is None else end / RATE

    @property
    def response_ms(self) -> int | None:
        """First audible sample of the reply minus last sample of the request's voice."""
        if self.first_audio_s is None or self.speech_end_s is None:
            return None
        return round(1000 * (self.first_audio_s - self.speech_end_s))

    def json(self) -> dict[str, Any]:
        wake = self.trace.wake
        return {
            "wake": wake
            and {
                "phrase": wake.phrase,
                "score": round(wake.score, 3),
                "at_s": round(wake.at / RATE, 3),
            },
            "transcript": self.trace.transcript,
            "reply": " ".join(self.trace.sentences),
            "actions": [type(action).__name__ for action in self.trace.actions],
            "speech_end_s": _rounded(self.speech_end_s),
            "first_audio_s": _rounded(self.first_audio_s),
            "response_ms": self.response_ms,
            "stages": self.trace.stages_ms(),
            "audio_s": round(len(self.reply) / self.rate, 3),
        }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def take_turn(
    settings: Settings,
    parts: Engines,
    pcm: Pcm,
    *,
    clock: Clock,
    wake_word: bool,
    household: Household | None = None,
) -> Outcome:
    """Run a conversation over the recording; the outcome is the first turn that was answered.
    `household`: what it may look at and change; None: one that is forgotten afterwards."""
    if not wake_word:  # the button stays pressed for as long as the recording lasts
        patient = {"no_speech_s": settings.conversation.no_speech_s + len(pcm) / RATE}
        policy = settings.conversation.model_copy(update=patient)
        settings = settings.model_copy(update={"conversation": policy})
    meter = TurnMeter()
    rate = parts.tts.rate
    speaker = VirtualLoudspeaker(clock, rate)
    assistant = Assistant(settings, parts, clock, speaker, [meter], household)
    conversation = assistant.conversation
    microphone = VirtualMicrophone(pcm, clock, lambda: conversation.state is State.IDLE)
    assistant.listen_to(microphone)
    assistant.run([] if wake_word else [ButtonPressed("talk", at=0)])

    answered = [trace for trace in meter.traces if "PlaybackStarted" in trace.stamps]
    trace = (answered or meter.traces or [TurnTrace(wake=meter.wake)])[0]
    began_s, reply = speaker.track(trace.speech)
    first = first_sound(reply, AUDIBLE_DB)
    if first is None:
        return Outcome(trace, reply, rate, None, microphone.began_s)
    first_s = began_s + first / rate - microphone.began_s
    return Outcome(trace, reply, rate, first_s, microphone.began_s)
