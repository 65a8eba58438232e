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
    hesitation_below=0.3,
)


@pytest.mark.parametrize(
    ("evidence", "seconds"),
    [
        (Evidence(), 0.7),
        (Evidence(text="turn the light on"), 0.7),
        (Evidence(text="what time is it", understood=True), 0.3),
        (Evidence(turn_probability=0.9), 0.7),
        (Evidence(text="turn the light on", turn_probability=0.9), 0.4),
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
        Evidence(text="turn the light on", turn_probability=0.9),
        Evidence(text="two eggs", asks=False),
        Evidence(text="remind me to"),
        Evidence(perhaps_tail=True),
    ):
        usual = stop_after(evidence, POLICY)
        assert stop_after(evidence, POLICY, pace) == pytest.approx(pace * usual)
    assert stop_after(Evidence(text="stop", understood=True), POLICY, pace) == 0.3
