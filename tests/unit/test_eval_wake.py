"""Misses and false accepts: events, not frames; every threshold from one pass."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio import quiet, wav
from assistant.audio.types import RATE, Frame
from assistant.evaluate.manifest import Row, Segment
from assistant.evaluate.wake import Track, WakeEvaluation, count_events, kind, summarise
from assistant.wake import Detection, WakePolicy, WakeSettings


class Peaks:
    """A detector whose score is the loudest sample of the frame; reports every score."""

    def __init__(self) -> None:
        self.resets = 0

    def push(self, frame: Frame) -> Detection | None:
        peak = int(np.abs(frame.pcm.astype(np.int32)).max())
        return Detection("test", peak / 32_768, frame.end)

    def reset(self) -> None:
        self.resets += 1


def track(positive: bool, seconds: float, *scores: tuple[float, float]) -> Track:
    """`scores`: (second, score)."""
    return Track(
        Row(file="f", set="s"),
        positive,
        seconds,
        np.array([round(at * RATE) for at, _ in scores], np.int64),
        np.array([score for _, score in scores]),
    )


def test_ten_hot_frames_in_three_bursts_are_three_events() -> None:
    times = np.array([0, 1, 2, 100, 101, 102, 103, 200, 201, 202])
    assert count_events(times, np.full(10, 0.9), 0.5, rest=50) == 3
    assert count_events(times, np.full(10, 0.9), 0.5, rest=0) == 10
    assert count_events(times, np.full(10, 0.9), 0.95, rest=50) == 0


@given(
    scores=st.lists(st.floats(0, 1), max_size=60),
    threshold=st.floats(0.01, 0.99),
    refractory_s=st.sampled_from([0.0, 0.08, 0.2, 2.0]),
)
def test_events_are_what_the_running_assistant_would_report(
    scores: list[float], threshold: float, refractory_s: float
) -> None:
    settings = WakeSettings(phrases=("x",), threshold=threshold, refractory_s=refractory_s)
    policy = WakePolicy(settings)
    times = [1_280 * (number + 1) for number in range(len(scores))]
    judged = [policy.judge({"x": score}, at) for score, at in zip(scores, times, strict=True)]
    counted = count_events(
        np.array(times, np.int64), np.array(scores), threshold, round(refractory_s * RATE)
    )
    assert counted == sum(isinstance(one, Detection) for one in judged)


def test_one_pass_over_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    pcm = quiet.noise(3.0, -60)
    pcm[RATE] = 20_000
    wav.write(path, pcm)
    detector = Peaks()
    measured = WakeEvaluation(detector, "alexa").measure(Row(file="a", path=path, text="alexa"))
    assert measured.positive
    assert detector.resets == 1
    assert measured.seconds == 3.0
    assert measured.times[-1] / RATE == pytest.approx(3.0 + 2.0 + 1.0, abs=0.04)
    assert measured.scores.max() == pytest.approx(20_000 / 32_768)
    peak_at = measured.times[measured.scores.argmax()] / RATE
    assert peak_at == pytest.approx(2.0 + 1.0, abs=0.04)
    # The quiet around it is as quiet as the recording.
    assert np.median(measured.scores[:60]) == pytest.approx(
        np.median(measured.scores[63:90]), rel=0.3
    )


def test_the_figures() -> None:
    tracks = [
        track(True, 2, (1, 0.9), (1.1, 0.95)),
        track(True, 2, (1, 0.55)),
        track(True, 2, (1, 0.2)),
        track(False, 1_800, (10, 0.6), (11, 0.7), (50, 0.3)),
        track(False, 1_800),
    ]
    result = summarise(tracks, 0.5, refractory_s=2.0)
    assert (result["positives"], result["negatives"]) == (3, 2)
    assert result["negative_seconds"] == 3_600
    chosen = result["chosen"]
    assert (chosen["missed"], chosen["false_accepts"]) == (1, 1)
    assert chosen["miss_rate_interval_95"] == pytest.approx((0.0084, 0.9057), abs=1e-4)
    assert chosen["false_accepts_per_hour_upper_95"] == pytest.approx(4.744, abs=1e-3)
    assert result["missed_files"] == ["f"]
    assert result["false_accept_files"] == {"f": 1}
    assert result["false_accepts_by_set"] == {"s": {"seconds": 3_600, "false_accepts": 1}}
    assert len(result["sweep"]) >= 25
    by_threshold = {point["threshold"]: point for point in result["sweep"]}
    assert by_threshold[0.3]["false_accepts"] == 2
    assert by_threshold[0.96]["missed"] == 3


def test_more_misses_and_fewer_false_accepts_as_the_threshold_rises() -> None:
    random = np.random.default_rng(3)
    tracks = [
        track(number % 2 == 0, 10, *((at, random.random()) for at in range(10)))
        for number in range(20)
    ]
    sweep = summarise(tracks, 0.5, refractory_s=0.0)["sweep"]
    assert [p["missed"] for p in sweep] == sorted(p["missed"] for p in sweep)
    accepts = [p["false_accepts"] for p in sweep]
    assert accepts == sorted(accepts, reverse=True)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row(file="a", text="Alexa", label="alexa"), "positive"),
        (Row(file="a", text="alexa, turn on the light", label="NEGATIVE"), "positive"),
        (Row(file="a", text="alexandra"), "negative"),
        (Row(file="a", label="noise: rain"), "negative"),
        (Row(file="a", label='stream; "alexa" at about 6 s'), "unclear"),
        (Row(file="a", segments=(Segment(start=0, end=1, text="alexa"),)), "unclear"),
        (Row(file="a", text="alexa", segments=(Segment(start=0, end=1),)), "unclear"),
    ],
)
def test_what_a_recording_proves(row: Row, expected: str) -> None:
    assert kind(row, "alexa") == expected


def test_a_phrase_of_several_words() -> None:
    assert kind(Row(file="a", text="hey jarvis"), "hey_jarvis") == "positive"
    assert kind(Row(file="a", text="jarvis"), "hey_jarvis") == "negative"
