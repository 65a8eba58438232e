"""Phrases that are spoken before they are needed: what is said when something went wrong must not
wait for what went wrong."""

import io
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from assistant.audio.types import AudioChunk, Cancelled
from assistant.tts import Synthesizer

Speech = Mapping[str, Sequence[AudioChunk]]
"""Texts as they are given to a synthesiser, and their audio."""


class Canned:
    """A synthesiser that knows some phrases by heart and leaves everything else to another."""

    def __init__(self, voice: Synthesizer, speech: Speech) -> None:
        self.rate = voice.rate
        self._voice = voice
        self._speech = speech

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        """As `voice` does; a known phrase at once, but in the same chunks."""
        if text not in self._speech:
            yield from self._voice.synthesize(text, cancelled)
            return
        for chunk in self._speech[text]:
            if cancelled():
                return
            yield chunk


def spoken(voice: Synthesizer, texts: Sequence[str]) -> Speech:
    """Let `voice` speak each of them."""
    return {text: tuple(voice.synthesize(text, lambda: False)) for text in texts}


def packed(speech: Speech, texts: Sequence[str]) -> bytes:
    """The audio of `texts`, for a file."""
    chunks = [(index, chunk) for index, text in enumerate(texts) for chunk in speech[text]]
    file = io.BytesIO()
    np.savez(
        file,
        pcm=np.concatenate([np.zeros(0, np.int16), *(chunk.pcm for _, chunk in chunks)]),
        # Of each chunk: which text it belongs to, its samples, its rate.
        table=np.array([(i, len(c.pcm), c.rate) for i, c in chunks], np.int64).reshape(-1, 3),
    )
    return file.getvalue()


def unpacked(content: bytes, texts: Sequence[str]) -> Speech:
    """What `packed` was given. `content` is trusted to come from there, with these texts."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        pcm, table = file["pcm"], file["table"]
    speech: dict[str, list[AudioChunk]] = {text: [] for text in texts}
    ends = np.cumsum(table[:, 1])
    for (index, length, rate), end in zip(table.tolist(), ends.tolist(), strict=True):
        speech[texts[index]].append(AudioChunk(pcm[end - length : end], rate))
    return speech
