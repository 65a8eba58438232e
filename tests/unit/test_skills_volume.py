"""The volume: what people say of it, and what is done."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant import actions
from assistant.alerts import Moment
from assistant.skills.skill import Intent, Reply
from assistant.skills.volume import (
    MuteVolume,
    SetVolume,
    TellVolume,
    UnmuteVolume,
    Volume,
    VolumeDown,
    VolumeUp,
)
from assistant.understand.matcher import Matcher
from assistant.understand.normal import normal
from assistant.world import World

NOW = datetime(2026, 11, 21, 22, 45, tzinfo=ZoneInfo("America/New_York"))
MATCHER = Matcher([("volume", Volume.intents)], "en")


def understood(text: str) -> Intent | None:
    found = MATCHER.candidates(normal(text), NOW)
    return found[0].intent if found else None


def world(volume: float | None) -> World:
    return World(NOW, Moment(NOW.timestamp(), 5000.0, "boot"), volume=volume)


def answer(intent: Intent, volume: float | None) -> Reply:
    return Volume().answer(intent, world(volume))


SAID: dict[str, Intent] = {
    "set the volume to 50 percent": SetVolume(50),
    "volume five": SetVolume(50),
    "set the volume to 5%": SetVolume(5),
    "set volume to level 3": SetVolume(30),
    "turn the volume up to 80": SetVolume(80),
    "maximum volume": SetVolume(100),
    "set the volume to half": SetVolume(50),
    "turn it up": VolumeUp(),
    "louder, please": VolumeUp(),
    "speak up": VolumeUp(),
    "I can't hear you": VolumeUp(),
    "turn up the volume by 20 percent": VolumeUp(20),
    "turn the volume up by 3 percent": VolumeUp(3),
    "turn it up by two": VolumeUp(20),
    "turn it down by 2%": VolumeDown(2),
    "turn it down a bit": VolumeDown(),
    "volume down": VolumeDown(),
    "that's too loud": VolumeDown(),
    "mute": MuteVolume(),
    "turn the sound off": MuteVolume(),
    "unmute": UnmuteVolume(),
    "I want the volume at 30": SetVolume(30),
    "bring it down to 30 percent": SetVolume(30),
    "I want it louder": VolumeUp(),
    "you're whispering": VolumeUp(),
    "tone it down a bit": VolumeDown(),
    "you're shouting": VolumeDown(),
    "you can unmute now": UnmuteVolume(),
    "what's the current volume": TellVolume(),
    "what's the volume": TellVolume(),
    "how loud are you": TellVolume(),
}


@pytest.mark.parametrize(("text", "intent"), SAID.items(), ids=SAID)
def test_understands(text: str, intent: Intent) -> None:
    assert understood(text) == intent


OTHERS = """
turn up the heat
the music was too loud yesterday
what is the volume of a sphere
how many cups are in this volume
turn down the oven to 350
turn it off
I turned the volume up
fifty percent
""".strip().splitlines()


@pytest.mark.parametrize("text", OTHERS)
def test_leaves_to_others(text: str) -> None:
    assert understood(text) is None


@pytest.mark.parametrize(
    ("intent", "before", "after"),
    [
        (SetVolume(30), 0.5, 0.3),
        (VolumeUp(), 0.5, 0.6),
        (VolumeUp(3), 0.5, 0.53),
        (VolumeUp(30), 0.9, 1.0),
        (VolumeDown(), 0.5, 0.4),
        (VolumeDown(50), 0.3, 0.1),
        (MuteVolume(), 0.5, 0.0),
        (UnmuteVolume(), 0.0, 0.3),
    ],
)
def test_turns_it(intent: Intent, before: float, after: float) -> None:
    assert answer(intent, before).actions == (actions.SetVolume(after),)


@pytest.mark.parametrize(
    ("intent", "volume", "wanted"),
    [
        (TellVolume(), 0.4, "The volume is 40%."),
        (VolumeUp(), 1.0, "That's as loud as I get."),
        (VolumeDown(), 0.1, "That's as quiet as I get, short of silence."),
        (UnmuteVolume(), 0.7, "The volume is 70%."),
        (SetVolume(20), None, "I can't change the volume here."),
    ],
)
def test_says_why_it_does_nothing(intent: Intent, volume: float | None, wanted: str) -> None:
    assert answer(intent, volume) == Reply(wanted)


@pytest.mark.parametrize(
    ("intent", "volume", "wanted"),
    [
        (SetVolume(90), 0.5, "Turn it up to 90%?"),
        (SetVolume(80), 0.5, None),
        (SetVolume(90), 1.0, None),  # quieter than it is
        (VolumeUp(), 0.8, "Turn it up to 90%?"),
        (VolumeUp(), 0.7, None),
        (VolumeUp(), None, None),
    ],
)
def test_asks_before_it_is_loud(intent: Intent, volume: float | None, wanted: str | None) -> None:
    assert Volume().question(intent, world(volume)) == wanted
