"""Golden timelines: what the assistant does, second by second, in named scenes.

The expected timelines lie in `__snapshots__`; a change of behaviour is a change of those files,
to be read by a person. `pytest tests/scenes --snapshot-update` writes them anew.
"""

import pytest
from syrupy.assertion import SnapshotAssertion

from assistant.events import DeviceFound, DeviceLost, Event, TextReceived
from assistant.listen import Endpointing
from assistant.policy import Policy
from tests.fakes import rings
from tests.sim import Delays, Scene, Simulation


def story() -> Scene:
    """A request whose reply lasts about three seconds."""
    return Scene().wake().silence(0.4).say("story", 0.5)


def ask_back() -> Scene:
    """A request that is answered with a question."""
    return Scene().wake().silence(0.4).say("set a timer", 0.9)


def television(scene: Scene) -> Scene:
    for _ in range(8):
        scene.say("what time is it in the kitchen", 0.8).silence(0.3)
    return scene


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
        # "light off", spoken slowly: longer than any word of assent.
        story().silence(1.6).say("light off", 0.9),
        Policy(),
        (),
    ),
    "cough_over_the_reply": (story().silence(1.6).cough(0.3), Policy(), ()),
    "assent_over_the_reply": (story().silence(1.6).say("yeah", 0.35), Policy(), ()),
    "stop_over_the_reply": (story().silence(1.6).say("stop", 0.35), Policy(), ()),
    "wake_word_over_the_reply": (
        story().silence(1.6).wake().silence(0.2).say("stop", 0.35),
        Policy(),
        (),
    ),
    "voice_does_not_stop_the_reply_without_echo_cancellation": (
        story().silence(1.6).say("light off", 0.9),
        Policy(barge_in="wake"),
        (),
    ),
    "television_when_the_reply_starts": (
        # It talks from before the reply until after it, with pauses.
        television(Scene()),
        Policy(),
        ((1.0, TextReceived("story")),),
    ),
    "assent_over_the_last_words": (story().silence(3.5).say("yeah", 0.35), Policy(), ()),
    "request_over_the_last_words": (
        story().silence(3.5).say("light off please", 1.2),
        Policy(),
        (),
    ),
    "follow_up": (
        ask_back().silence(3.0).say("ten minutes", 0.8),
        Policy(),
        (),
    ),
    "follow_up_unused": (ask_back(), Policy(), ()),
    "answer_over_the_question": (ask_back().silence(1.95).say("yeah", 0.35), Policy(), ()),
    "follow_up_always": (
        Scene().wake().silence(0.4).say("two plus three", 0.9).silence(3).say("light on", 0.8),
        Policy(follow_up="always", follow_up_s=4),
        (),
    ),
    "no_follow_up_after_stop": (
        Scene().wake().silence(0.4).say("stop", 0.4),
        Policy(follow_up="always"),
        (),
    ),
    "microphone_lost_while_listening": (
        Scene().wake().silence(0.4).say("light on", 2.0),
        Policy(),
        ((1.5, DeviceLost("microphone", "unplugged")), (4.0, DeviceFound("microphone"))),
    ),
    "microphone_lost_during_the_reply": (
        ask_back(),
        Policy(),
        ((3.0, DeviceLost("microphone", "unplugged")), (9.0, DeviceFound("microphone"))),
    ),
    "loudspeaker_lost_during_the_reply": (
        story(),
        Policy(),
        ((3.0, DeviceLost("loudspeaker", "unplugged")), (9.0, DeviceFound("loudspeaker"))),
    ),
    "timer_without_a_loudspeaker": (
        Scene().silence(1),
        Policy(),
        (
            (0.5, rings("eggs")),
            (0.6, DeviceLost("loudspeaker", "unplugged")),
            (2.0, rings("tea", 2)),
            (3.0, DeviceFound("loudspeaker")),
        ),
    ),
    "action": (Scene().wake().silence(0.4).say("do nothing", 0.8), Policy(), ()),
    "typed_request": (Scene().silence(1), Policy(), ((0.5, TextReceived("light on")),)),
    "timer_is_stopped_without_a_wake_word": (
        Scene().silence(2).say("stop", 0.4).silence(3),
        Policy(),
        ((0.2, rings("eggs")),),
    ),
    "timer_and_talk_that_means_something_else": (
        Scene().silence(2).say("light on", 0.5).silence(3),
        Policy(),
        ((0.2, rings("eggs")),),
    ),
    "timer_waits_for_the_floor": (
        Scene().wake().silence(0.4).say("light on", 0.8),
        Policy(),
        ((1.0, rings("eggs")),),
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


def test_a_slow_answer_is_announced_softly(snapshot: SnapshotAssertion) -> None:
    scene = Scene().wake().silence(0.4).say("light on", 0.8)
    timeline = Simulation(scene.render(), delays=Delays(llm=6.0)).run(tail_s=20)
    assert "\n".join(timeline.lines()) == snapshot


def test_a_slow_transcript_of_a_cough_lets_the_reply_go_on(snapshot: SnapshotAssertion) -> None:
    delays = Delays(stt=1.5)
    scene = story().silence(3.2).cough(0.3)
    timeline = Simulation(scene.render(), delays=delays).run(tail_s=20)
    assert "\n".join(timeline.lines()) == snapshot


def test_no_speculation(snapshot: SnapshotAssertion) -> None:
    """Speculation off is not another path: the pause is simply as long as the stop."""
    scene = Scene().wake().silence(0.4).say("light on", 0.8)
    endpointing = Endpointing(pause_s=0.7, stop_s=0.7)
    timeline = Simulation(scene.render(), endpointing=endpointing).run(tail_s=20)
    assert "\n".join(timeline.lines()) == snapshot


def test_an_action_that_fails_is_not_claimed(snapshot: SnapshotAssertion) -> None:
    scene = Scene().wake().silence(0.4).say("do nothing", 0.8)
    timeline = Simulation(scene.render(), delays=Delays(failing=("skill",))).run(tail_s=20)
    assert "\n".join(timeline.lines()) == snapshot
