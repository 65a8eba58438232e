"""From scores to detections: thresholds and the refractory time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.audio.types import RATE
from assistant.wake import Detection, WakePolicy, WakeSettings

HOP = 1_280


def policy(**settings: object) -> WakePolicy:
    return WakePolicy(WakeSettings.model_validate({"phrases": ("alexa", "jarvis"), **settings}))


def test_a_score_at_the_threshold_counts_and_one_below_does_not() -> None:
    judge = policy(threshold=0.5).judge
    assert judge({"alexa": 0.4999}, HOP) is None
    assert judge({"alexa": 0.5}, 2 * HOP) == Detection("alexa", 0.5, 2 * HOP)


def test_a_phrase_may_have_its_own_threshold() -> None:
    judge = policy(threshold=0.5, thresholds={"jarvis": 0.8}).judge
    assert judge({"alexa": 0.1, "jarvis": 0.7}, HOP) is None
    assert judge({"alexa": 0.6, "jarvis": 0.7}, 2 * HOP) == Detection("alexa", 0.6, 2 * HOP)


def test_of_two_phrases_at_once_the_better_is_reported_and_both_rest() -> None:
    judge = policy(refractory_s=1).judge
    assert judge({"alexa": 0.6, "jarvis": 0.9}, HOP) == Detection("jarvis", 0.9, HOP)
    assert judge({"alexa": 0.9, "jarvis": 0.1}, 2 * HOP) is None


def test_a_phrase_rests_for_the_refractory_time_and_the_other_does_not() -> None:
    judge = policy(refractory_s=1).judge
    assert judge({"alexa": 0.9}, HOP) is not None
    assert judge({"alexa": 0.9}, HOP + RATE - 1) is None
    assert judge({"jarvis": 0.9}, HOP + RATE - 1) is not None
    assert judge({"alexa": 0.9}, HOP + RATE) is not None


def test_reset_ends_the_rest() -> None:
    subject = policy()
    assert subject.judge({"alexa": 0.9}, HOP) is not None
    subject.reset()
    assert subject.judge({"alexa": 0.9}, 2 * HOP) is not None


@pytest.mark.parametrize("thresholds", [{"alexia": 0.5}, {"alexa": 0.0}, {"alexa": 1.0}])
def test_a_threshold_must_name_a_phrase_and_lie_between_0_and_1(
    thresholds: dict[str, float],
) -> None:
    with pytest.raises(ValidationError):
        policy(thresholds=thresholds)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=80),
    st.integers(0, 40),
    st.floats(0.1, 0.9),
)
def test_whatever_is_above_its_threshold_and_rested_is_reported_and_nothing_else(
    scores: list[tuple[float, float]], rest: int, threshold: float
) -> None:
    """`rest`: the refractory time in hops, so that no rounding is involved."""
    subject = policy(threshold=threshold, refractory_s=rest * HOP / RATE)
    last: dict[str, int] = {}
    for hop, (alexa, jarvis) in enumerate(scores):
        given_scores = {"alexa": alexa, "jarvis": jarvis}
        rested = {phrase for phrase in given_scores if hop - last.get(phrase, -rest) >= rest}
        due = {phrase for phrase in rested if given_scores[phrase] >= threshold}
        found = subject.judge(given_scores, hop * HOP)
        assert (found is not None) == bool(due)
        if found is not None:
            assert found.phrase in due
            assert found.score == max(given_scores[phrase] for phrase in due)
            assert found.at == hop * HOP
        last.update(dict.fromkeys(due, hop))
