"""Requests that people said into microphones of their own, through the whole assistant: each is
carried out, or it is said plainly that this cannot be done. Nothing is made up about them."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.actions import AddAlert
from assistant.agenda import new_timer, paused
from assistant.audio import quiet, wav
from assistant.clock import SkippingClock
from assistant.config import Settings
from assistant.loading import load_engines
from assistant.moments import moment
from assistant.parts import Engines
from assistant.store import Book
from assistant.take import Outcome, take_turn
from models.store import Store

pytestmark = pytest.mark.models

AUDIO = Path(__file__).parent.parent / "audio"
"""Recordings of the repository; the others are in none."""
OTHERS = Path(__file__).parents[3] / "shared" / "data" / "commands_home_en"
BEFORE_S = 0.5
CUT = "mycroft_core_stop"
"""Begins with its word, without any of the room before it that a microphone would have heard."""
LIGHTS = "I can't control lights yet."
MUSIC = "I can't play music yet."
APPS = "I can't start programs or scenes."


@dataclass(frozen=True)
class Case:
    said: str
    """Name of the recording, and of the one in the repository behind "said_"."""
    reply: str = ""
    """How it begins."""
    action: str = ""
    paused: bool | None = None
    """A timer of ten minutes is there, and whether it stands still."""


CASES = (
    Case("mycroft_core_record", "I can't record sound."),
    Case(CUT),
    Case("ohf_add_apples_to_my_Shopping_List", "I added apples to the shopping list.", "AddItems"),
    Case("ohf_cancel_timer", "Canceled the 10 minute timer.", "RemoveAlerts", paused=False),
    Case("ohf_is_the_Garage_Door_open", "I can't control doors or locks yet."),
    Case("ohf_nevermind"),
    Case("ohf_oov_1", MUSIC),
    Case("ohf_pause_timer", "I paused the 10 minute timer", "ReplaceAlert", paused=False),
    Case("ohf_resume_timer", "The 10 minute timer goes on", "ReplaceAlert", paused=True),
    Case("ohf_run_Party_Time", APPS),
    Case("ohf_set_Kitchen_lights_to_green", LIGHTS),
    Case("ohf_set_a_timer_for_30_seconds", "30 seconds, starting now.", "AddAlert"),
    Case("ohf_skip_on_TV", "I can't control the TV."),
    Case("ohf_turn_off_all_of_the_lights_in_the_Office", LIGHTS),
    Case("ohf_turn_on_Standing_Light", LIGHTS),
    Case("ohf_what_time_is_it", "It's "),
    Case("ohf_whats_the_temperature_of_the_EcoBee", "I can't read any sensors yet."),
    Case("ohf_whats_the_weather_like_in_New_York", "I don't know the weather"),
    Case("rhasspy3_play_the_beatles", MUSIC),
    Case("rhasspy3_set_timer", "10 minutes, starting now.", "AddAlert"),
    Case("rhasspy3_turn_on_the_lamp", LIGHTS),
    Case("rhasspy3_what_time_is_it", "It's "),
    Case("rhasspy3_whats_the_date_today", "Today is "),
    Case("voice2json_launch_firefox", APPS),
    Case("voice2json_what_time_is_it", "It's "),
    Case("voice2json_would_you_please_turn_on_living_room_lamp", LIGHTS),
    Case("wfw_turn_on_the_living_room_lamp", LIGHTS),
)
"""All requests among the 30 recordings; the rest is conversation: "this is a test"."""
MISHEARD = {
    "ohf_add_apples_to_my_Shopping_List": 'heard as "and apples to my chocolate list"',
    "ohf_pause_timer": 'heard as "I was tired"',
    "ohf_set_Kitchen_lights_to_green": 'heard as "so kitchen ice degree"',
    "ohf_whats_the_temperature_of_the_EcoBee": 'heard as "of the incubi"',
}
"""Recognised as something else; no reading of the words could mend it."""


@pytest.fixture(scope="module")
def parts() -> Engines:
    return load_engines(Settings(), Store())


@pytest.fixture
def book(case: Case, monkeypatch: pytest.MonkeyPatch) -> Book:
    """What the household has written down when the request is said."""
    book = Book.forgetful()
    if case.paused is not None:
        timer = new_timer("", 600, moment())
        book.apply([AddAlert(paused(timer, moment()) if case.paused else timer)])
    monkeypatch.setattr(Book, "forgetful", lambda: book)
    return book


def recording(said: str) -> Path:
    own = AUDIO / f"said_{said.removeprefix('ohf_').lower()}.flac"
    path = own if own.exists() else OTHERS / f"{said}.flac"
    if not path.exists():
        pytest.skip(f"{said} is a recording that the repository does not hold")
    return path


def listened(parts: Engines, said: str) -> Outcome:
    pcm = wav.read(recording(said))
    if said == CUT:
        pcm = quiet.surrounded(pcm, BEFORE_S, BEFORE_S)
    return take_turn(Settings(), parts, pcm, clock=SkippingClock(), wake_word=False)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            each,
            id=each.said,
            marks=[pytest.mark.xfail(reason=MISHEARD[each.said])] if each.said in MISHEARD else [],
        )
        for each in CASES
    ],
)
@pytest.mark.usefixtures("book")
def test_a_request_is_carried_out_or_honestly_refused(parts: Engines, case: Case) -> None:
    outcome = listened(parts, case.said)
    trace = outcome.trace
    reply = " ".join(trace.sentences)
    print(f"{case.said}: {trace.transcript!r} -> {reply!r}")
    assert outcome.understood, f"left to the language model: {trace.transcript!r}"
    assert reply.startswith(case.reply)
    assert bool(reply) == bool(case.reply)
    assert [type(action).__name__ for action in trace.actions] == (
        [case.action] * bool(case.action)
    )
