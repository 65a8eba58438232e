"""Fakes of the engines that understand and speak: each is a function of what it is given."""

from collections.abc import Iterator, Sequence

from assistant.audio.types import AudioChunk, Cancelled, Pcm
from assistant.errors import StageError
from assistant.events import Span
from assistant.llm import Grammar, Message
from assistant.stt import Transcript
from tests.fakes import fake_transcript, fake_wording, speech, tone

CONTEXT_TOKENS = 1024


class FakeTranscriber:
    """Reads the words off the tones, as the simulation does."""

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        if cancelled():
            return Transcript("")
        return Transcript(fake_transcript(pcm, Span(0, len(pcm))))


class FakeLanguageModel:
    """Says the request back, one word a piece; a token is a word."""

    parameters = 135_000_000

    def prepare(self, system: str) -> None:
        """There is nothing to read ahead."""

    def stream(
        self, messages: Sequence[Message], cancelled: Cancelled, grammar: Grammar | None = None
    ) -> Iterator[str]:
        if sum(self.count_tokens(message.text) for message in messages) >= CONTEXT_TOKENS:
            raise StageError("llm", "context", "The conversation is too long.")
        for word in f"You said {messages[-1].text}".split():
            if cancelled():
                return
            yield f"{word} "

    def ends(self, messages: Sequence[Message], cancelled: Cancelled) -> float | None:
        return None if cancelled() else fake_wording(messages[-1].text.rstrip(" .?!"))

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def use_threads(self, generate: int, prompt: int) -> None:
        """It has none."""

    def close(self) -> None:
        """It holds nothing."""


class FakeSynthesizer:
    """A tone for each word, one chunk a sentence."""

    rate = 16_000

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        for sentence in text.split("."):
            words = [word for word in sentence.split() if any(map(str.isalnum, word))]
            if words and not cancelled():
                yield AudioChunk(tone(400, 0.2 * len(words)), self.rate)


def fake_request(text: str) -> Pcm:
    """Audio that `FakeTranscriber` understands."""
    return speech(text, 0.4 * len(text.split()))
