"""Cut-offs and delays: what each rule decides about turns whose every pause is known."""

from pathlib import Path

import numpy as np
import pytest

from assistant.audio import quiet, wav
from assistant.audio.types import RATE, Frame, Pcm
from assistant.evaluate.endpoint import Clip, EndpointEvaluation, Pause, summarise, unusable
from assistant.evaluate.manifest import Row, Segment
from assistant.evaluate.rehearsal import Delays
from assistant.listen import Endpointing
from assistant.policy import Evidence, Policy

POLICY = Policy(silence_s=0.7, turn_end_s=0.3, hesitation_s=1.2, turn_threshold=0.5, preroll_s=0.25)


class Level:
    """A voice detector that calls loud frames voice."""

    def push(self, frame: Frame) -> float:
        return 1.0 if np.abs(frame.pcm.astype(np.int32)).mean() > 1_000 else 0.0

    def reset(self) -> None:
        pass


class Ending:
    """A turn detector: finished once it has heard enough seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.heard: list[float] = []

    def probability(self, pcm: Pcm) -> float:
        self.heard.append(len(pcm) / RATE)
        return 0.9 if self.heard[-1] > self._seconds else 0.1


def speech(*stretches: tuple[float, float], seconds: float) -> Pcm:
    """A loud tone during the stretches, faint noise elsewhere."""
    pcm = quiet.noise(seconds, -65)
    for start, end in stretches:
        time = np.arange(round(start * RATE), round(end * RATE))
        pcm[time] = (8_000 * np.sin(time / 5)).astype(np.int16)
    return pcm


def measured(tmp_path: Path, turn: Ending | None) -> Clip:
    """Two stretches of speech with a pause of 0.8 s, cut off right after the last word."""
    path = tmp_path / "a.wav"
    wav.write(path, speech((0.5, 1.5), (2.3, 3.3), seconds=3.3))
    evaluation = EndpointEvaluation(Level(), turn, 0.5, Endpointing(pause_s=0.2), POLICY)
    return evaluation.measure(Row(file="a", path=path, speech_end_s=3.3))


def test_pauses_are_found_and_judged(tmp_path: Path) -> None:
    turn = Ending(seconds=2.0)
    clip = measured(tmp_path, turn)
    assert len(clip.pauses) == 2
    inner, last = clip.pauses
    assert inner.speech_end / RATE == pytest.approx(1.5, abs=0.033)
    assert inner.resumed is not None
    assert inner.resumed / RATE == pytest.approx(2.3 + 0.06, abs=0.066)
    assert last.resumed is None
    opinions = [each.evidence.turn_probability for each in clip.pauses]
    assert opinions == [0.1, 0.9]
    # From the pre-roll before the first voice to the moment the pause was noticed.
    assert turn.heard == pytest.approx([0.25 + 1.0 + 0.2, 0.25 + 2.8 + 0.2], abs=0.07)


def test_a_timer_cuts_when_it_is_shorter_than_the_pause(tmp_path: Path) -> None:
    clip = measured(tmp_path, None)
    result = summarise([clip], POLICY, Endpointing())
    cuts = {point["silence_s"]: point["cut_off"] for point in result["timers"]}
    assert [cuts[0.2], cuts[0.7], cuts[1.0], cuts[1.6]] == [1, 1, 0, 0]
    late = next(point for point in result["timers"] if point["silence_s"] == 1.6)
    assert late["delay_p50_s"] == pytest.approx(1.6, abs=0.033)
    assert result["turn_detector"] == []
    assert result["chosen_turn_detector"] is None


def test_the_turn_detector_waits_in_the_pause_and_not_at_the_end(tmp_path: Path) -> None:
    clip = measured(tmp_path, Ending(seconds=2.0))
    chosen = summarise([clip], POLICY, Endpointing())["chosen_turn_detector"]
    assert chosen["cut_off"] == 0
    assert chosen["delay_p50_s"] == pytest.approx(0.3, abs=0.033)


def test_a_turn_detector_that_never_agrees_falls_back_to_the_longest_silence(
    tmp_path: Path,
) -> None:
    clip = measured(tmp_path, Ending(seconds=99))
    chosen = summarise([clip], POLICY, Endpointing())["chosen_turn_detector"]
    assert (chosen["cut_off"], chosen["pace"]) == (0, 1.0)
    assert chosen["delay_p50_s"] == pytest.approx(1.2, abs=0.033)


def clip(*pauses: Pause, speech_end: float = 3.0) -> Clip:
    return Clip(Row(file="f"), round(speech_end * RATE), pauses)


def pause(
    speech_end: float, resumed: float | None = None, evidence: Evidence | None = None
) -> Pause:
    return Pause(
        round(speech_end * RATE),
        round((speech_end + 0.2) * RATE),
        None if resumed is None else round(resumed * RATE),
        evidence or Evidence(),
    )


def test_each_opinion_counts_from_the_moment_it_is_known() -> None:
    """A pause noticed 0.2 s after the last word, and all that is known about it says finished."""
    finished = Evidence("turn it on", turn_probability=0.9, wording_probability=0.5)
    ended = clip(pause(3.0, evidence=finished))
    chosen = summarise([ended], POLICY, Endpointing())
    delays = Delays()
    known_s = 0.2 + delays.stt_s + delays.wording_s + delays.turn_s
    assert chosen["chosen_hybrid"]["delay_p50_s"] == pytest.approx(known_s, abs=0.001)
    assert chosen["chosen_turn_detector"]["delay_p50_s"] == pytest.approx(0.3, abs=0.001)


def test_a_turn_that_was_cut_has_no_delay_but_still_a_wait_at_its_end() -> None:
    clips = [clip(pause(1.0, resumed=2.5), pause(3.0)), clip(pause(3.1))]
    chosen = summarise(clips, POLICY, Endpointing())["chosen_timer"]
    assert (chosen["cut_off"], chosen["cut_off_rate"]) == (1, 0.5)
    assert chosen["delay_p50_s"] == pytest.approx(0.8)
    assert chosen["mean_wait_s"] == pytest.approx((0.7 + 0.8) / 2)


def test_a_turn_in_which_no_voice_was_noticed_is_undecided_not_cut() -> None:
    chosen = summarise([clip()], POLICY, Endpointing())["chosen_timer"]
    assert (chosen["undecided"], chosen["cut_off"], chosen["cut_off_rate"]) == (1, 0, None)


def test_a_decision_a_little_before_the_label_is_no_cut_off() -> None:
    early, too_early = clip(pause(2.25)), clip(pause(2.15))
    assert summarise([early], POLICY, Endpointing())["chosen_timer"]["cut_off"] == 0
    assert summarise([too_early], POLICY, Endpointing())["chosen_timer"]["cut_off"] == 1


@pytest.mark.parametrize(
    ("row", "usable"),
    [
        (Row(file="a", speech_end_s=2.0), True),
        (Row(file="a", segments=(Segment(start=0, end=1),)), True),
        (Row(file="a", segments=(Segment(start=0, end=1), Segment(start=2, end=3))), False),
        (Row(file="a", speech_end_s=2.0, seconds=40), False),
        (Row(file="a", text="x"), True),
        (Row(file="a"), False),
    ],
)
def test_rows_without_one_turn_are_left_out(row: Row, usable: bool) -> None:
    assert (unusable(row) is None) == usable


def test_padding_is_as_loud_as_the_quietest_moments() -> None:
    pcm = speech((1.0, 2.0), seconds=3.0)
    assert quiet.floor_db(pcm) == pytest.approx(-65, abs=1)
    assert quiet.floor_db(quiet.noise(1.0, -65)) == pytest.approx(-65, abs=1)
    assert quiet.floor_db(np.zeros(RATE, np.int16)) == -80
    assert quiet.floor_db(np.zeros(10, np.int16)) == -80
    assert quiet.floor_db(np.full(RATE, 9_000, np.int16)) == pytest.approx(-26.2, abs=0.1)
