"""The style of RealtimeSTT and RealtimeTTS: the transcript is begun in the first short silence and
kept if the silence lasts; the reply is spoken sentence by sentence while it is written.

Its silence of 0.6 s is RealtimeSTT's default. Its transcription in the first 0.2 s is an option
there that is off unless asked for, and it is asked for here. The sentences are cut by our own
splitter, which lets the first one end at a clause, as RealtimeTTS does.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from assistant.sentences import Sentences
from assistant.vad import VoiceDetector
from tools.bench.peers.answer import Answer, sounded
from tools.bench.peers.hearing import Hearing
from tools.bench.peers.request import Request
from tools.bench.peers.segmenter import FixedSilence, Step
from tools.bench.peers.stages import Ears, Voice, Writer

SILENCE_S, EARLY_S = 0.6, 0.2


class EarlyTranscription:
    def __init__(
        self, name: str, vad: VoiceDetector, ears: Ears, writer: Writer, voice: Voice
    ) -> None:
        self.name = name
        self._vad = vad
        self._ears = ears
        self._writer = writer
        self._voice = voice

    def answer(self, request: Request) -> Answer:
        hearing = Hearing(request, self._vad, FixedSilence(SILENCE_S, EARLY_S))
        text = self._transcript(hearing)
        if not text:
            return Answer("", "", None)
        reply, audible = self._speak(text)
        return Answer(text, reply, hearing.response_s(audible), hearing.cut)

    def _transcript(self, hearing: Hearing) -> str:
        early: Future[str] | None = None
        with ThreadPoolExecutor(1) as pool:
            for heard in hearing:
                if heard.step is Step.PAUSE:
                    early = pool.submit(self._ears.transcribe, heard.so_far)
                elif heard.step is Step.RESUME:
                    early = None  # what runs cannot be stopped, and nobody wants it
            if hearing.ended_s is None or early is None:
                return ""
            return early.result()

    def _speak(self, text: str) -> tuple[str, float | None]:
        """The reply, and the moment at which it can be heard. The model writes on meanwhile."""
        sentences, audible = Sentences(), None
        pieces: list[str] = []
        for piece in self._writer.pieces(text):
            pieces.append(piece)
            for sentence in sentences.push(piece):
                audible = self._sound(sentence) if audible is None else audible
        for sentence in sentences.finish():
            audible = self._sound(sentence) if audible is None else audible
        return "".join(pieces).strip(), audible

    def _sound(self, sentence: str) -> float | None:
        pcm, rate = self._voice.speak(sentence)
        return sounded(time.monotonic(), pcm, rate)
