"""The assistant: its own threads hear the recording in real time and answer it."""

from assistant.clock import WallClock
from assistant.config import Settings
from assistant.parts import Engines
from assistant.take import take_turn
from tools.bench.peers.answer import Answer
from tools.bench.peers.request import Request


class Ours:
    name = "ours"

    def __init__(self, settings: Settings, parts: Engines) -> None:
        self._settings = settings
        self._parts = parts

    def answer(self, request: Request) -> Answer:
        """As `assistant turn --no-wake --realtime` does."""
        clock = WallClock()
        outcome = take_turn(self._settings, self._parts, request.pcm, clock=clock, wake_word=False)
        heard_s, trace = outcome.first_audio_s, outcome.trace
        return Answer(
            trace.transcript,
            " ".join(trace.sentences),
            None if heard_s is None else heard_s - request.speech_end_s,
            cut=request.cut_at(outcome.moments_s().get("committed", float("inf"))),
            by="skill" if outcome.understood else "llm",
        )
