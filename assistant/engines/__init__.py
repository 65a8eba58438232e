"""The engines: the only place that imports native inference libraries.

One class a file, one Protocol each, loaded by name. To add one, write the file and add its line.
Every class has `load(settings, model)`: `settings` is its section of the configuration, `model`
gives the path of a catalog entry's main file and raises ModelError when it is not installed.
"""

import ctypes
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError

# Read by OpenMP when the first engine loads it. By default its threads busy-wait for long at
# every barrier, which starves whoever else wants the cores; without any spinning, each of the some
# 200 barriers of a token pays for a sleep and a wake-up. A thousand rounds, some microseconds, are
# enough for threads that run side by side (docs/log.md has the figures).
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

# Read by onnxruntime when it is loaded. Left alone, its wheels (1.31) give the device an identity
# in the user's cache, and look for Microsoft's collector of telemetry to send it what was run.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

_M_ARENA_MAX = -8
"""malloc.h of glibc."""


_libc = ctypes.CDLL(None)


def _share_heaps() -> None:
    """Let all threads allocate from two heaps: by default glibc gives each of the workers its
    own, and what one frees the others cannot use. Other C libraries have no such knob."""
    mallopt = getattr(_libc, "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)


_share_heaps()


def trim() -> None:
    """Give memory that nothing uses back to the system, as far as the C library can: what reading
    a model or a long sentence needed for a moment. Takes some milliseconds."""
    release = getattr(_libc, "malloc_trim", None)
    if release is not None:
        release(0)


ModelPath = Callable[[str], Path]

ENGINES = {
    "echo": {"webrtc": "webrtc:WebRtc", "none": "unchanged:Unchanged"},
    "wake": {"openwakeword": "openwakeword:OpenWakeWord"},
    "vad": {"silero": "silero:Silero"},
    "turn": {"smart_turn": "smart_turn:SmartTurn"},
    "stt": {"whispercpp": "whispercpp:WhisperCpp"},
    "llm": {"llamacpp": "llamacpp:LlamaCpp"},
    "tts": {"piper": "piper:Piper"},
}


def find(role: str, engine: str) -> str:
    """Module and class of an engine; ConfigError if there is none of this name."""
    choices = ENGINES[role]
    if engine not in choices:
        raise ConfigError(
            f"{role}.engine = {engine!r} is unknown; choose one of: {', '.join(choices)}."
        )
    return choices[engine]


def load(role: str, settings: Any, model: ModelPath) -> Any:
    """Import and construct the engine that `settings.engine` names. ConfigError if unknown."""
    module, name = find(role, settings.engine).split(":")
    engine = getattr(import_module(f"assistant.engines.{module}"), name).load(settings, model)
    trim()
    return engine
