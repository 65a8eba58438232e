"""Engines, loaded as the assistant loads them."""

from importlib import import_module
from typing import Any, NamedTuple

from assistant import engines
from assistant.engines import ModelPath
from tools.quantize.job import Kind
from tools.quantize.measures.clock import Stopwatch


class Loaded(NamedTuple):
    engine: Any
    seconds: float
    """To read the model and run it once, without the import of libraries that all models share."""


def loaded(kind: Kind, settings: Any, model: ModelPath) -> Loaded:
    """Raises ModelError or ConfigError for a model that the engine refuses."""
    module = engines.find(kind, settings.engine).partition(":")[0]
    import_module(f"{engines.__name__}.{module}")
    with Stopwatch() as loading:
        engine = engines.load(kind, settings, model)
    return Loaded(engine, loading.seconds)
