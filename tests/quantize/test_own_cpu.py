"""Processor time is the candidate's own: who judges it is not counted with it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.quantize.jobs import job, voice, whisper
from tests.quantize.outcomes import outcome
from tools.quantize.candidates import job_for
from tools.quantize.measures import __main__ as child
from tools.quantize.measures import llm, stt, tts, wake
from tools.quantize.measures.clock import Figures
from tools.quantize.measures.engine import Loaded
from tools.quantize.sweep.estimate import from_past

BURNT_S = 0.3


def burn() -> None:
    until = time.process_time() + BURNT_S
    while time.process_time() < until:
        pass


def burning(*answer: Any) -> Callable[..., Any]:
    """Takes some processor time, whatever it is asked."""

    def work(*_: Any, **__: Any) -> Any:
        burn()
        return answer[0]

    return work


def shares(measure: Callable[[], Figures]) -> tuple[float, float]:
    """Of a measurement's processor seconds: the candidate's, and what came after it."""
    before = time.process_time()
    own = measure()["own_cpu_s"]
    assert own is not None
    return own - before, time.process_time() - own


def test_who_listens_to_a_voice_and_what_it_is_compared_with_are_not_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, roots = job_for(voice(tmp_path), settings={"in_pieces": "false"})
    spoken = tts.Spoken("a", np.ones(100, np.int16), 0.1, 0.2)
    engine = type("Engine", (), {"rate": 100})()
    monkeypatch.setattr(tts, "loaded", lambda *_: Loaded(engine, 0.5))
    monkeypatch.setattr(tts, "sentences_of", lambda *_: ("a",))
    monkeypatch.setattr(tts, "_speak", burning(spoken))
    monkeypatch.setattr(tts, "_compared", burning({}))
    monkeypatch.setattr(tts, "round_trip", burning({}))
    own_s, after_s = shares(lambda: tts.tts(made, roots))
    assert own_s >= BURNT_S
    assert after_s >= 2 * BURNT_S


def test_reading_beside_the_reference_is_not_a_language_models_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, roots = job(tmp_path, kind="llm")
    monkeypatch.setattr(llm, "checked", lambda path: path)
    monkeypatch.setattr(llm, "_speed", burning({}))
    monkeypatch.setattr(llm, "_calls", burning({}))
    monkeypatch.setattr(llm, "_distances", burning({}))
    own_s, after_s = shares(lambda: llm.llm(made, roots))
    assert own_s >= 2 * BURNT_S
    assert after_s >= BURNT_S


@pytest.mark.parametrize("module", [stt, wake])
def test_of_the_others_what_they_hear_is_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    name = module.__name__.rpartition(".")[2]
    made, roots = job(tmp_path, kind=name)
    evaluation = type("Evaluation", (), {"warm_up": burning(None), "measure": burning([])})()
    hops = type("Timed", (), {"hops": [0.1], "samples": 10})()
    monkeypatch.setattr(module, "examined", lambda *_: whisper(tmp_path / "w.bin"))
    monkeypatch.setattr(module, "rows_of", lambda *_: [type("Row", (), {"seconds": 1})()])
    monkeypatch.setattr(module, "loaded", lambda *_: Loaded(None, 0.5))
    monkeypatch.setattr(module, "Timed", lambda _: hops, raising=False)
    monkeypatch.setattr(module, f"{name.capitalize()}Evaluation", lambda *_: evaluation)
    monkeypatch.setattr(module, "_figures", lambda *_: {})
    own_s, _ = shares(lambda: getattr(module, name)(made, roots))
    assert own_s >= BURNT_S


def test_both_are_kept_and_the_whole_tells_how_long_a_sweep_takes() -> None:
    figures = child._whole({"own_cpu_s": 1.0})
    assert figures["own_cpu_s"] == 1.0
    assert (figures["cpu_s"] or 0) > 0
    estimate = from_past([past := outcome("stt", {"own_cpu_s": 1.0, "cpu_s": 8.0})])
    assert estimate.seconds(past.job) == 4  # on two threads
