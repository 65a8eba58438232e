"""How much silence ends a turn, by what is known."""

import pytest

from assistant.policy import Evidence, Policy, stop_after

POLICY = Policy(
    silence_s=0.7,
    complete_s=0.3,
    turn_end_s=0.4,
    hesitation_s=1.2,
    statement_s=1.1,
    unfinished_s=1.5,
    turn_threshold=0.8,
    wording_threshold=0.05,
    wording_hesitation_below=0.02,
    hesitation_below=0.3,
)


def known(text: str, ear: float, words: float) -> Evidence:
    return Evidence(text, turn_probability=ear, wording_probability=words)


@pytest.mark.parametrize(
    ("evidence", "seconds"),
    [
        (Evidence(), 0.7),
        (Evidence(text="turn the light on"), 0.7),
        (Evidence(text="what time is it", understood=True), 0.3),
        (Evidence(turn_probability=0.9), 0.7),
        (Evidence(text="turn the light on", turn_probability=0.9), 0.7),
        (known("turn the light on", ear=0.9, words=0.5), 0.4),
        (known("turn the light on", ear=0.7, words=0.5), 0.7),
        (known("turn the light on", ear=0.2, words=0.5), 1.2),
        (known("is the garage", ear=0.9, words=0.03), 0.7),
        (known("is the garage", ear=0.9, words=0.01), 1.2),
        (Evidence(text="turn the light on", wording_probability=0.5), 0.7),
        (Evidence(text="two eggs", turn_probability=0.9, asks=False), 1.1),
        (Evidence(text="two eggs", turn_probability=0.2, asks=False), 1.2),
        (Evidence(text="two eggs", understood=True, asks=False), 0.3),
        (Evidence(turn_probability=0.2), 1.2),
        (Evidence(turn_probability=0.4), 0.7),
        (Evidence(text="what time is it", understood=True, turn_probability=0.2), 0.3),
        (Evidence(text="remind me to", turn_probability=0.9), 1.5),
        (Evidence(text="set a timer for", understood=True), 1.5),
        (Evidence(perhaps_tail=True, turn_probability=0.9), 1.2),
        (Evidence(perhaps_tail=True, text="stop", understood=True), 0.3),
    ],
)
def test_stop_after(evidence: Evidence, seconds: float) -> None:
    assert stop_after(evidence, POLICY) == seconds


@pytest.mark.parametrize("pace", [0.7, 1.4])
def test_the_pace_of_the_household_changes_every_silence_but_that_of_a_whole_command(
    pace: float,
) -> None:
    for evidence in (
        Evidence(),
        known("turn the light on", ear=0.9, words=0.5),
        Evidence(text="two eggs", asks=False),
        Evidence(text="remind me to"),
        Evidence(perhaps_tail=True),
    ):
        usual = stop_after(evidence, POLICY)
        assert stop_after(evidence, POLICY, pace) == pytest.approx(pace * usual)
    assert stop_after(Evidence(text="stop", understood=True), POLICY, pace) == 0.3
