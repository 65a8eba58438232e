"""Which words, said over a reply, let it go on."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.interruption import backchannel
from assistant.skills.stop import Stop, Stopping
from assistant.understand.dialogue import Dialogue
from tests.unit.test_skills_stop import SILENT

ASSENT = [
    "",
    " ... ",
    "Yeah.",
    "Yeah, yeah.",
    "Okay!",
    "OK, thanks.",
    "Mm-hm.",
    "mhm",
    "Mmm.",
    "Uh-huh.",
    "Uh...",
    "Right, right.",
    "All right.",
    "Thank you very much.",
    "Oh, really?",
    "Ah, I see!",
    "Ha ha ha!",
    "you",
]

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DIALOGUE = Dialogue([Stopping()], "en")


@pytest.mark.parametrize("text", ASSENT)
def test_assent(text: str) -> None:
    assert backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "Wait.",
        "Okay, stop.",
        "Yeah, but what about tomorrow?",
        "thanks, that's enough",
        "right now",
        "okay computer",
        "you are wrong",
        "good morning",
        "yes please call her",
    ],
)
def test_a_word_more_wants_the_floor(text: str) -> None:
    assert not backchannel(text)


@pytest.mark.parametrize("text", SILENT)
def test_nobody_can_say_stop_unheard(text: str) -> None:
    assert isinstance(DIALOGUE.understood(text, NOW), Stop)
    assert not backchannel(text)


@given(st.text(alphabet="mhuaoyeks ok", max_size=400))
def test_any_text_is_judged_at_once(text: str) -> None:
    began = time.process_time()
    backchannel(text)
    assert time.process_time() - began < 0.5
