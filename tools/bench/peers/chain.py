"""The chain that most tutorials build: silence, transcript, reply, speech, each when the one before
is complete."""

import time

from assistant.vad import VoiceDetector
from tools.bench.peers.answer import Answer, sounded
from tools.bench.peers.hearing import Hearing
from tools.bench.peers.request import Request
from tools.bench.peers.segmenter import FixedSilence
from tools.bench.peers.stages import Ears, Voice, Writer

SILENCE_S = 0.7


class Chain:
    def __init__(
        self, name: str, vad: VoiceDetector, ears: Ears, writer: Writer, voice: Voice
    ) -> None:
        self.name = name
        self._vad = vad
        self._ears = ears
        self._writer = writer
        self._voice = voice

    def answer(self, request: Request) -> Answer:
        hearing = Hearing(request, self._vad, FixedSilence(SILENCE_S))
        so_far = [heard.so_far for heard in hearing][-1]
        text = "" if hearing.ended_s is None else self._ears.transcribe(so_far)
        if not text:
            return Answer("", "", None)
        reply = self._writer.reply(text)
        pcm, rate = self._voice.speak(reply)
        audible = sounded(time.monotonic(), pcm, rate)
        return Answer(text, reply, hearing.response_s(audible), hearing.cut)
