"""The engines of a conversation, each of which may still be loading.

They come one after the other, what is needed first first: ears, speech to text, the voice; the
language model last. Whoever needs one waits for that one alone.
"""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, fields

from assistant.llm import LanguageModel
from assistant.stt import Glimpser, Transcriber
from assistant.tts import Synthesizer
from assistant.turn import TurnDetector
from assistant.vad import VoiceDetector
from assistant.wake import WakeDetector


@dataclass(frozen=True, slots=True)
class Engines:
    """One engine for each role; they are loaded once and serve one conversation at a time."""

    wake: WakeDetector
    vad: VoiceDetector
    turn: TurnDetector | None
    """None: the end of a turn is a fixed silence."""
    stt: Transcriber
    llm: LanguageModel
    tts: Synthesizer
    glimpser: Glimpser | None = None
    """None: what somebody says is not shown before it is over."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The same, each as a promise. One that cannot be kept holds an AssistantError."""

    wake: Future[WakeDetector] = field(default_factory=Future)
    vad: Future[VoiceDetector] = field(default_factory=Future)
    turn: Future[TurnDetector | None] = field(default_factory=Future)
    stt: Future[Transcriber] = field(default_factory=Future)
    llm: Future[LanguageModel] = field(default_factory=Future)
    tts: Future[Synthesizer] = field(default_factory=Future)
    glimpser: Future[Glimpser | None] = field(default_factory=Future)

    @classmethod
    def kept(cls, engines: Engines) -> "Parts":
        """Promises of engines that are there."""
        parts = cls()
        parts.keep(engines)
        return parts

    def keep(self, engines: Engines) -> None:
        """All at once."""
        for name, promise in self.items():
            promise.set_result(getattr(engines, name))

    def items(self) -> "Iterator[tuple[str, Future[object]]]":
        """By role."""
        for each in fields(self):
            yield each.name, getattr(self, each.name)

    @property
    def loading(self) -> list[str]:
        """Roles whose engines are not there yet."""
        return [name for name, promise in self.items() if not promise.done()]
