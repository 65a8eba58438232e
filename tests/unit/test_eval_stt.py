"""Word error rates: what is counted, and what is not held against a recogniser."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from assistant.audio import wav
from assistant.audio.types import RATE, Cancelled, Pcm
from assistant.evaluate.manifest import Row, Segment
from assistant.evaluate.stt import SttEvaluation, Utterance, summarise, unusable, worst
from assistant.evaluate.text import Normalizer, contains, plain_words
from assistant.stt import Transcript


class Parrot:
    """A recogniser whose answers are listed by the length of the audio, in samples."""

    def __init__(self, answers: dict[int, Transcript]) -> None:
        self._answers = answers

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        return self._answers[len(pcm)]


def measure(tmp_path: Path, row: Row, heard: str, seconds: float = 1.0) -> list[Utterance]:
    path = tmp_path / "a.wav"
    wav.write(path, np.ones(round(seconds * RATE), np.int16))
    answers = {round(length * RATE): Transcript(heard) for length in (seconds, 5.0)}
    clock, cpu = itertools.count(0, 0.25), itertools.count(0, 0.4)
    evaluation = SttEvaluation(
        Parrot(answers), Normalizer("en"), lambda: next(clock), lambda: next(cpu)
    )
    return list(evaluation.measure(row.model_copy(update={"path": path})))


def test_errors_are_counted_on_normalised_words(tmp_path: Path) -> None:
    row = Row(file="a", text="Set a timer for ten minutes, please!", speaker="s")
    (utterance,) = measure(tmp_path, row, "set the timer for 10 minutes")
    assert (utterance.words, utterance.errors) == (7, 2)
    assert (utterance.substitutions, utterance.deletions, utterance.insertions) == (1, 1, 0)
    assert (utterance.seconds, utterance.latency_s, utterance.cpu_s) == (1.0, 0.25, 0.4)


def test_an_entity_counts_when_its_words_are_heard_together(tmp_path: Path) -> None:
    row = Row(file="a", text="x", entities=("ten minutes", "light"), slots=("Double-shot",))
    (utterance,) = measure(tmp_path, row, "a double shot in 10 minutes, lights")
    assert (utterance.entities, utterance.entities_found) == (3, 2)


def test_a_recording_without_speech_is_heard_in_pieces(tmp_path: Path) -> None:
    row = Row(file="a", label="noise: rain")
    pieces = measure(tmp_path, row, "thank you", seconds=12.0)
    assert [piece.hallucinated for piece in pieces] == [True, True]
    figures = summarise(pieces)["total"]
    assert figures["wer"] is None
    assert (figures["pieces_without_speech"], figures["hallucinated"]) == (2, 2)


def utterance(**changes: object) -> Utterance:
    given: dict[str, object] = {
        "set": "a",
        "file": "f",
        "speaker": "s",
        "seconds": 2.0,
        "latency_s": 0.5,
        "cpu_s": 0.8,
        "reference": "",
        "hypothesis": "",
        "words": 10,
        "substitutions": 0,
        "deletions": 0,
        "insertions": 0,
        "entities": 0,
        "entities_found": 0,
        "retried": False,
        "looped": False,
    }
    return Utterance(**{**given, **changes})  # type: ignore[arg-type]


def test_totals_weigh_words_not_sets() -> None:
    figures = summarise(
        [
            utterance(set="a", words=10, substitutions=1, latency_s=1.0, looped=True),
            utterance(set="b", words=90, deletions=2, insertions=6, retried=True),
        ]
    )
    assert figures["sets"]["a"]["wer"] == pytest.approx(0.1)
    total = figures["total"]
    assert total["wer"] == pytest.approx(9 / 100)
    assert (total["substitutions"], total["deletions"], total["insertions"]) == (1, 2, 6)
    assert total["real_time_factor"] == pytest.approx(1.5 / 4)
    assert total["cpu_per_audio_second"] == pytest.approx(1.6 / 4)
    assert total["latency_p50_s"] == pytest.approx(0.75)
    assert (total["retried"], total["looped"]) == (1, 1)
    assert total["wer_interval_drawn_by"] == "utterance"


def test_many_speakers_are_drawn_as_speakers() -> None:
    figures = summarise([utterance(speaker=str(number)) for number in range(10)])
    assert figures["total"]["wer_interval_drawn_by"] == "speaker"


def test_a_transcript_that_runs_away() -> None:
    assert utterance(words=4, insertions=5).runaway
    assert not utterance(words=4, insertions=4).runaway
    assert not utterance(words=40, insertions=20).runaway


def test_the_worst_come_first_and_the_faultless_not_at_all() -> None:
    listed = worst([utterance(), utterance(file="x", insertions=1), utterance(deletions=3)], 5)
    assert [one["errors"] for one in listed] == [3, 1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Row(file="a", text="x", lang="en"), None),
        (Row(file="a", text="x"), None),
        (Row(file="a", label="music"), None),
        (Row(file="a", label="negative: athena"), "no transcript"),
        (Row(file="a", text="x", lang="fr"), "other language than en"),
        (Row(file="a", text="x", seconds=31), "not one utterance of at most 30 s"),
        (
            Row(file="a", text="x", segments=(Segment(start=0, end=1),)),
            "not one utterance of at most 30 s",
        ),
    ],
)
def test_rows_that_say_nothing_are_left_out_with_a_reason(row: Row, reason: str | None) -> None:
    assert unusable(row, "en") == reason


def test_words_of_other_languages_keep_their_accents() -> None:
    normalizer = Normalizer("fr")
    assert normalizer.words("Allume la LUMIÈRE !") == ["allume", "la", "lumière"]
    assert "BasicTextNormalizer" in normalizer.name


def test_phrases_are_found_as_whole_words() -> None:
    assert contains(plain_words("Hey, Jarvis!"), ["hey", "jarvis"])
    assert not contains(plain_words("they jarvis"), ["hey", "jarvis"])
    assert not contains([], ["hey"])
