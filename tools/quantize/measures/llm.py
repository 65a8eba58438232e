"""A language model: how fast, how well it foretells a text, how far from the unquantised one, and
whether it calls the right tools. The same files give the same figures, but for times and memory, on
the same machine with the same number of threads: it always takes the most probable token."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from assistant.llm import LlmSettings
from tools.quantize.job import Job, Roots
from tools.quantize.llama import corpus
from tools.quantize.llama.native import Reader
from tools.quantize.llama.source import checked
from tools.quantize.measures.clock import Figures, own_cpu_s, peak_rss_mib
from tools.quantize.measures.engine import loaded
from tools.quantize.measures.llm_cases import (
    TOOLS_CONTEXT,
    Cases,
    load,
    right_calls,
    right_choices,
)
from tools.quantize.measures.llm_distance import (
    Scorer,
    check_same_vocabulary,
    distance,
    reading,
)
from tools.quantize.measures.llm_speed import speed
from tools.quantize.measures.options import LlmOptions, parsed
from tools.quantize.measures.progress import part
from tools.quantize.measures.sections import section

_CACHE = "XDG_CACHE_HOME"
_LEAST_CONTEXT = 512
"""For the examples of the intents."""


def llm(job: Job, roots: Roots) -> Figures:
    """Figures of a language model. Without labelled requests there are no tool_accuracy and
    intent_accuracy, without a reference no distances. peak_rss_mib and own_cpu_s are of the engine
    alone, as it answers and calls tools."""
    options = parsed(LlmOptions, job.options)
    settings: LlmSettings = section("llm", job.settings, model=job.name)
    model = checked(roots.model / job.model.main.name)
    text = corpus.read(roots.data / job.data.main.name)
    labelled = [roots.data / file.name for file in job.data.files[1:]]
    cases = load(labelled[0]).limited(options.limit) if labelled else None
    with _cache_of_its_own():
        with part(0.0, 0.2):
            figures = _speed(model, settings, text)
        with part(0.2, 0.6):
            figures |= _calls(model, settings, cases)
        figures["own_cpu_s"] = own_cpu_s()
    with part(0.6, 1.0):
        return figures | _distances(job, roots, model, settings.prompt_threads, text, cases)


@contextmanager
def _cache_of_its_own() -> Iterator[None]:
    """The engine keeps what it has read of each model; candidates are to leave nothing behind, and
    none is to find what was left."""
    before = os.environ.get(_CACHE)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[_CACHE] = folder
        try:
            yield
        finally:
            del os.environ[_CACHE]
            if before is not None:
                os.environ[_CACHE] = before


def _speed(model: Path, settings: LlmSettings, text: str) -> Figures:
    engine, load_s = loaded("llm", settings, lambda _: model)
    try:
        figures = speed(engine, settings, text)
    finally:
        engine.close()
    return {"load_s": load_s, "peak_rss_mib": peak_rss_mib(), **figures}


def _calls(model: Path, settings: LlmSettings, cases: Cases | None) -> Figures:
    if cases is None:
        return {"tool_accuracy": None, "tool_cases": 0}
    context = max(settings.context_tokens, TOOLS_CONTEXT)
    roomy = settings.model_copy(update={"context_tokens": context})
    engine, _ = loaded("llm", roomy, lambda _: model)
    try:
        right, of = right_calls(engine, roomy, cases)
    finally:
        engine.close()
    return {"tool_accuracy": right / of if of else None, "tool_cases": of}


def _distances(
    job: Job, roots: Roots, model: Path, threads: int, text: str, cases: Cases | None
) -> Figures:
    size = parsed(LlmOptions, job.options).chunk_tokens
    with ExitStack() as stack:
        context = max(size, _LEAST_CONTEXT)
        candidate = stack.enter_context(Reader(model, context, threads))
        other = None
        if job.reference is not None and roots.reference is not None:
            path = checked(roots.reference / job.reference.main.name)
            reference = stack.enter_context(Reader(path, context, threads))
            check_same_vocabulary(candidate, reference)
            other = reading(reference)
        tokens = candidate.tokenize(text, begin=True)
        pieces = corpus.chunks(tokens, size, candidate.begin, job.data.main.name)
        with part(0.0, 0.8):
            figures = distance(pieces, reading(candidate), other)
        candidate.forget()
        with part(0.8, 1.0):
            return figures | _choices(candidate, cases)


def _choices(reader: Reader, cases: Cases | None) -> Figures:
    right, of = right_choices(Scorer(reader), cases) if cases else (0, 0)
    return {"intent_accuracy": right / of if of else None, "intent_cases": of}
