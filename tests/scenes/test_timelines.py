"""Golden timelines: what the assistant does, second by second, in named scenes.

The expected timelines lie in `__snapshots__`; a change of behaviour is a change of those files,
to be read by a person. `pytest tests/scenes --snapshot-update` writes them anew.
"""

import pytest
from syrupy.assertion import SnapshotAssertion

from assistant.events import Event, TextReceived, TimerRang
from assistant.listen import Endpointing
from assistant.policy import Policy
from tests.sim import Delays, Scene, Simulation

SCENES: dict[str, tuple[Scene, Policy, tuple[tuple[float, Event], ...]]] = {
    "one_breath": (Scene().silence(1).wake().say("what time is it", 1.2), Policy(), ()),
    "wake_then_request": (
        Scene().silence(1).wake().silence(0.8).say("light on", 0.8),
        Policy(),
        (),
    ),
    "nothing_asked": (Scene().silence(0.5).wake(), Policy(), ()),
    "cough_only": (Scene().silence(0.5).wake().silence(0.5).cough(0.4), Policy(), ()),
    "cough_then_request": (
        Scene().wake().silence(0.4).cough(0.4).silence(1.0).say("light on", 0.8),
        Policy(silence_s=1.0),
        (),
    ),
    "voice_returns_after_an_action": (
        Scene().wake().silence(0.4).say("do nothing", 0.8).silence(0.85).say("please", 0.5),
        Policy(),
        (),
    ),
    "pause_inside_the_request": (
        Scene().wake().silence(0.4).say("light on", 1.0).silence(0.4).say("in the kitchen", 0.9),
        Policy(),
        (),
    ),
    "unfinished_words_wait": (
        Scene().wake().silence(0.4).say("light on and", 1.0).silence(1.2).say("off", 0.5),
        Policy(),
        (),
    ),
    "reopened_turn": (
        # The silence ends the turn; the voice returns before any answer is heard.
        Scene().wake().silence(0.4).say("what time", 0.8).silence(0.45).say("is it", 0.6),
        Policy(),
        (),
    ),
    "wake_word_stops_the_reply": (
        Scene()
        .wake()
        .silence(0.4)
        .say("what time is it", 1.2)
        .silence(1.1)
        .wake()
        .silence(0.3)
        .say("stop", 0.5),
        Policy(),
        (),
    ),
    "voice_stops_the_reply": (
        Scene().wake().silence(0.4).say("what time", 1.2).silence(1.6).say("light off", 0.8),
        Policy(barge_in="voice"),
        (),
    ),
    "follow_up": (
        Scene().wake().silence(0.4).say("two plus three", 0.9).silence(3).say("light on", 0.8),
        Policy(follow_up_s=4),
        (),
    ),
    "action": (Scene().wake().silence(0.4).say("do nothing", 0.8), Policy(), ()),
    "typed_request": (Scene().silence(1), Policy(), ((0.5, TextReceived("light on")),)),
    "timer_waits_for_the_floor": (
        Scene().wake().silence(0.4).say("light on", 0.8),
        Policy(),
        ((1.0, TimerRang("eggs")),),
    ),
}


@pytest.mark.parametrize("name", SCENES)
def test_timeline(name: str, snapshot: SnapshotAssertion) -> None:
    scene, policy, typed = SCENES[name]
    timeline = Simulation(scene.render(), policy, typed=typed).run(tail_s=20)
    assert "\n".join(timeline.lines()) == snapshot


@pytest.mark.parametrize("stage", ["stt", "turn", "llm", "tts", "player"])
def test_a_stage_that_fails(stage: str, snapshot: SnapshotAssertion) -> None:
    scene = Scene().wake().silence(0.4).say("light on", 0.8)
    timeline = Simulation(scene.render(), delays=Delays(failing=(stage,))).run(tail_s=20)
    assert "\n".join(timeline.lines()) == snapshot


def test_no_speculation(snapshot: SnapshotAssertion) -> None:
    """Speculation off is not another path: the pause is simply as long as the stop."""
    scene = Scene().wake().silence(0.4).say("light on", 0.8)
    endpointing = Endpointing(pause_s=0.7, stop_s=0.7)
    timeline = Simulation(scene.render(), endpointing=endpointing).run(tail_s=20)
    assert "\n".join(timeline.lines()) == snapshot
