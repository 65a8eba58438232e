"""Laws that hold in every scene, however the workers behave."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation import Conversation
from assistant.events import (
    Attempt,
    ButtonPressed,
    Cancel,
    Command,
    Entered,
    Event,
    Perform,
    Play,
    TextReceived,
    TimerRang,
)
from assistant.policy import Policy
from tests.fakes import VOCABULARY
from tests.sim import Delays, Scene, Simulation, Timeline

seconds = st.floats(0.05, 2.5)
words = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=4).map(" ".join)
step = st.one_of(
    st.tuples(st.just("silence"), seconds),
    st.tuples(st.just("wake"), st.floats(0.3, 0.9)),
    st.tuples(st.just("cough"), st.floats(0.05, 0.8)),
    st.tuples(st.just("say"), words, st.floats(0.2, 2.0)),
)
typed = st.lists(
    st.tuples(
        st.floats(0, 15),
        st.sampled_from(
            [
                TextReceived("light on"),
                TimerRang("eggs"),
                ButtonPressed("talk"),
                ButtonPressed("stop"),
            ]
        ),
    ),
    max_size=2,
).map(tuple)
policies = st.builds(
    Policy,
    follow_up_s=st.sampled_from([0.0, 3.0]),
    barge_in=st.sampled_from(["wake", "voice"]),
    max_revisions=st.integers(0, 4),
    patience_s=st.just(5.0),
)
delays = st.builds(
    Delays,
    stt=st.floats(0.01, 1.5),
    llm=st.floats(0.01, 1.5),
    tts=st.floats(0.01, 1.0),
    jitter=st.floats(0, 2),
    failing=st.sampled_from([(), (), (), ("stt",), ("llm",), ("tts",), ("player",), ("turn",)]),
)


def build(steps: list[tuple[object, ...]]) -> Scene:
    scene = Scene()
    for name, *arguments in steps:
        getattr(scene, str(name))(*arguments)
    return scene


@settings(max_examples=120, deadline=None)
@given(st.lists(step, max_size=9), policies, delays, typed, st.integers(0, 2**16))
def test_laws(
    steps: list[tuple[object, ...]],
    policy: Policy,
    delay: Delays,
    events: tuple[tuple[float, Event], ...],
    seed: int,
) -> None:
    simulation = Simulation(build(steps).render(), policy, delays=delay, seed=seed, typed=events)
    timeline = simulation.run(tail_s=60)
    no_effect_before_commit(timeline)
    no_effect_after_cancel(timeline)
    no_attempt_goes_back(timeline)
    ends_idle(simulation.conversation)


def no_effect_before_commit(timeline: Timeline) -> None:
    """While the user has the floor nothing is played or performed: an effect ordered in
    LISTENING belongs to the very step that leaves it."""
    state, released = "idle", 0
    for _, message in timeline.messages:
        if isinstance(message, Entered):
            state, released = message.state, 0
        elif isinstance(message, Play | Perform) and state == "listening":
            released += 1
        elif not isinstance(message, Command):
            assert released == 0, "an effect without a commit"
    assert released == 0, "an effect without a commit"


def no_effect_after_cancel(timeline: Timeline) -> None:
    """An attempt that was cancelled makes no sound and performs nothing ever again."""
    cancelled = Attempt(-1)
    for _, message in timeline.messages:
        if isinstance(message, Cancel):
            cancelled = max(cancelled, message.attempt)
        elif isinstance(message, Play | Perform):
            assert message.attempt > cancelled


def no_attempt_goes_back(timeline: Timeline) -> None:
    """Orders belong to ever newer attempts."""
    newest = Attempt(-1)
    for _, message in timeline.of(Play, Perform):
        assert isinstance(message, Play | Perform)
        assert message.attempt >= newest
        newest = message.attempt


def ends_idle(conversation: Conversation) -> None:
    """After enough silence nobody has the floor, and nothing is held, awaited or due."""
    assert conversation.state.name == "IDLE"
    assert conversation.deadline is None
    assert not conversation.holding


@settings(max_examples=60, deadline=None)
@given(st.lists(step, max_size=6), st.integers(1, 3000), st.integers(0, 2**16))
def test_the_size_of_the_blocks_does_not_matter(
    steps: list[tuple[object, ...]], block: int, seed: int
) -> None:
    pcm = build(steps).render()
    expected = Simulation(pcm, seed=seed).run(tail_s=15).lines()
    assert Simulation(pcm, seed=seed, block=block).run(tail_s=15).lines() == expected
