"""The composition root: settings -> engines -> a conversation that runs. Knows every other file."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from platformdirs import user_cache_path

from assistant import engines
from assistant.audio.earcons import earcon
from assistant.audio.ring import Ring
from assistant.audio.types import AudioSink, AudioSource
from assistant.canned import Canned, packed, spoken, unpacked
from assistant.captions import Captions
from assistant.clock import Clock
from assistant.config import Settings
from assistant.conversation import APOLOGY, Conversation
from assistant.ear import Ear
from assistant.errors import ConfigError
from assistant.events import (
    Chime,
    Entered,
    Event,
    JudgeTurn,
    Message,
    Perform,
    Play,
    Respond,
    Synthesize,
    Transcribe,
)
from assistant.jobs import Judging, Performing, Playing, Synthesizing, Transcribing
from assistant.listen import Endpointer, Listener
from assistant.llm import LanguageModel
from assistant.respond import NO_ANSWER, Responder
from assistant.runtime import Observer, Runtime
from assistant.skills import SKILLS, Skill
from assistant.spoken import speakable
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
    with ThreadPoolExecutor(len(ROLES)) as pool:
        loading = {role: pool.submit(load_engine, role, settings, store) for role in ROLES}
        glimpsing = pool.submit(load_glimpser, settings, store)
        parts = {role: future.result() for role, future in loading.items()}
    voice = with_phrases(parts["tts"], settings, store)
    return Engines(**parts | {"tts": voice}, glimpser=glimpsing.result())


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


PHRASES = (APOLOGY, NO_ANSWER)
"""All that it says by itself, word for word: nothing of a conversation is ever kept."""
_SPEECH = 1
"""Another number, and phrases kept by an earlier version are spoken anew."""


def with_phrases(voice: Synthesizer, settings: Settings, store: Store) -> Canned:
    """`voice`, with `PHRASES` from the cache folder; the first start speaks them and keeps them.
    ModelError."""
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


def enabled_skills(settings: Settings) -> list[Skill]:
    """In the order of the configuration. Raises ConfigError for a name that does not exist."""
    for name in settings.skills.enabled:
        if name not in SKILLS:
            known = ", ".join(SKILLS)
            raise ConfigError(f"skills.enabled: {name!r} is unknown; choose from: {known}.")
    return [SKILLS[name] for name in settings.skills.enabled]


def listener(settings: Settings, wake: WakeDetector, vad: VoiceDetector) -> Listener:
    """A listener at the beginning of a stream."""
    wake.reset()
    vad.reset()
    return Listener(wake, vad, Endpointer(settings.endpointing, settings.vad.threshold))


def local_time() -> datetime:
    """Now, with the device's time zone."""
    return datetime.now().astimezone()


def _give_memory_back(_: float, message: Message) -> None:
    """What the last sentence needed (130 MB for a long one) goes back when nobody waits."""
    if message == Entered("idle"):
        engines.trim()


class Assistant:
    """A conversation with its workers, around one loudspeaker; it lasts for one `run`."""

    def __init__(
        self,
        settings: Settings,
        parts: Engines,
        clock: Clock,
        sink: AudioSink,
        observers: Iterable[Observer] = (),
    ) -> None:
        self.conversation = Conversation(settings.conversation, settings.stt.language)
        self.runtime = Runtime(self.conversation, clock, (*observers, _give_memory_back))
        self._settings = settings
        self._parts = parts
        self.ring = Ring()
        self._ear: Ear | None = None
        self._captions: Captions | None = None
        if parts.glimpser is not None and settings.stt.partials_s:
            self._captions = Captions(
                parts.glimpser, self.ring, clock, settings.stt.partials_s, self.runtime.remark
            )
            self.runtime.observe(self._captions)
        self.runtime.employ(self._workers(clock, sink), sink.duck)

    def listen_to(self, source: AudioSource) -> None:
        """Hear this source during `run`, which ends when the source does."""
        hearing = listener(self._settings, self._parts.wake, self._parts.vad)
        post, stop = self.runtime.post, self.runtime.stop
        self._ear = Ear(source, self.ring, hearing, post, stop)

    def attend(self, on: bool) -> None:
        """From any thread: whether voices matter, or for now only a wake word does."""
        if self._ear is not None:
            self._ear.attend(on)

    def run(self, opening: Sequence[Event] = ()) -> None:
        """Until the source ends or `runtime.stop` is called; `opening` is handled first."""
        for event in opening:
            self.runtime.post(event)
        with self._captions or nullcontext():
            if self._ear is None:
                self.runtime.run(lambda: None)
            else:
                self.runtime.run(self._ear.start)
                self._ear.join()

    def pace_ms(self) -> dict[str, float]:
        """Milliseconds that a frame took in the listening thread, from its arrival on."""
        return {} if self._ear is None else self._ear.pace.summary_ms()

    def _workers(self, clock: Clock, sink: AudioSink) -> list[Worker]:
        settings, parts, post = self._settings, self._parts, self.runtime.post
        skills = enabled_skills(settings)
        playing = Playing(sink, lambda name: earcon(name, parts.tts.rate))
        responder = Responder(skills, parts.llm, settings.llm, local_time)
        language = settings.stt.language
        return [
            Worker("stt", {Transcribe: Transcribing(parts.stt, self.ring)}, clock, post),
            Worker("turn", {JudgeTurn: Judging(parts.turn, self.ring)}, clock, post),
            # The next sentence can wait until the one that is to be heard first is spoken.
            Worker("llm", {Respond: responder}, clock, post, niceness=10),
            Worker("tts", {Synthesize: Synthesizing(parts.tts, language)}, clock, post),
            Worker("player", {Play: playing.play, Chime: playing.chime}, clock, post),
            Worker("skill", {Perform: Performing({})}, clock, post),
        ]
