"""Which scene is shown, whatever happens in whatever order."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.alerts import Alert
from assistant.events import (
    MUTED,
    AlertOver,
    AlertRang,
    Armed,
    Attempt,
    Chime,
    Device,
    DeviceFound,
    DeviceLost,
    Duck,
    Entered,
    Message,
    Rung,
    Shed,
    StageFailed,
    VoiceStarted,
    WakeDetected,
)
from assistant.lights.scene import FAILURE_S, TABLE, Facts, Scene, Shown
from assistant.transitions import State

DEVICES: tuple[Device, ...] = get_args(Device)
CLOSED = DeviceLost("microphone", MUTED)
UNPLUGGED = DeviceLost("microphone", "unplugged")
FAILURE = StageFailed(Attempt(1), "llm", "load")


def rang(id: int = 1) -> AlertRang:
    return AlertRang(Alert("timer", "pasta", 0.0, id))


MESSAGES: st.SearchStrategy[Message] = st.one_of(
    st.just(Armed()),
    st.sampled_from([Entered(state.name.lower()) for state in State]),
    st.builds(rang, st.integers(1, 3)),
    st.builds(AlertOver, st.integers(1, 3)),
    st.builds(DeviceLost, st.sampled_from(DEVICES), st.sampled_from([MUTED, "unplugged"])),
    st.builds(DeviceFound, st.sampled_from(DEVICES)),
    st.builds(Shed, st.sampled_from(get_args(Rung)), st.just("It is hot.")),
    st.sampled_from(
        [FAILURE, WakeDetected("hey", 0.9, 1), Duck(True), Chime("wake"), VoiceStarted(1)]
    ),
)
STORIES = st.lists(st.tuples(MESSAGES, st.floats(0, 3)), max_size=40)


def after(*messages: Message) -> Facts:
    facts = Facts()
    for message in messages:
        facts = facts.told(message, 0.0)
    return facts


def scene(*messages: Message, now: float = 0.0) -> Scene:
    return after(*messages).shown(now).scene


@pytest.mark.parametrize(
    ("messages", "shown"),
    [
        ([], Scene.STARTING),
        ([Armed()], Scene.IDLE),
        ([Armed(), Entered("listening")], Scene.LISTENING),
        ([Armed(), Entered("thinking")], Scene.THINKING),
        ([Armed(), Entered("speaking")], Scene.SPEAKING),
        ([Armed(), Entered("speaking"), Entered("idle")], Scene.IDLE),
        ([Armed(), CLOSED], Scene.MUTED),
        ([Armed(), CLOSED, Entered("speaking")], Scene.SPEAKING),
        ([Armed(), CLOSED, DeviceFound("microphone")], Scene.IDLE),
        ([Armed(), UNPLUGGED], Scene.BROKEN),
        ([Armed(), UNPLUGGED, Entered("listening")], Scene.BROKEN),
        ([Armed(), DeviceLost("loudspeaker", "gone"), Entered("listening")], Scene.LISTENING),
        ([Armed(), UNPLUGGED, DeviceFound("microphone")], Scene.IDLE),
        ([rang()], Scene.RINGING),
        ([Armed(), rang(1), rang(2), AlertOver(1)], Scene.RINGING),
        ([Armed(), rang(1), rang(2), AlertOver(1), AlertOver(2)], Scene.IDLE),
        ([Armed(), FAILURE], Scene.FAILED),
        ([Armed(), Shed("skills_only", "It is hot.")], Scene.SHED),
        ([Armed(), Shed("skills_only", "It is hot."), Shed("full", "Cool.")], Scene.IDLE),
    ],
)
def test_scenes(messages: list[Message], shown: Scene) -> None:
    assert scene(*messages) is shown


def test_a_failure_is_shown_for_a_moment() -> None:
    facts = after(Armed(), FAILURE)
    assert facts.shown(FAILURE_S - 0.01).scene is Scene.FAILED
    assert facts.until_s(1.0) == FAILURE_S
    assert facts.shown(FAILURE_S).scene is Scene.IDLE
    assert facts.until_s(FAILURE_S) is None


def test_every_scene_has_one_row_and_says_what_it_means() -> None:
    assert [scene for scene, _ in TABLE] == list(Scene)
    assert all(scene.value.endswith(".") for scene in Scene)


@given(STORIES)
def test_whatever_happens_there_is_a_scene_and_the_promises_hold(
    story: list[tuple[Message, float]],
) -> None:
    facts, now = Facts(), 0.0
    ringing: set[int] = set()
    closed = False
    for message, passed_s in story:
        now += passed_s
        facts = facts.told(message, now)
        match message:
            case AlertRang(alert):
                ringing.add(alert.id)
            case AlertOver(id):
                ringing.discard(id)
            case DeviceLost("microphone", "muted"):
                closed = True
            case DeviceFound("microphone"):
                closed = False
        shown = facts.shown(now)
        assert isinstance(shown, Shown)
        assert (shown.scene is Scene.RINGING) == bool(ringing)
        assert shown.muted == closed
        if closed:
            assert shown.scene not in (Scene.LISTENING, Scene.IDLE, Scene.BROKEN, Scene.SHED)
        until_s = facts.until_s(now)
        assert until_s is None or until_s > now


@given(STORIES, MESSAGES)
def test_what_was_told_twice_is_as_if_told_once(
    story: list[tuple[Message, float]], message: Message
) -> None:
    facts = Facts()
    for earlier, _ in story:
        facts = facts.told(earlier, 0.0)
    once = facts.told(message, 1.0)
    assert once.told(message, 1.0) == once
