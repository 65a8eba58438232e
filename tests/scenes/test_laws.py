"""Laws that hold in every scene, however the workers behave."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation import APOLOGY, THINKING_AGAIN_S, Conversation
from assistant.events import (
    AlertOver,
    AlertRang,
    Attempt,
    ButtonPressed,
    Cancel,
    Chime,
    Computation,
    DeadlinePassed,
    Device,
    DeviceFound,
    DeviceLost,
    Duck,
    Effect,
    Event,
    Perform,
    Play,
    Played,
    ReplyComplete,
    Respond,
    SentenceReady,
    SpeechReady,
    StageFailed,
    Synthesize,
    TextReceived,
    Transcribe,
    Transcribed,
    VoicePaused,
    VoiceResumed,
    VoiceStarted,
    VoiceStopped,
)
from assistant.interruption import backchannel
from assistant.policy import Policy
from tests.fakes import VOCABULARY, rings
from tests.sim import Delays, Scene, Simulation, Step

seconds = st.floats(0.05, 2.5)
words = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=4).map(" ".join)
step = st.one_of(
    st.tuples(st.just("silence"), seconds),
    st.tuples(st.just("wake"), st.floats(0.3, 0.9)),
    st.tuples(st.just("cough"), st.floats(0.05, 0.8)),
    st.tuples(st.just("say"), words, st.floats(0.2, 2.0)),
    st.tuples(st.just("say"), words.map("do {}".format), st.floats(0.4, 1.0)),
    st.tuples(st.just("say"), st.sampled_from(["stop", "yeah", "thanks"]), st.floats(0.2, 0.5)),
    st.tuples(
        st.just("say"),
        st.sampled_from(["story", "set a timer", "two plus three"]),
        st.floats(0.5, 1.0),
    ),
)
facts: list[Event] = [
    TextReceived("light on"),
    TextReceived("story"),
    rings("eggs"),
    rings("tea", 2),
    ButtonPressed("talk"),
    ButtonPressed("stop"),
]
typed = st.lists(st.tuples(st.floats(0, 15), st.sampled_from(facts)), max_size=3)


def away(device: Device, at: float, seconds: float) -> list[tuple[float, Event]]:
    return [(at, DeviceLost(device, "unplugged")), (at + seconds, DeviceFound(device))]


device: st.SearchStrategy[Device] = st.sampled_from(["microphone", "loudspeaker"])
losses = st.builds(away, device, st.floats(0, 12), st.floats(0.1, 6))
devices = st.lists(losses, max_size=1).map(lambda lost: [each for pair in lost for each in pair])
policies = st.builds(
    Policy,
    follow_up=st.sampled_from(["question", "always", "never"]),
    follow_up_s=st.just(3.0),
    barge_in=st.sampled_from(["wake", "voice", "voice"]),
    max_revisions=st.integers(0, 4),
    reopen_s=st.sampled_from([0.0, 1.0]),
    thinking_s=st.sampled_from([0.0, 1.0, 2.0]),
    patience_s=st.just(90.0),  # three stories, two of them cancelled, take a slow machine 60
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


@given(st.lists(step, max_size=9), policies, delays, typed, devices, st.integers(0, 2**16))
def test_laws(
    steps: list[tuple[object, ...]],
    policy: Policy,
    delay: Delays,
    typed: list[tuple[float, Event]],
    devices: list[tuple[float, Event]],
    seed: int,
) -> None:
    events = (*typed, *devices)
    simulation = Simulation(build(steps).render(), policy, delays=delay, seed=seed, typed=events)
    story = simulation.run(tail_s=120).steps()
    no_effect_before_commit(story)
    nothing_of_a_stale_attempt(story)
    nothing_performed_is_taken_back(story)
    work_is_ordered_once(story, policy)
    no_error_without_a_failure(story)
    ducked_only_while_something_is_awaited(story, policy)
    nobody_is_interrupted_by_assent(story, policy)
    nobody_is_interrupted_by_an_older_voice(story)
    the_thinking_sound_is_rare(story, policy)
    the_floor_is_returned_only_for_an_answer(story, policy)
    what_rings_is_heard(story)
    only_what_was_ordered_is_remembered(story, simulation.conversation)
    ends_idle(simulation.conversation)


def announced(text: str) -> bool:
    """Said of what rings, without being asked."""
    return text.endswith("timer is done.")


def no_effect_before_commit(steps: list[Step]) -> None:
    """While the user has the floor nothing is played or performed; the step that commits may."""
    for step in steps:
        if isinstance(step.event, ButtonPressed):
            continue  # a button needs no words: it silences what rings
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
                case Respond(attempt=attempt, text=text):
                    typed = isinstance(step.event, TextReceived)
                    assert typed or (attempt, text) in known
                case Synthesize(attempt, text):
                    assert text == APOLOGY or announced(text) or (attempt, text) in known
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
    """Whoever hears the error chime can find a failed stage or a lost device before it."""
    failed = False
    for step in steps:
        failed = failed or isinstance(step.event, StageFailed | DeviceLost)
        assert failed or Chime("error") not in step.commands


def ducked_only_while_something_is_awaited(steps: list[Step], policy: Policy) -> None:
    """On and off by turns; off as soon as the reply is over, or nothing is awaited any more."""
    ducked, until = False, 0.0
    for step in steps:
        for command in step.commands:
            if isinstance(command, Duck):
                assert command.on != ducked
                ducked = command.on
            elif isinstance(command, Transcribe) and step.after == "speaking":
                until = step.at + policy.barge_in_words_s
        if isinstance(step.event, VoiceStarted | VoiceResumed):
            until = step.at + policy.barge_in_s
        assert not ducked or (step.after == "speaking" and policy.barge_in == "voice")
        assert not ducked or step.at <= until
    assert not ducked


def nobody_is_interrupted_by_assent(steps: list[Step], policy: Policy) -> None:
    """A transcript ends a reply only if it holds more than a word of assent."""
    for step in steps:
        if step.before == "speaking" and isinstance(step.event, Transcribed):
            assent = backchannel(step.event.text)
            assert not assent or step.after == "speaking" or policy.follow_up != "never"
            assert step.event.text or step.after == "speaking"


def nobody_is_interrupted_by_an_older_voice(steps: list[Step]) -> None:
    """A voice that runs when the reply begins does nothing until it has stopped."""
    running = background = False
    for step in steps:
        match step.event:
            case VoiceStarted() | VoiceResumed():
                running = True
                assert not background or not step.commands
            case VoicePaused():
                running = False
            case VoiceStopped():
                running = background = False
            case DeviceLost("microphone"):
                running = background = False
        if step.after != "speaking":
            background = False
        elif step.before != "speaking":
            background = running


def the_thinking_sound_is_rare(steps: list[Step], policy: Policy) -> None:
    """Only while nothing is heard, not before thinking_s, and then every three seconds at most."""
    quiet_since = 0.0
    for step in steps:
        if step.before != "thinking":
            quiet_since = step.at + policy.thinking_s
        for command in step.commands:
            if command == Chime("thinking"):
                assert policy.thinking_s
                assert step.before == step.after == "thinking"
                assert step.at >= quiet_since - 1e-9
                quiet_since = step.at + THINKING_AGAIN_S


def the_floor_is_returned_only_for_an_answer(steps: list[Step], policy: Policy) -> None:
    """After a reply the assistant listens if it asked, or if somebody was speaking."""
    heard, over = "", False
    for step, ringing in with_what_rings(steps):
        match step.event:
            case Played(_, text):
                heard = text
            case VoiceStarted() | VoiceResumed():
                over = True
            case VoicePaused():
                over = step.before == "speaking"
        if (
            isinstance(step.event, Played | ReplyComplete)
            and (step.before, step.after) == ("speaking", "listening")
            and not (over or announced(heard) or ringing)
        ):
            assert policy.follow_up == "always" or heard.endswith("?")
            assert policy.follow_up != "never"


def what_rings_is_heard(steps: list[Step]) -> None:
    """While something rings, and there is a loudspeaker, the machine never rests."""
    present = True
    for step, ringing in with_what_rings(steps):
        match step.event:
            case DeviceLost("loudspeaker"):
                present = False
            case DeviceFound("loudspeaker"):
                present = True
        assert not (ringing and present and step.after == "idle")


def with_what_rings(steps: list[Step]) -> Iterator[tuple[Step, frozenset[int]]]:
    """Each step, and the ids of all that rings after it."""
    ringing: set[int] = set()
    for step in steps:
        match step.event:
            case AlertRang(alert):
                ringing.add(alert.id)
            case AlertOver(id):
                ringing.discard(id)
            case ButtonPressed("stop"):
                ringing.clear()
        yield step, frozenset(ringing)


def only_what_was_ordered_is_remembered(steps: list[Step], conversation: Conversation) -> None:
    """Each remembered reply is the beginning of one whose audio was played, in whole words."""
    played: dict[Attempt, list[str]] = {}
    for step in steps:
        for command in step.commands:
            if isinstance(command, Play) and command.last:
                played.setdefault(command.attempt, []).append(command.text)
    said = [" ".join(texts).split() for texts in played.values()]
    for exchange in conversation.history:
        heard = exchange.reply_heard.split()
        assert heard
        assert any(words[: len(heard)] == heard for words in said)


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
