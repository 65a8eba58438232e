"""The process that measures one candidate: `python -m tools.quantize.measures PIPE`.

The job comes as one line of JSON on the standard input, which stays open for as long as somebody
waits for the answer. PIPE is the number of the descriptor for the answer, JSON lines: what native
code prints must not be mixed with it.
"""

import json
import math
import os
import sys
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from tools.quantize.job import Job, Roots
from tools.quantize.measures.clock import Figures, peak_rss_mib
from tools.quantize.measures.progress import observer


def main(pipe: int) -> None:
    """Answer with {"done": share} on the way, then with {"figures"} or {"error"}."""
    job, roots = received(sys.stdin.readline())
    threading.Thread(target=end_with_parent, daemon=True).start()
    with os.fdopen(pipe, "w", buffering=1, encoding="utf-8") as answer:

        def send(**message: Any) -> None:
            answer.write(json.dumps(message, allow_nan=False) + "\n")

        observer.set(lambda share: send(done=share))
        try:
            measure = getattr(import_module(f"tools.quantize.measures.{job.kind}"), job.kind)
            send(figures=_whole(measure(job, roots)))
        except AssistantError as error:
            send(error=str(error))


def received(line: str) -> tuple[Job, Roots]:
    """What `tools.quantize.measure` sends."""
    message = json.loads(line)
    model, reference, data = (Path(root) if root else None for root in message["roots"])
    assert model is not None
    assert data is not None
    return Job.model_validate(message["job"]), Roots(model, reference, data)


def _whole(figures: Figures) -> Figures:
    """With what every kind has. A bound that does not exist is none."""
    common: Figures = {"peak_rss_mib": peak_rss_mib(), "cpu_s": time.process_time()}
    return {
        name: value if value is not None and math.isfinite(value) else None
        for name, value in (common | figures).items()
    }


def end_with_parent() -> None:
    """Nobody waits any more: the machine has better things to do."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
