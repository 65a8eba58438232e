"""What each kind of model is measured by, with engines that do as they are told."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.audio import wav
from assistant.audio.types import FRAME, Cancelled, Frame, Pcm
from assistant.engines.openwakeword import HOP
from assistant.stt import Transcript
from assistant.wake import Detection
from models.store import Store
from tests.quantize.jobs import manifest, network, record, whisper
from tools.quantize.candidates import job_for
from tools.quantize.figures import FIGURES, described
from tools.quantize.measures import stt, wake
from tools.quantize.measures.clock import latencies, peak_rss_mib
from tools.quantize.measures.engine import Loaded
from tools.quantize.measures.progress import observer, part, watched

GROWS = """
from tools.quantize.measures.clock import peak_rss_mib
before = peak_rss_mib()
block = b"x" * (100 << 20)
print(peak_rss_mib() - before)
"""
"""In a process of its own: this one may have needed more before."""
HEARD = {1_000: "set a timer", 2_000: "stop stop", 3_000: ""}
"""What the recogniser makes of a recording, by its loudness."""


class Recogniser:
    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        return Transcript(HEARD.get(int(pcm[0]), ""))


class Detector:
    """Hears the phrase in whatever is loud."""

    def push(self, frame: Frame) -> Detection | None:
        peak = int(np.abs(frame.pcm).max())
        return Detection("alexa", peak / 10_000, frame.end) if peak > 1_000 else None

    def reset(self) -> None:
        return None


def engine(made: object, seen: list[Any]) -> Callable[..., Loaded]:
    def loaded(kind: str, settings: Any, model: Callable[[str], Path]) -> Loaded:
        seen.append((settings, model))
        return Loaded(made, 0.5)

    return loaded


def test_words_entities_and_speed_of_a_recogniser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, amplitude in (("1.wav", 1_000), ("2.wav", 2_000), ("3.wav", 3_000)):
        record(tmp_path / name, amplitude)
    data = manifest(
        tmp_path,
        {"file": "1.wav", "text": "Set a timer.", "entities": ["timer"]},
        {"file": "2.wav", "text": "stop", "entities": ["stop"]},
        {"file": "3.wav", "text": "light on", "entities": ["light"]},
    )
    model = whisper(tmp_path / "w.bin")
    job, roots = job_for(model, data, settings={"threads": 3}, store=Store(tmp_path))
    seen: list[Any] = []
    monkeypatch.setattr(stt, "loaded", engine(Recogniser(), seen))
    figures = stt.stt(job, roots)
    [(settings, path)] = seen
    assert settings.threads == 3
    assert path(settings.model) == model
    assert figures["wer"] == pytest.approx(3 / 6)  # one inserted, two deleted
    assert figures["wer_low"] is not None
    assert figures["wer_high"] is not None
    assert figures["wer_low"] <= 0.5 <= figures["wer_high"]
    assert figures["entity_accuracy"] == pytest.approx(2 / 3)
    assert figures["exact_rate"] == pytest.approx(1 / 3)
    assert (figures["utterances"], figures["words"], figures["load_s"]) == (3, 6, 0.5)


def test_misses_and_false_accepts_of_a_wake_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loudness = {"a.wav": 9_000, "b.wav": 4_000, "c.wav": 8_000, "d.wav": 10}
    for name, amplitude in loudness.items():
        loud = np.repeat(np.array([0, amplitude], np.int16), 8_000)
        wav.write(tmp_path / name, loud)
    data = manifest(
        tmp_path,
        {"file": "a.wav", "text": "Alexa"},
        {"file": "b.wav", "text": "alexa"},
        {"file": "c.wav", "label": "noise"},
        {"file": "d.wav", "label": "noise"},
    )
    model = network(tmp_path / "mine.onnx")
    job, roots = job_for(model, data, options={"phrase": "alexa"}, store=Store(tmp_path))
    seen: list[Any] = []
    monkeypatch.setattr(wake, "loaded", engine(Detector(), seen))
    figures = wake.wake(job, roots)
    [(settings, path)] = seen
    assert settings.phrases == ("alexa",)
    assert path("alexa") == model
    assert (figures["misses"], figures["positives"], figures["miss_rate"]) == (1, 2, 0.5)
    assert (figures["false_accepts"], figures["hours"]) == (1, 2 / 3_600)
    assert figures["false_accepts_per_hour"] == 1_800
    lenient = job.model_copy(update={"options": {"phrase": "alexa", "threshold": 0.3}})
    assert wake.wake(lenient, roots)["misses"] == 0


def test_only_frames_that_end_a_hop_count_for_its_latency() -> None:
    timed = wake.Timed(Detector())
    for number in range(20):
        timed.push(Frame(number * FRAME, np.zeros(FRAME, np.int16)))
    assert timed.samples == 20 * FRAME
    assert len(timed.hops) == 20 * FRAME // HOP


def test_progress_of_parts_is_that_of_the_whole() -> None:
    shares: list[float] = []
    token = observer.set(shares.append)
    try:
        with part(0.0, 0.5):
            assert list(watched([1, 3], weight=float)) == [1, 3]
        with part(0.5, 1.0):
            list(watched(["a"]))
        assert list(watched([])) == []
    finally:
        observer.reset(token)
    assert shares == [0.125, 0.5, 1.0]


def test_the_peak_of_memory_is_read_where_the_kernel_writes_it(tmp_path: Path) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/status").write_text("VmPeak:\t 9 kB\nVmHWM:\t    3072 kB\n")
    assert peak_rss_mib(tmp_path) == 3
    grown = subprocess.run([sys.executable, "-c", GROWS], capture_output=True, check=True)
    assert 90 < float(grown.stdout) < 110
    (tmp_path / "proc/self/status").write_text("Name: x\n")
    with pytest.raises(OSError, match="VmHWM"):
        peak_rss_mib(tmp_path)


def test_there_is_no_latency_of_nothing() -> None:
    assert latencies([]) == {"latency_p50_s": None, "latency_p95_s": None}
    assert latencies([1, 2, 3])["latency_p50_s"] == 2


def test_figures_are_described_with_their_bounds() -> None:
    given = {"wer": 0.05, "wer_low": 0.04, "wer_high": 0.0651, "load_s": None, "own": 1.5}
    given |= {"false_accepts_per_hour": 0.0, "false_accepts_per_hour_upper": 7.3}
    assert list(described(given)) == [
        ("time to load", "-", ""),
        ("word error rate", "5.00 %", "4.00 % to 6.51 %"),
        ("false alarms", "0.00 /h", "at most 7.30 /h"),
        ("own", "1.50", ""),
    ]


def test_every_figure_of_every_kind_has_a_name_for_people() -> None:
    folder = Path(stt.__file__).parent
    written = {
        name
        for kind in ("stt", "wake", "tts", "round_trip")
        for name in re.findall(r'^        "(\w+)": ', (folder / f"{kind}.py").read_text(), re.M)
    }
    assert {"wer_low", "miss_rate", "clipped_share", "round_trip_wer"} <= written
    assert written <= set(FIGURES)
