"""The assistant beside its own loudspeaker, with the real engines in a simulated room: it neither
wakes nor interrupts itself, hears who speaks over it, and does not transcribe its own chime."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.earcons import earcon
from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.echo import EchoSettings
from assistant.engines import onnx
from assistant.engines.openwakeword import OpenWakeWord
from assistant.engines.piper import Piper
from assistant.engines.silero import Silero
from assistant.engines.webrtc import WebRtc
from assistant.engines.whispercpp import WhisperCpp
from assistant.evaluate.echo import cancelled, microphone, replies, speak
from assistant.evaluate.room import Room, scaled
from assistant.evaluate.selftalk import REPLIES, sentences
from assistant.events import Fact, VoiceStarted, WakeDetected
from assistant.listen import Endpointer, Endpointing, Listener
from assistant.stt import SttSettings
from assistant.tts import TtsSettings
from assistant.vad import VadSettings
from assistant.wake import WakeSettings
from models.store import Store
from tests.contracts.fakes_listening import recording

pytestmark = pytest.mark.models
ModelPath = Callable[[str], Path]


@cache
def spoken(own_wake_words: bool) -> list[Pcm]:
    """The same each time: a voice draws its noise by chance, and one wake word more or less is
    heard over it (of four, in ten draws: all in seven, three in three; once, elsewhere, two)."""
    onnx.seed(0)
    voice = Piper.load(TtsSettings(), Store().path)
    return speak(voice, sentences(6) if own_wake_words else REPLIES[:3])


@dataclass(frozen=True)
class Scene:
    heard: Pcm
    """By the microphone."""
    left: Pcm
    """By the canceller."""


def scene(far: Pcm, near: Pcm | None = None, over_db: float = 0.0) -> Scene:
    """`near`: at the end of `far`, this much louder than the echo."""
    room = Room(skew_ppm=20)
    over = np.zeros(len(far))
    if near is not None:
        over[len(far) - len(near) :] = scaled(near, room.level_dbfs + over_db)
    heard = microphone(far, room, over)
    return Scene(heard, cancelled(WebRtc(EchoSettings()), heard, far))


def facts(pcm: Pcm, model: ModelPath) -> list[Fact]:
    listener = Listener(
        OpenWakeWord.load(WakeSettings(), model),
        Silero.load(VadSettings(), model),
        Endpointer(Endpointing(), VadSettings().threshold),
    )
    starts = range(0, len(pcm) - FRAME + 1, FRAME)
    return [f for at in starts for f in listener.push(Frame(at, pcm[at : at + FRAME], True))]


def kinds(found: list[Fact]) -> set[type]:
    return {type(fact) for fact in found}


def test_it_does_not_wake_or_interrupt_itself(model: ModelPath) -> None:
    far = replies(spoken(own_wake_words=True), 25)
    played = scene(far)
    left = facts(played.left, model)
    assert WakeDetected not in kinds(left)
    # Now and then a scrap of a word; `barge_in_s` is there for that.
    assert sum(isinstance(fact, VoiceStarted) for fact in left) <= 1
    assert kinds(facts(played.heard, model)) >= {WakeDetected, VoiceStarted}


def test_it_hears_its_wake_word_over_its_own_reply(model: ModelPath) -> None:
    """Three of four at least."""
    clips = ("alexa_100", "alexa_247", "ohf_hey_mycroft_2", "wyoming_hey_jarvis")
    pause = np.zeros(3 * RATE, np.int16)
    near = np.concatenate([part for clip in clips for part in (recording(clip), pause)])
    far = replies(spoken(own_wake_words=False), len(near) / RATE + 8)
    heard = [f.phrase for f in facts(scene(far, near).left, model) if isinstance(f, WakeDetected)]
    assert len(heard) >= 3
    assert set(heard) <= {"alexa", "hey_mycroft", "hey_jarvis"}


@pytest.mark.parametrize(
    ("clip", "words"),
    [
        ("said_what_time_is_it", "what time is it"),
        ("said_turn_on_standing_light", "turn on standing light"),
        ("said_cancel_timer", "cancel timer"),
    ],
)
def test_its_chime_is_not_in_the_transcript(clip: str, words: str, model: ModelPath) -> None:
    """The chime is played while the request begins."""
    request = np.concatenate([recording(clip), np.zeros(RATE // 2, np.int16)])
    size = -(-(len(request) + RATE) // 160) * 160
    chime = earcon("wake", RATE).pcm
    far = np.zeros(size, np.int16)
    far[size - len(request) :][: len(chime)] = chime
    heard = scene(far, request, over_db=6)
    text = WhisperCpp.load(SttSettings(), model).transcribe(heard.left, lambda: False).text
    assert words in text.lower().replace(",", "")
