"""Laws that hold in every scene, however the workers behave."""

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation import APOLOGY, Conversation
from assistant.events import (
    Attempt,
    ButtonPressed,
    Cancel,
    Chime,
    Computation,
    DeadlinePassed,
    Effect,
    Event,
    Perform,
    Play,
    Respond,
    SentenceReady,
    SpeechReady,
    StageFailed,
    Synthesize,
    TextReceived,
    TimerRang,
    Transcribe,
    Transcribed,
    VoiceStopped,
)
from assistant.policy import Policy
from tests.fakes import VOCABULARY
from tests.sim import Delays, Scene, Simulation, Step

seconds = st.floats(0.05, 2.5)
words = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=4).map(" ".join)
step = st.one_of(
    st.tuples(st.just("silence"), seconds),
    st.tuples(st.just("wake"), st.floats(0.3, 0.9)),
    st.tuples(st.just("cough"), st.floats(0.05, 0.8)),
    st.tuples(st.just("say"), words, st.floats(0.2, 2.0)),
    st.tuples(st.just("say"), words.map("do {}".format), st.floats(0.4, 1.0)),
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
    patience_s=st.just(30.0),
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


@settings(max_examples=250, deadline=None)
@given(st.lists(step, max_size=9), policies, delays, typed, st.integers(0, 2**16))
def test_laws(
    steps: list[tuple[object, ...]],
    policy: Policy,
    delay: Delays,
    events: tuple[tuple[float, Event], ...],
    seed: int,
) -> None:
    simulation = Simulation(build(steps).render(), policy, delays=delay, seed=seed, typed=events)
    story = simulation.run(tail_s=120).steps()
    no_effect_before_commit(story)
    nothing_of_a_stale_attempt(story)
    nothing_performed_is_taken_back(story)
    work_is_ordered_once(story, policy)
    no_error_without_a_failure(story)
    ends_idle(simulation.conversation)


def no_effect_before_commit(steps: list[Step]) -> None:
    """While the user has the floor nothing is played or performed; the step that commits may."""
    for step in steps:
        if any(isinstance(command, Play | Perform) for command in step.commands):
            assert step.before != "listening" or step.after == "speaking" or _committed(step)


def _committed(step: Step) -> bool:
    return step.after == "thinking" and isinstance(step.event, DeadlinePassed | VoiceStopped)


def nothing_of_a_stale_attempt(steps: list[Step]) -> None:
    """Orders follow from results of the same attempt; a cancelled attempt is never heard of."""
    known: set[tuple[Attempt, str]] = set()
    cancelled = Attempt(-1)
    for step in steps:
        match step.event:
            case Transcribed(attempt, text) | SentenceReady(attempt, text):
                known.add((attempt, text))
            case SpeechReady(attempt, text):
                known.add((attempt, text + " spoken"))
        for command in step.commands:
            match command:
                case Cancel(attempt):
                    cancelled = max(cancelled, attempt)
                case Respond(attempt, _, text):
                    typed = isinstance(step.event, TextReceived)
                    assert typed or (attempt, text) in known
                case Synthesize(attempt, text):
                    assert text == APOLOGY or (attempt, text) in known
                case Play(attempt, text):
                    assert (attempt, text + " spoken") in known
            assert not isinstance(command, Computation | Effect) or command.attempt > cancelled


def nothing_performed_is_taken_back(steps: list[Step]) -> None:
    """A turn in which something was done is not asked again."""
    performed: set[int] = set()
    for step in steps:
        for command in step.commands:
            if isinstance(command, Perform):
                performed.add(command.attempt.turn)
            elif isinstance(command, Transcribe):
                assert command.attempt.turn not in performed


def work_is_ordered_once(steps: list[Step], policy: Policy) -> None:
    """One transcript an attempt, none with an apology; beyond max_revisions only at the end."""
    asked: set[Attempt] = set()
    sorry: set[Attempt] = set()
    for step in steps:
        for command in step.commands:
            match command:
                case Transcribe(attempt):
                    assert attempt not in asked | sorry
                    asked.add(attempt)
                    early = attempt.revision < policy.max_revisions
                    assert early or step.after != "listening"
                case Synthesize(attempt, text) if text == APOLOGY:
                    sorry.add(attempt)


def no_error_without_a_failure(steps: list[Step]) -> None:
    """Whoever hears the error chime can find a failed stage before it."""
    failed = False
    for step in steps:
        failed = failed or isinstance(step.event, StageFailed)
        assert failed or Chime("error") not in step.commands


def ends_idle(conversation: Conversation) -> None:
    """After enough silence nobody has the floor, and nothing is held, awaited or due."""
    assert conversation.state.name == "IDLE"
    assert conversation.deadline is None
    assert not conversation.holding


@settings(max_examples=40, deadline=None)
@given(st.lists(step, max_size=6), st.integers(1, 3000), st.integers(0, 2**16))
def test_the_size_of_the_blocks_does_not_matter(
    steps: list[tuple[object, ...]], block: int, seed: int
) -> None:
    pcm = build(steps).render()
    expected = Simulation(pcm, seed=seed).run(tail_s=15).lines()
    assert Simulation(pcm, seed=seed, block=block).run(tail_s=15).lines() == expected
