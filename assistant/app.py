"""The composition root: settings -> engines -> a conversation that runs. Knows every other file.

What only answers (`answering`, `spoken`) is imported where it is used, in the threads that load the
engines or work: `assistant run` rings what is due before it spends its first second on those.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from typing import Any

from assistant import engines
from assistant.audio.earcons import earcon
from assistant.audio.ring import Ring
from assistant.audio.types import AudioChunk, AudioSink, AudioSource, Cancelled, Pcm
from assistant.audio.urgency import stand_back
from assistant.captions import Captions
from assistant.clock import Clock
from assistant.config import Settings
from assistant.conversation import Conversation
from assistant.ear import Ear
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
    Shed,
    Synthesize,
    Transcribe,
)
from assistant.household import Household
from assistant.jobs import Judging, Later, Performing, Playing, Synthesizing, Transcribing
from assistant.listen import Endpointer, Listener
from assistant.llm import LanguageModel
from assistant.mailbox import Mailbox
from assistant.parts import Engines, Parts
from assistant.runtime import Observer, Runtime
from assistant.shedding import Shedding
from assistant.store import Book
from assistant.stt import Glimpser
from assistant.vad import VoiceDetector
from assistant.wake import WakeDetector
from assistant.worker import Worker


class _LateGlimpser:
    """The one among the engines, once it is loaded."""

    def __init__(self, promise: "Future[Glimpser | None]") -> None:
        self._promise = promise

    def glimpse(self, pcm: Pcm, cancelled: Cancelled) -> str:
        glimpser = self._promise.result()
        assert glimpser is not None, "stt.partials_s"
        return glimpser.glimpse(pcm, cancelled)


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
        parts: Engines | Parts,
        clock: Clock,
        sink: AudioSink,
        observers: Iterable[Observer] = (),
        household: Household | None = None,
        inbox: Mailbox[Any] | None = None,
    ) -> None:
        """`parts`: may still be loading; what rings, rings without them. `household`: what there
        is to look at and to change; None: one of its own, which is forgotten afterwards. `inbox`:
        see Runtime."""
        self.conversation = Conversation(settings.conversation, settings.stt.language)
        self.runtime = Runtime(self.conversation, clock, (*observers, _give_memory_back), inbox)
        self._settings = settings
        self._parts = Parts.kept(parts) if isinstance(parts, Engines) else parts
        self._clock = clock
        self.ring = Ring()
        self._ear: Ear | None = None
        self._captions: Captions | None = None
        if settings.stt.partials_s:
            glimpser = _LateGlimpser(self._parts.glimpser)
            self._captions = Captions(
                glimpser, self.ring, clock, settings.stt.partials_s, self.runtime.remark
            )
            self.runtime.observe(self._captions)
        household = household or Household(Book.forgetful())
        self._shed = Shed("full", "")
        self.runtime.employ(self._workers(clock, sink, household), sink.duck)

    def listen_to(self, source: AudioSource) -> None:
        """Hear this source from the beginning of `run` on, which ends when the source does."""
        hearing = listener(self._settings, self._parts.wake.result(), self._parts.vad.result())
        post, stop = self.runtime.post, self.runtime.stop
        self._ear = Ear(source, self.ring, hearing, post, stop, self._clock)

    def hear(self, source: AudioSource) -> None:
        """`listen_to`, during `run` and from any thread; waits for the ears. Whatever kept them
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

    @property
    def heard_s(self) -> float | None:
        """Clock time when the last frame had been through the wake word; None: none was yet."""
        return None if self._ear is None else self._ear.heard_s

    def pace_ms(self) -> dict[str, float]:
        """Milliseconds that a frame took in the listening thread, from its arrival on."""
        return {} if self._ear is None else self._ear.pace.summary_ms()

    def _workers(self, clock: Clock, sink: AudioSink, household: Household) -> list[Worker]:
        settings, parts, post = self._settings, self._parts, self.runtime.post
        playing = Playing(sink, self._earcon)
        language = settings.stt.language
        hears = Later("stt", lambda: Transcribing(parts.stt.result(), self.ring))
        judges = Later("turn", lambda: Judging(parts.turn.result(), self.ring))
        speaks = Later("tts", lambda: Synthesizing(parts.tts.result(), language))
        # The next sentence can wait until the one that is to be heard first is spoken.
        self._thinker = Worker("llm", {Respond: self._answers(household)}, clock, post, niceness=10)
        return [
            Worker("stt", {Transcribe: hears}, clock, post),
            Worker("turn", {JudgeTurn: judges}, clock, post),
            self._thinker,
            Worker("tts", {Synthesize: speaks}, clock, post),
            Worker("player", {Play: playing.play, Chime: playing.chime}, clock, post),
            Worker("skill", {Perform: Performing(household.perform)}, clock, post),
        ]

    def shed(self, shed: Shed) -> None:
        """From any thread: do so much from now on. What that means for the language model is done
        between two requests, or as soon as it is loaded."""
        self._shed = shed
        self._parts.llm.add_done_callback(self._shed_model)
        self.runtime.remark(lambda: shed)

    def _shed_model(self, promise: "Future[LanguageModel]") -> None:
        if promise.exception() is None and isinstance(model := promise.result(), Shedding):
            model.on(self._shed)
            self._thinker.between(model.apply)

    def _answers(self, household: Household) -> Callable[..., Iterable[Result]]:
        def make() -> Callable[..., Iterable[Result]]:
            from assistant.answering import responder

            return responder(self._settings, self._parts.llm, household.look)

        # A mistake in the configuration is told at once where nothing waits for the engines.
        return Later("llm", make) if self._parts.loading else make()

    def _earcon(self, name: str) -> AudioChunk:
        voice = self._parts.tts
        loaded = voice.done() and voice.exception() is None
        return earcon(name, voice.result().rate if loaded else EARCON_RATE)


def with_echo_in_mind(settings: Settings) -> Settings:
    """Where echo is not cancelled, a voice over a reply may be the assistant's own."""
    if settings.echo.engine != "none" and settings.echo.cancel:
        return settings
    policy = settings.conversation.model_copy(update={"barge_in": "wake"})
    return settings.model_copy(update={"conversation": policy})
