"""The gate, with real models on real recordings: as good passes, broken on purpose is refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.store import Store
from tests.quantize import broken
from tools.quantize.comparison import Comparison, Way, compare
from tools.quantize.measure import measure
from tools.quantize.policy import load_policy
from tools.quantize.table import Table

pytestmark = [pytest.mark.models, pytest.mark.timeout(400)]

AUDIO = Path(__file__).parents[1] / "audio"
SAID = {
    "said_set_a_timer_for_30_seconds": ("set a timer for 30 seconds", ["30 seconds"]),
    "said_whats_the_weather_like_in_new_york": (
        "what's the weather like in New York",
        ["New York"],
    ),
}
CALLED = {
    "alexa_100": "alexa",
    "alexa_247": "alexa",
    "alexa_this_is_a_long_test_command": "alexa this is a long test command",
    "wyoming_hey_jarvis": "hey jarvis",
}
SPEED = {"latency_p95_s", "real_time_factor", "first_chunk_p50_s", "tokens_per_s"} | {
    "first_token_p50_s"
}
"""What a machine that does other things, too, measures too slow."""

Find = Callable[[str], Path]


@pytest.fixture
def compared(tmp_path: Path) -> Callable[..., Comparison]:
    """Compare two files by the shipped policy, on a board with enough memory."""

    def judged(new: Path, current: Path, data: Path | None = None, **options: Any) -> Comparison:
        table = Table(tmp_path / "results.db")
        # A voice is not cut into stages first, which takes longer than the rest.
        settings = {"in_pieces": False} if "stt_model" in options else {}
        way = Way(load_policy(), 8_000, table, data, settings=settings, options=options)
        return compare(str(new), str(current), way, measure, Store())

    return judged


def manifest(folder: Path, rows: dict[str, dict[str, Any]]) -> Path:
    """Some of the tests' recordings, in a folder of their own."""
    path = folder / "manifest.jsonl"
    lines = []
    for name, row in rows.items():
        shutil.copy(AUDIO / f"{name}.flac", folder)
        lines.append(json.dumps({"file": f"{name}.flac"} | row))
    path.write_text("\n".join(lines) + "\n")
    return path


def refused(found: Comparison) -> set[str]:
    """The figures that the gate refuses, but for those of speed."""
    assert found.verdict.faults == ()
    return {check.figure for check in found.verdict.checks if check.state == "refused"} - SPEED


def test_whisper_without_a_layer(
    tmp_path: Path, model: Find, compared: Callable[..., Comparison]
) -> None:
    data = manifest(
        tmp_path,
        {name: {"text": text, "entities": entities} for name, (text, entities) in SAID.items()},
    )
    current = model("whisper-tiny.en-q8_0")
    new = broken.without_a_layer(current, tmp_path / "ggml-zeroed-q8_0.bin")
    found = compared(new, current, data)
    assert not found.verdict.passed
    assert refused(found) >= {"wer", "entity_accuracy"}
    assert refused(compared(current, current, data)) == set()


def test_a_clipped_voice(tmp_path: Path, model: Find, compared: Callable[..., Comparison]) -> None:
    pytest.importorskip("onnx")
    current = model("en_US-joe-medium")
    new = broken.clipped(current, tmp_path / "loud.onnx")
    found = compared(new, current, limit=1, stt_model="whisper-tiny.en-q8_0")
    assert not found.verdict.passed
    assert refused(found) >= {"clipped_share", "log_mel_distance_db"}
    assert found.current is not None
    assert found.current.figures["log_mel_distance_db"] is None  # it is no reference of its own


def test_a_deaf_wake_word(tmp_path: Path, model: Find, compared: Callable[..., Comparison]) -> None:
    pytest.importorskip("onnx")
    data = manifest(tmp_path, {name: {"text": text} for name, text in CALLED.items()})
    current = model("alexa")
    new = broken.deaf(current, tmp_path / "deaf.onnx")
    found = compared(new, current, data, phrase="alexa")
    assert not found.verdict.passed
    assert refused(found) == {"miss_rate"}
    [check] = [each for each in found.verdict.checks if each.reason and each.current is not None][
        :1
    ]
    assert (check.new, check.current) == (1.0, 0.0)
    assert refused(compared(current, current, data, phrase="alexa")) == set()


def test_a_language_model_with_wrong_words(
    tmp_path: Path, model: Find, compared: Callable[..., Comparison]
) -> None:
    current = model("smollm2-135m-instruct")
    new = broken.with_wrong_words(current, tmp_path / "wrong-Q4_1.gguf")
    text = tmp_path / "text.txt"
    text.write_text("Turn on the light in the kitchen. Set a timer for ten minutes.\n" * 40)
    found = compared(new, current, text)
    assert not found.verdict.passed
    assert "have different vocabularies" in found.verdict.reasons[0]
    assert found.current is None  # nobody waited for it
