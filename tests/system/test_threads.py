"""Real threads, real inbox, real audio path: the commands are those of the simulation."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from assistant.app import Assistant
from assistant.audio.types import RATE, AudioChunk, Cancelled, Frame, Pcm
from assistant.audio.virtual import BLOCK_S, VirtualLoudspeaker, VirtualMicrophone
from assistant.clock import SkippingClock
from assistant.config import Settings
from assistant.events import (
    Chime,
    Command,
    Duck,
    Entered,
    Glimpsed,
    Message,
    Play,
    Span,
    Transcribed,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
)
from assistant.llm import Grammar
from assistant.llm import Message as Prompt
from assistant.parts import Engines
from assistant.stt import Transcript
from assistant.transitions import State
from tests.fakes import (
    FakeVoiceDetector,
    FakeWakeDetector,
    fake_transcript,
    fake_turn_probability,
    tone,
)
from tests.sim import Scene, Simulation


class Turn:
    def probability(self, pcm: Pcm) -> float:
        return fake_turn_probability(pcm, Span(0, len(pcm)))


class Stt:
    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        return Transcript(fake_transcript(pcm, Span(0, len(pcm))))

    def glimpse(self, pcm: Pcm, cancelled: Cancelled) -> str:
        return fake_transcript(pcm, Span(0, len(pcm)))


class Llm:
    parameters = 135_000_000

    def prepare(self, system: str) -> None:
        """Nothing to read ahead."""

    def stream(
        self, messages: Sequence[Prompt], cancelled: Cancelled, grammar: Grammar | None = None
    ) -> Iterator[str]:
        yield f"You said {messages[-1].text}. "
        yield "All right."

    def ends(self, messages: Sequence[Prompt], cancelled: Cancelled) -> float | None:
        return 0.5

    def count_tokens(self, text: str) -> int:
        return len(text.split())


class Tts:
    rate = RATE

    def synthesize(self, text: str, cancelled: Cancelled) -> Iterator[AudioChunk]:
        for _ in range(2):
            yield AudioChunk(tone(300, 0.4), RATE)


PLAIN: dict[str, object] = {"skills": {"enabled": ["stop"]}}
"""As in the simulation, all but "stop" is left to the language model."""


def run(scene: Scene, settings: Settings | None = None) -> tuple[list[Message], Pcm]:
    """The messages of the whole assistant over the scene, and what was heard of its replies."""
    clock = SkippingClock()
    speaker = VirtualLoudspeaker(clock, RATE)
    messages: list[Message] = []
    parts = Engines(FakeWakeDetector(), FakeVoiceDetector(), Turn(), Stt(), Llm(), Tts(), Stt())
    observers = [lambda now, message: messages.append(message)]
    assistant = Assistant(
        settings or Settings.model_validate(PLAIN), parts, clock, speaker, observers
    )
    idle = State.IDLE
    microphone = VirtualMicrophone(
        scene.render(), clock, lambda: assistant.conversation.state is idle
    )
    assistant.listen_to(microphone)
    assistant.run()
    _, track = speaker.track([each.audio for each in messages if isinstance(each, Play)])
    return messages, track


def commands(messages: Sequence[object]) -> list[str]:
    """By name: spans and audio differ in a frame or two, since real work takes real time."""
    return [type(message).__name__ for message in messages if isinstance(message, Command)]


def test_threads_and_simulation_agree() -> None:
    scene = Scene().silence(1).wake().silence(0.5).say("the kitchen", 0.8).silence(0.5)
    messages, track = run(scene)
    timeline = Simulation(scene.render()).run()
    assert sorted(commands(messages)) == sorted(
        commands([message for _, message in timeline.messages])
    )
    assert Chime("wake") in messages
    assert len(track) >= 4 * 0.4 * RATE
    first = round(BLOCK_S * RATE)  # on a busy machine there may be a gap behind a block
    assert np.array_equal(track[:first], tone(300, 0.4)[:first]), "the first sample counts"


def test_ears_that_fail_end_the_run_and_say_why() -> None:
    class Broken(FakeVoiceDetector):
        def push(self, frame: Frame) -> float:
            raise RuntimeError("the model is gone")

    clock = SkippingClock()
    parts = Engines(FakeWakeDetector(), Broken(), Turn(), Stt(), Llm(), Tts())
    assistant = Assistant(Settings(), parts, clock, VirtualLoudspeaker(clock, RATE))
    assistant.listen_to(
        VirtualMicrophone(Scene().say("light on", 1.0).render(), clock, lambda: True)
    )
    with pytest.raises(RuntimeError, match="the model is gone"):
        assistant.run()


def test_a_wake_word_silences_the_reply() -> None:
    scene = Scene().wake().silence(0.4).say("the kitchen", 0.8).silence(1.2).wake().silence(0.3)
    messages, _ = run(scene)
    names = commands(messages)
    assert names.count("Chime") >= 2
    assert "Cancel" in names[names.index("Play") :]


def test_words_over_a_reply_survive_its_end() -> None:
    """The transcript is of a later attempt than the reply, so the workers keep it."""
    request = Scene().wake().silence(0.4).say("the kitchen", 0.8).silence(1.25)
    messages, track = run(request.say("stop", 0.35))
    spoken_over = messages[messages.index(Duck(True)) :]
    names = commands(spoken_over)
    assert names.index("Transcribe") < names.index("Cancel") < names.index("Respond")
    assert "Play" not in names[names.index("Cancel") :]
    assert isinstance(messages[-1], Entered)
    assert messages[-1].state == "idle"
    assert len(track) < 4 * 0.4 * RATE, "the reply was cut short"


def test_words_are_shown_while_they_are_said() -> None:
    scene = Scene().silence(1).wake().silence(0.5).say("set a timer for ten minutes", 3.0)
    scene = scene.silence(2.0)
    settings = Settings.model_validate(PLAIN | {"stt": {"partials_s": 0.5}})
    plain, (messages, _) = run(scene)[0], run(scene, settings)
    shown = [message.text for message in messages if isinstance(message, Glimpsed)]
    assert len(shown) >= 3
    assert all("set a timer for ten minutes".startswith(text) for text in shown)
    assert sorted(shown, key=len) == shown
    assert all(
        voiced
        for voiced, each in zip(voices(messages), messages, strict=True)
        if isinstance(each, Glimpsed)
    ), "nothing comes after the voice"
    assert transcripts(messages) == transcripts(plain)
    assert commands(messages) == commands(plain)
    assert not any(isinstance(message, Glimpsed) for message in plain)


def voices(messages: Sequence[object]) -> Iterator[bool]:
    """For each message whether somebody speaks."""
    voiced = False
    for message in messages:
        if isinstance(message, VoiceStarted | VoiceResumed | VoicePaused):
            voiced = not isinstance(message, VoicePaused)
        yield voiced


def transcripts(messages: Sequence[object]) -> list[str]:
    return [message.text for message in messages if isinstance(message, Transcribed)]
