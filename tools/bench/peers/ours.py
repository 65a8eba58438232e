"""The assistant: its own threads hear the recording in real time and answer it."""

from assistant.app import Assistant, Engines
from assistant.audio.types import RATE
from assistant.audio.virtual import VirtualLoudspeaker, VirtualMicrophone
from assistant.clock import WallClock
from assistant.config import Settings
from assistant.events import (
    ButtonPressed,
    Message,
    PlaybackStarted,
    RequestUnderstood,
    Respond,
)
from assistant.metrics import TurnMeter, TurnTrace
from assistant.transitions import State
from tools.bench.peers.answer import Answer, quiet_s
from tools.bench.peers.request import Request


class Understanding:
    """Observer: whether a skill understood what was answered."""

    def __init__(self) -> None:
        self.by_skill = False
        self._sounds = False

    def __call__(self, now: float, message: Message) -> None:
        match message:
            case PlaybackStarted():
                self._sounds = True
            case Respond() if not self._sounds:
                self.by_skill = False
            case RequestUnderstood() if not self._sounds:
                self.by_skill = True


class Ours:
    name = "ours"

    def __init__(self, settings: Settings, parts: Engines) -> None:
        self._settings = settings
        self._parts = parts

    def answer(self, request: Request) -> Answer:
        """As `assistant turn --no-wake --realtime` does."""
        clock, meter, understanding = WallClock(), TurnMeter(), Understanding()
        rate = self._parts.tts.rate
        speaker = VirtualLoudspeaker(clock, rate)
        settings = self._patient(request)
        assistant = Assistant(settings, self._parts, clock, speaker, [meter, understanding])
        conversation = assistant.conversation
        microphone = VirtualMicrophone(request.pcm, clock, lambda: conversation.state is State.IDLE)
        assistant.listen_to(microphone)
        assistant.run([ButtonPressed("talk", at=0)])

        answered = [trace for trace in meter.traces if "PlaybackStarted" in trace.stamps]
        trace = (answered or meter.traces or [TurnTrace()])[0]
        played_at, pcm = speaker.track(trace.speech)
        quiet = quiet_s(pcm, rate)
        response_s = None
        if quiet is not None:
            response_s = played_at + quiet - microphone.began_s - request.speech_end_s
        committed_at = trace.stamps.get("committed", float("inf")) - microphone.began_s
        return Answer(
            trace.transcript,
            " ".join(trace.sentences),
            response_s,
            cut=request.cut_at(committed_at),
            by="skill" if understanding.by_skill else "llm",
        )

    def _patient(self, request: Request) -> Settings:
        """The button stays pressed for as long as the recording lasts."""
        policy = self._settings.conversation
        patient = {"no_speech_s": policy.no_speech_s + len(request.pcm) / RATE}
        return self._settings.model_copy(update={"conversation": policy.model_copy(update=patient)})
