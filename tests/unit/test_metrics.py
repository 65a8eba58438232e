"""What a turn's trace says, over simulated scenes."""

from assistant.events import WakeMissed
from assistant.metrics import TurnMeter, TurnTrace
from tests.sim import Scene, Simulation


def traces(scene: Scene) -> list[TurnTrace]:
    meter = TurnMeter()
    for at, message in Simulation(scene.render()).run().messages:
        meter(at, message)
    return meter.traces


def story() -> Scene:
    return Scene().wake().silence(0.4).say("story", 0.5).silence(1.6)


def test_one_turn() -> None:
    (trace,) = traces(Scene().wake().silence(0.4).say("light on", 0.8))
    assert trace.transcript == "light on"
    assert trace.sentences == ["You said light on.", "All right."]
    assert trace.stages_ms().keys() == {"endpoint", "turn", "stt", "reply", "tts", "response"}


def test_what_lets_the_reply_go_on_is_no_turn_and_costs_the_reply_nothing() -> None:
    plain = traces(story())
    for scene in (story().cough(0.3), story().say("yeah", 0.35)):
        assert [trace.sentences for trace in traces(scene)] == [plain[0].sentences]
        assert traces(scene)[0].stamps == plain[0].stamps
        assert traces(scene)[0].transcript == "story"


def test_words_over_a_reply_are_a_turn_with_its_own_times() -> None:
    first, second = traces(story().say("stop", 0.35))
    assert (first.transcript, second.transcript) == ("story", "stop")
    assert not second.sentences
    assert second.stages_ms().keys() == {"endpoint", "stt"}
    assert 300 <= second.stages_ms()["endpoint"] <= 700


def test_words_over_the_end_of_a_reply_are_measured_from_their_own_end() -> None:
    _, second = traces(story().silence(2.05).say("light off", 0.3))
    assert second.transcript == "light off"
    assert 300 <= second.stages_ms()["endpoint"] <= 800
    assert second.stages_ms()["response"] > second.stages_ms()["endpoint"]


def test_what_belongs_to_no_turn_changes_nothing() -> None:
    meter = TurnMeter()
    meter(0.0, WakeMissed("hey_fake", 0.4, 1_000))
    assert meter.traces == []
    assert meter.wake is None
