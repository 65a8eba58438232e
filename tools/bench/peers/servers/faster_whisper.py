"""faster-whisper with its defaults: `MODEL_FOLDER THREADS`. {"pcm"} -> {"text"}.

Its weights are read as int8, as its own manual has it for processors; "default" would be float32.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tools.bench.peers.lines import unpack
from tools.bench.peers.serving import Answer, serve


def load() -> Answer:
    folder, threads = sys.argv[1:]
    numpy = import_module("numpy")
    model = import_module("faster_whisper").WhisperModel(
        folder, device="cpu", compute_type="int8", cpu_threads=int(threads), local_files_only=True
    )

    def answer(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        samples = numpy.frombuffer(unpack(request["pcm"]), numpy.int16)
        segments, _ = model.transcribe(samples.astype(numpy.float32) / 32_768)
        yield {"text": " ".join(segment.text.strip() for segment in segments)}

    return answer


if __name__ == "__main__":
    serve(load)
