"""The three stages that peers chain, whatever process they run in."""

from collections.abc import Iterator

import numpy as np

from assistant.audio.types import Pcm
from assistant.llm import LlmSettings
from tools.bench.peers.child import Child
from tools.bench.peers.lines import pack, unpack


class Ears:
    """Speech to text, a whole request at a time."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def transcribe(self, pcm: Pcm) -> str:
        """`pcm`: shape (n,), int16, 16 kHz."""
        return str(self._child.ask_one({"pcm": pack(pcm.tobytes())})["text"]).strip()


class Writer:
    """The language model; every request is the first of its conversation."""

    def __init__(self, child: Child, settings: LlmSettings) -> None:
        self._child = child
        self._settings = settings

    def reply(self, text: str) -> str:
        """When it is written to its end."""
        return "".join(self._ask(text, stream=False)).strip()

    def pieces(self, text: str) -> Iterator[str]:
        """As it is written."""
        return self._ask(text, stream=True)

    def _ask(self, text: str, stream: bool) -> Iterator[str]:
        roles = (("system", self._settings.system), ("user", text))
        request = {
            "messages": [{"role": role, "content": content} for role, content in roles],
            "max_tokens": self._settings.max_tokens,
            "stream": stream,
        }
        for message in self._child.ask(request):
            yield str(message["text"])


class Voice:
    """Text to speech, a whole text at a time."""

    def __init__(self, child: Child) -> None:
        self._child = child

    def speak(self, text: str) -> tuple[Pcm, int]:
        """Samples (shape (n,), int16) and their rate in Hz."""
        spoken = self._child.ask_one({"text": text})
        pcm: Pcm = np.frombuffer(unpack(spoken["pcm"]), np.int16)
        return pcm, int(spoken["rate"])
