"""The composition root: settings -> engines -> a conversation that runs. Knows every other file.

What only answers (`answering`, `spoken`) is imported where it is used, in the threads that load the
engines or work: `assistant run` rings what is due before it spends its first second on those.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Literal

from platformdirs import user_cache_path

from assistant import engines
from assistant.audio.earcons import earcon
from assistant.audio.ring import Ring
from assistant.audio.types import AudioChunk, AudioSink, AudioSource, Cancelled, Pcm
from assistant.audio.urgency import stand_back
from assistant.canned import Canned, packed, spoken, unpacked
from assistant.captions import Captions
from assistant.clock import Clock
from assistant.config import Settings
from assistant.conversation import Conversation
from assistant.ear import Ear
from assistant.errors import ConfigError
from assistant.events import (
    Armed,
    Chime,
    Entered,
    Event,
    JudgeTurn,
    Message,
    Perform,
    Play,
    Respond,
    Result,
    Synthesize,
    Transcribe,
)
from assistant.household import Household
from assistant.jobs import Judging, Later, Performing, Playing, Synthesizing, Transcribing
from assistant.listen import Endpointer, Listener
from assistant.llm import LanguageModel
from assistant.runtime import Observer, Runtime
from assistant.store import Book
from assistant.stt import Glimpser, Transcriber
from assistant.tts import Synthesizer
from assistant.turn import TurnDetector
from assistant.vad import VoiceDetector
from assistant.wake import WakeDetector
from assistant.worker import Worker
from models.kept import Kept
from models.storage import sha256
from models.store import Store

Role = Literal["wake", "vad", "turn", "stt", "llm", "tts"]
ROLES: tuple[Role, ...] = ("wake", "vad", "turn", "stt", "llm", "tts")


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


def load_engine(role: Role, settings: Settings, store: Store) -> Any:
    """One engine by its name in the configuration. ConfigError, ModelError."""
    section = getattr(settings, role)
    if role == "turn" and section.engine == "none":
        return None
    return engines.load(role, section, store.path)


def load_engines(settings: Settings, store: Store) -> Engines:
    """All of them, side by side. The first failure is raised: ConfigError or ModelError."""
    from assistant.answering import dialogue, talk

    with ThreadPoolExecutor(len(ROLES)) as pool:
        loading = {role: pool.submit(load_engine, role, settings, store) for role in ROLES}
        glimpsing = pool.submit(load_glimpser, settings, store)
        dialogue(settings)  # for whoever answers soon
        parts = {role: future.result() for role, future in loading.items()}
    talk(settings, parts["llm"])  # a mistake in the configuration is told now, not to a user
    voice = with_phrases(parts["tts"], settings, store)
    return Engines(**parts | {"tts": voice}, glimpser=glimpsing.result())


def load_all(settings: Settings, store: Store) -> Engines:
    """`load_engines`, with the sentences of the skills ready for the first request: for whoever
    asks at once, and waits anyway."""
    from assistant.answering import dialogue

    parts = load_engines(settings, store)
    dialogue(settings).warm()
    return parts


def promised(parts: "Engines | Future[Engines]") -> "Future[Engines]":
    """Engines that are there already, as if they had been waited for."""
    if isinstance(parts, Future):
        return parts
    promise: Future[Engines] = Future()
    promise.set_result(parts)
    return promise


class _LateGlimpser:
    """The one among the engines, once they are loaded."""

    def __init__(self, parts: "Future[Engines]") -> None:
        self._parts = parts

    def glimpse(self, pcm: Pcm, cancelled: Cancelled) -> str:
        glimpser = self._parts.result().glimpser
        assert glimpser is not None, "stt.partials_s"
        return glimpser.glimpse(pcm, cancelled)


def load_glimpser(settings: Settings, store: Store) -> Glimpser | None:
    """A recogniser of its own for partial transcripts: a pass that has begun holds its engine for
    most of its time, and the transcript that is answered must not wait for it. One thread: more
    would want cores at the same moment, and it is given only what others leave."""
    if not settings.stt.partials_s:
        return None
    engine = engines.load("stt", settings.stt.model_copy(update={"threads": 1}), store.path)
    if not isinstance(engine, Glimpser):
        name = settings.stt.engine
        raise ConfigError(f"stt.partials_s: the engine {name!r} gives no partial transcripts.")
    return engine


_SPEECH = 1
"""Another number, and phrases kept by an earlier version are spoken anew."""


def with_phrases(voice: Synthesizer, settings: Settings, store: Store) -> Canned:
    """`voice`, with `answering.PHRASES` from the cache folder; the first start speaks them and
    keeps them. ModelError."""
    from assistant.answering import PHRASES
    from assistant.spoken import speakable

    tts = settings.tts
    texts = [speakable(text, settings.stt.language) for text in PHRASES]
    about = (_SPEECH, tts.engine, sha256(store.path(tts.voice)), tts.speed, tts.gain_db, *texts)
    kept = Kept(user_cache_path("kitchen-assistant"), "speech", about)
    content = kept.load()
    if content is not None:
        return Canned(voice, unpacked(content, texts))
    speech = spoken(voice, texts)
    kept.save(packed(speech, texts))
    return Canned(voice, speech)


def listener(settings: Settings, wake: WakeDetector, vad: VoiceDetector) -> Listener:
    """A listener at the beginning of a stream."""
    wake.reset()
    vad.reset()
    return Listener(wake, vad, Endpointer(settings.endpointing, settings.vad.threshold))


def _give_memory_back(_: float, message: Message) -> None:
    """What the last sentence needed (130 MB for a long one) goes back when nobody waits."""
    if message == Entered("idle"):
        engines.trim()


EARCON_RATE = 22_050
"""Hertz of the short sounds until there is a voice, whose rate they take then."""


class Assistant:
    """A conversation with its workers, around one loudspeaker; it lasts for one `run`."""

    def __init__(
        self,
        settings: Settings,
        parts: "Engines | Future[Engines]",
        clock: Clock,
        sink: AudioSink,
        observers: Iterable[Observer] = (),
        household: Household | None = None,
    ) -> None:
        """`parts`: may still be loading; what rings, rings without them. `household`: what there
        is to look at and to change; None: one of its own, which is forgotten afterwards."""
        self.conversation = Conversation(settings.conversation, settings.stt.language)
        self.runtime = Runtime(self.conversation, clock, (*observers, _give_memory_back))
        self._settings = settings
        self._parts = promised(parts)
        self.ring = Ring()
        self._ear: Ear | None = None
        self._captions: Captions | None = None
        if settings.stt.partials_s:
            glimpser = _LateGlimpser(self._parts)
            self._captions = Captions(
                glimpser, self.ring, clock, settings.stt.partials_s, self.runtime.remark
            )
            self.runtime.observe(self._captions)
        household = household or Household(Book.forgetful())
        self.runtime.employ(self._workers(clock, sink, household), sink.duck)

    def listen_to(self, source: AudioSource) -> None:
        """Hear this source from the beginning of `run` on, which ends when the source does."""
        hearing = listener(self._settings, self._parts.result().wake, self._parts.result().vad)
        post, stop = self.runtime.post, self.runtime.stop
        self._ear = Ear(source, self.ring, hearing, post, stop)

    def hear(self, source: AudioSource) -> None:
        """`listen_to`, during `run` and from any thread; waits for the engines. Whatever kept them
        from being loaded is raised."""
        self.listen_to(source)
        assert self._ear is not None
        self._ear.attend(False)
        self._ear.start()
        self.runtime.remark(Armed)

    def warm(self) -> None:
        """Make the first request as quick as all others; takes a second or two of a core."""
        from assistant.answering import dialogue

        stand_back(19)
        dialogue(self._settings).warm()

    def run(self, opening: Sequence[Event] = ()) -> None:
        """Until the source ends or `runtime.stop` is called; `opening` is handled first."""
        for event in opening:
            self.runtime.post(event)
        ready = self._ear.start if self._ear is not None else lambda: None
        with self._captions or nullcontext():
            self.runtime.run(ready)
            if self._ear is not None:
                self._ear.join()

    def attend(self, on: bool) -> None:
        """From any thread: whether voices matter, or for now only a wake word does."""
        if self._ear is not None:
            self._ear.attend(on)

    def pace_ms(self) -> dict[str, float]:
        """Milliseconds that a frame took in the listening thread, from its arrival on."""
        return {} if self._ear is None else self._ear.pace.summary_ms()

    def _workers(self, clock: Clock, sink: AudioSink, household: Household) -> list[Worker]:
        settings, parts, post = self._settings, self._parts, self.runtime.post
        playing = Playing(sink, self._earcon)
        language = settings.stt.language
        hears = Later("stt", lambda: Transcribing(parts.result().stt, self.ring))
        judges = Later("turn", lambda: Judging(parts.result().turn, self.ring))
        speaks = Later("tts", lambda: Synthesizing(parts.result().tts, language))
        return [
            Worker("stt", {Transcribe: hears}, clock, post),
            Worker("turn", {JudgeTurn: judges}, clock, post),
            # The next sentence can wait until the one that is to be heard first is spoken.
            Worker("llm", {Respond: self._answers(household)}, clock, post, niceness=10),
            Worker("tts", {Synthesize: speaks}, clock, post),
            Worker("player", {Play: playing.play, Chime: playing.chime}, clock, post),
            Worker("skill", {Perform: Performing(household.perform)}, clock, post),
        ]

    def _answers(self, household: Household) -> Callable[..., Iterable[Result]]:
        def make() -> Callable[..., Iterable[Result]]:
            from assistant.answering import responder

            return responder(self._settings, lambda: self._parts.result().llm, household.look)

        # A mistake in the configuration is told at once where nothing waits for the engines.
        return make() if self._parts.done() else Later("llm", make)

    def _earcon(self, name: str) -> AudioChunk:
        loaded = self._parts.done() and self._parts.exception() is None
        return earcon(name, self._parts.result().tts.rate if loaded else EARCON_RATE)
