"""From scores to detections: thresholds and the refractory time."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.audio.types import RATE
from assistant.wake import Detection, NearMiss, WakePolicy, WakeSettings

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


def test_while_the_assistant_sounds_a_score_must_last() -> None:
    judge = policy(threshold=0.5, speaking_threshold=0.3, speaking_frames=2, near_miss=1).judge
    assert judge({"alexa": 0.9}, 1 * HOP, sounding=True) is None
    assert judge({"alexa": 0.2}, 2 * HOP, sounding=True) is None
    assert judge({"alexa": 0.3}, 3 * HOP, sounding=True) is None
    assert judge({"alexa": 0.3}, 4 * HOP, sounding=True) == Detection("alexa", 0.3, 4 * HOP)


def test_two_phrases_after_one_another_are_not_one_that_lasts() -> None:
    judge = policy(speaking_threshold=0.3, near_miss=1).judge
    assert judge({"alexa": 0.9, "jarvis": 0}, 1 * HOP, sounding=True) is None
    assert judge({"alexa": 0, "jarvis": 0.9}, 2 * HOP, sounding=True) is None


def test_a_phrase_that_began_in_silence_may_be_sure_when_the_reply_begins() -> None:
    judge = policy(threshold=0.5, speaking_threshold=0.3, near_miss=1).judge
    assert judge({"alexa": 0.4}, 1 * HOP) is None
    assert judge({"alexa": 0.4}, 2 * HOP, sounding=True) is not None


def test_its_own_threshold_counts_for_nothing_in_silence() -> None:
    judge = policy(threshold=0.5, speaking_threshold=0.3, near_miss=1).judge
    for hop in range(10):
        assert judge({"alexa": 0.4}, hop * HOP) is None


def near_misses(scores: list[float], **settings: object) -> list[NearMiss]:
    """Of "alexa", one score a hop; then quiet for as long as it takes."""
    subject = policy(**settings)
    given_scores = [*scores, *([0.0] * 30)]
    found = [subject.judge({"alexa": s}, hop * HOP) for hop, s in enumerate(given_scores)]
    return [one for one in found if isinstance(one, NearMiss)]


def test_what_comes_close_is_counted_once_with_its_highest_score() -> None:
    found = near_misses([0.0, 0.3, 0.4, 0.3, 0.1, 0.35], threshold=0.5, near_miss=0.25)
    assert found == [NearMiss("alexa", 0.4, 2 * HOP)]


def test_what_becomes_a_detection_was_no_near_miss() -> None:
    assert near_misses([0.3, 0.4, 0.6, 0.4, 0.3]) == []
    assert near_misses([0.3, *([0.0] * 20), 0.9, 0.4]) == []


def test_near_misses_far_apart_are_counted_each() -> None:
    found = near_misses([0.3, *([0.0] * 40), 0.4])
    assert [one.score for one in found] == [0.3, 0.4]


def test_the_best_of_several_phrases_is_the_near_miss() -> None:
    subject = policy(refractory_s=0.08)
    assert subject.judge({"alexa": 0.3, "jarvis": 0.4}, HOP) is None
    assert subject.judge({"alexa": 0, "jarvis": 0}, 2 * HOP) == NearMiss("jarvis", 0.4, HOP)


def test_a_single_score_is_near_while_the_assistant_sounds() -> None:
    subject = policy(speaking_threshold=0.3, refractory_s=0.16)
    assert subject.judge({"alexa": 0.9}, HOP, sounding=True) is None
    assert subject.judge({"alexa": 0.0}, 2 * HOP, sounding=True) is None
    assert subject.judge({"alexa": 0.0}, 3 * HOP, sounding=True) == NearMiss("alexa", 0.9, HOP)


@given(st.lists(st.floats(0, 1), max_size=80), st.integers(1, 20))
def test_near_misses_are_as_far_apart_as_detections_and_never_among_them(
    scores: list[float], rest: int
) -> None:
    subject = policy(refractory_s=rest * HOP / RATE)
    given_scores = [*scores, *([0.0] * 30)]
    found = [subject.judge({"alexa": s}, hop * HOP) for hop, s in enumerate(given_scores)]
    heard = [one.at // HOP for one in found if isinstance(one, Detection)]
    missed = [one for one in found if isinstance(one, NearMiss)]
    reported = [hop for hop, one in enumerate(found) if isinstance(one, NearMiss)]
    assert all(b - a >= rest for a, b in itertools.pairwise(reported))
    for one in missed:
        hop = one.at // HOP
        assert 0.25 <= one.score < 0.5
        assert one.score == scores[hop]
        assert not any(hop - rest < at <= hop + rest for at in heard)


@given(st.lists(st.floats(0, 0.499), max_size=80), st.integers(1, 20))
def test_without_a_detection_nothing_that_came_close_is_forgotten(
    scores: list[float], rest: int
) -> None:
    found = near_misses(scores, refractory_s=rest * HOP / RATE)
    assert bool(found) == any(score >= 0.25 for score in scores)
    if found:
        assert max(one.score for one in found) == max(scores)


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
        assert isinstance(found, Detection) == bool(due)
        if isinstance(found, Detection):
            assert found.phrase in due
            assert found.score == max(given_scores[phrase] for phrase in due)
            assert found.at == hop * HOP
        last.update(dict.fromkeys(due, hop))
