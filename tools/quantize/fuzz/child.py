"""The process that loads what was let through: `python -m tools.quantize.fuzz.child FORMAT`.

Reads a file's name a line, answers "loaded" or "refused" a line. If it dies, that is the finding.
"""

import os
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from assistant.errors import AssistantError

_MEMORY = 8 << 30
_INPUT_MOST = 1 << 16


def main(kind: str) -> None:
    """Answer until there is nothing more to read."""
    # What asks for more memory than any board has is refused by the system, not by killing others.
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    load = _LOADERS[kind]
    refusals: tuple[type[Exception], ...] = (AssistantError, *_refusals(kind))
    # What the libraries print is no answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        try:
            load(Path(line.rstrip("\n")))
            answer = "loaded"
        except refusals:
            answer = "refused"
        print(answer, file=answers, flush=True)


def _refusals(kind: str) -> Iterator[type[Exception]]:
    """What a library raises of its own when it does not like a file."""
    yield MemoryError
    if kind == "onnx":
        from assistant.engines.onnx import REFUSED

        yield from REFUSED
    if kind == "safetensors":
        from safetensors import SafetensorError

        yield SafetensorError


def _load_ggml(path: Path) -> None:
    """Load the model and transcribe a second of silence."""
    from assistant.engines.whispercpp import WhisperCpp
    from assistant.stt import SttSettings

    WhisperCpp.load(SttSettings(threads=1), lambda _: path).close()


def _load_gguf(path: Path) -> None:
    """Load the model, read a few tokens and say the next, in letters."""
    from assistant.engines.llama_context import LlamaContext
    from assistant.llm import LlmSettings

    context = LlamaContext(path, LlmSettings(threads=1, context_tokens=256))
    try:
        tokens = context.tokenize("hello, wörld\n", markup=True, begin=True) or [0]
        if context.evaluate(tokens[:32], lambda: False):
            context.spelling(context.sample())
        for token in range(context.vocabulary_size):
            context.spelling(token)
    finally:
        context.close()


def _load_onnx(path: Path) -> None:
    """Make a session and run it over noughts, of the smallest shapes that its inputs allow."""
    from assistant.engines.onnx import session

    made = session(path, threads=1)
    feeds = {}
    for port in made.get_inputs():
        shape = [size if isinstance(size, int) and size > 0 else 1 for size in port.shape]
        if port.type not in _TYPES or np.prod(shape, dtype=float) > _INPUT_MOST:
            return
        feeds[port.name] = np.zeros(shape, _TYPES[port.type])
    made.run(None, feeds)


_TYPES = {
    **{"tensor(float)": "float32", "tensor(double)": "float64", "tensor(float16)": "float16"},
    **{"tensor(int64)": "int64", "tensor(int32)": "int32", "tensor(bool)": "bool"},
    **{"tensor(int8)": "int8", "tensor(uint8)": "uint8"},
}


def _load_safetensors(path: Path) -> None:
    """Open the file and read every tensor that NumPy has a type for."""
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:
        for name in file.keys():  # noqa: SIM118  it is no dict
            try:
                file.get_tensor(name)
            except (TypeError, AttributeError):
                continue  # a type that NumPy does not have


_LOADERS: dict[str, Callable[[Path], None]] = {
    "ggml": _load_ggml,
    "gguf": _load_gguf,
    "onnx": _load_onnx,
    "safetensors": _load_safetensors,
}

if __name__ == "__main__":
    main(sys.argv[1])
