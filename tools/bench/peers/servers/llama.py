"""llama-cpp-python's chat completion with its defaults: `MODEL_FILE THREADS`.

{"messages", "max_tokens", "stream"} -> {"text"}, once, or piece by piece as it is written.
"""

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tools.bench.peers.serving import Answer, serve

SEED = 1
"""Replies are drawn at a temperature of 0.2; with a seed they have the same length in every run."""


def load() -> Answer:
    path, threads = sys.argv[1:]
    model = import_module("llama_cpp").Llama(
        path, n_threads=int(threads), n_threads_batch=int(threads), seed=SEED, verbose=False
    )

    def answer(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        completion = model.create_chat_completion(
            messages=request["messages"],
            max_tokens=request["max_tokens"],
            stream=request["stream"],
            seed=SEED,
        )
        if not request["stream"]:
            yield {"text": completion["choices"][0]["message"]["content"]}
            return
        for piece in completion:
            yield {"text": piece["choices"][0]["delta"].get("content", "")}

    return answer


if __name__ == "__main__":
    serve(load)
