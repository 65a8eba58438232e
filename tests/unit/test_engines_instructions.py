"""The engines say what they were compiled for, and `assistant run` logs what that wastes."""

import logging

import pytest

from assistant.commands import listening
from assistant.engines import instructions
from assistant.engines.instructions import built
from hw.instructions import compiled, cpuinfo, offered, report


def test_the_installed_libraries_describe_themselves() -> None:
    answers = built()
    assert set(answers) == {"whisper.cpp", "llama.cpp", "onnxruntime"}
    assert answers["onnxruntime"] is None
    for name in ("whisper.cpp", "llama.cpp"):
        line = answers[name]
        assert line, name
        assert compiled(line), line


def test_no_library_needs_more_than_this_processor_has() -> None:
    """It would not have been loaded otherwise: a name that is read wrongly shows here."""
    for name, use in report(cpuinfo(), built())["engines"].items():
        assert set(use["compiled_for"] or ()) <= offered(cpuinfo()), name


def test_run_warns_about_what_makes_it_slow_and_only_mentions_the_rest(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers = {"whisper.cpp": "CPU : SSE3 = 1 | ", "llama.cpp": "CPU : SSE3 = 1 | AVX2 = 1 | "}
    monkeypatch.setattr(instructions, "built", lambda: answers | {"onnxruntime": None})
    monkeypatch.setattr(listening, "cpuinfo", lambda: "flags : pni avx2 avx512f\n")
    with caplog.at_level(logging.INFO):
        listening._log_instructions()
    levels = [record.levelname for record in caplog.records]
    assert levels == ["WARNING", "INFO", "INFO"]
    assert "run `make native`" in caplog.records[0].message
