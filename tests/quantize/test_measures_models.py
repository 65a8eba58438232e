"""The measures on real models and on recordings of the repository."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.quantize.candidates import job_for
from tools.quantize.job import Outcome
from tools.quantize.measure import measure

pytestmark = pytest.mark.models
AUDIO = Path(__file__).parents[1] / "audio"

SAID = {
    "said_cancel_timer.flac": ("cancel timer", ["timer"]),
    "said_nevermind.flac": ("never mind", []),
    "said_what_time_is_it.flac": ("what time is it", ["time"]),
}
CALLS = ("alexa_100.flac", "alexa_247.flac")


def manifest(folder: Path, *rows: dict[str, Any]) -> Path:
    for row in rows:
        (folder / row["file"]).symlink_to(AUDIO / row["file"])
    (folder / "manifest.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder / "manifest.jsonl"


def sound(outcome: Outcome) -> dict[str, float]:
    """The figures; none of them may be missing."""
    assert not outcome.error
    return {name: value for name, value in outcome.figures.items() if value is not None}


def test_a_recogniser_understands_a_few_requests(tmp_path: Path) -> None:
    rows = [
        {"file": file, "text": text, "entities": [*needed]} for file, (text, needed) in SAID.items()
    ]
    figures = sound(measure(*job_for("whisper-tiny.en-q8_0", manifest(tmp_path, *rows))))
    assert figures["wer"] < 0.3
    assert figures["entity_accuracy"] == 1
    assert figures["utterances"] == 3
    assert 40 < figures["peak_rss_mib"] < 1_000
    assert 0 < figures["latency_p50_s"] <= figures["latency_p95_s"]
    assert 0 < figures["load_s"] < figures["cpu_s"] + 60


def test_a_wake_word_hears_itself_and_no_request(tmp_path: Path) -> None:
    calls = [{"file": file, "text": "alexa"} for file in CALLS]
    others = [{"file": file, "text": text} for file, (text, _) in SAID.items()]
    data = manifest(tmp_path, *calls, *others)
    figures = sound(measure(*job_for("alexa", data)))
    assert (figures["misses"], figures["positives"], figures["false_accepts"]) == (0, 2, 0)
    assert figures["miss_rate_high"] > 0.5  # of two
    assert 0 < figures["latency_p50_s"] < 0.08
    deaf = sound(measure(*job_for("hey_jarvis", data, options={"phrase": "alexa"})))
    assert deaf["misses"] == 2


def test_a_voice_is_no_distance_from_itself_and_is_understood(tmp_path: Path) -> None:
    (tmp_path / "say.txt").write_text("Your pasta timer is done.\nThe kitchen light is on.\n")
    joe = "en_US-joe-medium"
    options = {"stt_model": "whisper-tiny.en-q8_0"}
    job, roots = job_for(joe, tmp_path / "say.txt", joe, options=options)
    figures = sound(measure(job, roots))
    assert figures["log_mel_distance_db"] == pytest.approx(0, abs=0.01)
    assert figures["round_trip_wer"] < 0.4
    assert figures["clipped_share"] < 0.01
    assert figures["sentences"] == 2
    assert 0 < figures["first_chunk_p50_s"] < figures["latency_p50_s"]
    assert 0 < figures["own_cpu_s"] < figures["cpu_s"]
