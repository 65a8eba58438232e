"""A request that follows the wake word at once keeps its first word, with the real engines."""

from pathlib import Path

import pytest

from assistant.app import listener
from assistant.commands.measuring import understanding
from assistant.config import Settings
from assistant.evaluate.first_word import FirstWordEvaluation
from assistant.evaluate.joins import joined
from assistant.evaluate.manifest import Row
from assistant.evaluate.rehearsal import Delays, Rehearsal
from assistant.evaluate.text import Normalizer
from assistant.evaluate.wording import wording
from assistant.loading import load_engine
from assistant.vad import VoiceDetector
from models.store import Store

pytestmark = pytest.mark.models

AUDIO = Path(__file__).parent.parent / "audio"
SETTINGS = Settings()


@pytest.fixture(scope="module")
def vad() -> VoiceDetector:
    detector: VoiceDetector = load_engine("vad", SETTINGS, Store())
    return detector


@pytest.fixture(scope="module")
def evaluation(vad: VoiceDetector) -> FirstWordEvaluation:
    store = Store()
    wake, turn, stt = (load_engine(role, SETTINGS, store) for role in ("wake", "turn", "stt"))
    words = wording(load_engine("llm", SETTINGS, store), SETTINGS.llm)
    rehearsal = Rehearsal(
        SETTINGS.conversation, stt, turn, understanding(SETTINGS), words, Delays()
    )
    return FirstWordEvaluation(
        rehearsal, stt, Normalizer("en"), lambda: listener(SETTINGS, wake, vad)
    )


@pytest.mark.parametrize(
    ("wake", "command", "text", "gap_s"),
    [
        ("alexa_100", "said_is_the_garage_door_open", "is the garage door open", 0.0),
        ("alexa_247", "said_what_time_is_it", "what time is it", 0.0),
        ("alexa_247", "said_mycroft_core_stop", "stop", 0.15),
        ("wyoming_hey_jarvis", "said_what_time_is_it", "what time is it", 0.05),
        # Heard 0.3 s after its end: the request must begin before that.
        ("ohf_hey_jarvis_2", "said_is_the_garage_door_open", "is the garage door open", 0.15),
    ],
)
def test_the_first_word_is_kept(
    evaluation: FirstWordEvaluation,
    vad: VoiceDetector,
    wake: str,
    command: str,
    text: str,
    gap_s: float,
) -> None:
    called = Row(file=wake, path=AUDIO / f"{wake}.flac")
    said = Row(file=command, path=AUDIO / f"{command}.flac", text=text)
    outcome = evaluation.judge(joined(called, said, gap_s, 1, vad))
    assert outcome.verdict == "kept", (outcome.alone, outcome.heard.text)
