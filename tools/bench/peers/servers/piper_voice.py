"""Piper as it comes: `VOICE_FILE`. {"text"} -> {"pcm", "rate"}, when all of it is computed."""

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tools.bench.peers.lines import pack
from tools.bench.peers.serving import Answer, serve


def load() -> Answer:
    voice = import_module("piper").PiperVoice.load(sys.argv[1])

    def answer(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        spoken = list(voice.synthesize(request["text"]))
        pcm = b"".join(chunk.audio_int16_bytes for chunk in spoken)
        yield {"pcm": pack(pcm), "rate": voice.config.sample_rate}

    return answer


if __name__ == "__main__":
    serve(load)
