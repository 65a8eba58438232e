"""Home Assistant's voice pipeline: its segmenter's rules, and its real servers for speech.

Audio goes to wyoming-faster-whisper while it is spoken; the conversation agent's reply is complete
before wyoming-piper gets it; the first chunk of audio that comes back is played at once.
"""

import time

import numpy as np

from assistant.audio.types import RATE
from assistant.vad import VoiceDetector
from tools.bench.peers.answer import Answer, sounded
from tools.bench.peers.failure import PeerError
from tools.bench.peers.hearing import Hearing
from tools.bench.peers.request import Request
from tools.bench.peers.segmenter import HomeAssistant
from tools.bench.peers.stages import Writer
from tools.bench.peers.wyoming import Connection, Event

_FORMAT = {"rate": RATE, "width": 2, "channels": 1}


class HomeAssistantPipeline:
    def __init__(
        self, name: str, vad: VoiceDetector, ears_port: int, writer: Writer, voice_port: int
    ) -> None:
        self.name = name
        self._vad = vad
        self._ears_port = ears_port
        self._writer = writer
        self._voice_port = voice_port

    def answer(self, request: Request) -> Answer:
        hearing = Hearing(request, self._vad, HomeAssistant())
        text = self._transcript(hearing)
        if hearing.ended_s is None or not text:
            return Answer("", "", None)
        reply = self._writer.reply(text)
        audible = self._speak(reply)
        return Answer(text, reply, hearing.response_s(audible), hearing.cut)

    def _transcript(self, hearing: Hearing) -> str:
        with Connection(self._ears_port) as ears:
            ears.send(Event("transcribe", {"language": "en"}))
            ears.send(Event("audio-start", _FORMAT))
            for heard in hearing:
                ears.send(Event("audio-chunk", _FORMAT, heard.frame.tobytes()))
            ears.send(Event("audio-stop"))
            for event in ears.events():
                if event.type == "transcript":
                    return str(event.data["text"]).strip()
        raise PeerError("wyoming-faster-whisper gave no transcript; its log tells why.")

    def _speak(self, reply: str) -> float | None:
        """The moment at which the reply can be heard."""
        first_at, chunks, rate = None, list[bytes](), RATE
        with Connection(self._voice_port) as voice:
            voice.send(Event("synthesize", {"text": reply}))
            for event in voice.events():
                if event.type == "audio-chunk":
                    first_at = time.monotonic() if first_at is None else first_at
                    chunks.append(event.payload)
                    rate = int(event.data["rate"])
                elif event.type == "audio-stop":
                    break
        if first_at is None:
            return None
        return sounded(first_at, np.frombuffer(b"".join(chunks), np.int16), rate)
