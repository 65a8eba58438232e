"""pywhispercpp's Model with its defaults: `MODEL_FILE`. {"pcm"} -> {"text"}."""

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tools.bench.peers.lines import unpack
from tools.bench.peers.serving import Answer, serve


def load() -> Answer:
    numpy = import_module("numpy")
    model = import_module("pywhispercpp.model").Model(sys.argv[1])

    def answer(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        samples = numpy.frombuffer(unpack(request["pcm"]), numpy.int16)
        segments = model.transcribe(samples.astype(numpy.float32) / 32_768)
        yield {"text": " ".join(segment.text.strip() for segment in segments)}

    return answer


if __name__ == "__main__":
    serve(load)
