"""The loop of an engine's process."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from tools.bench.peers.lines import END, READY, decode, encode

Answer = Callable[[dict[str, Any]], Iterable[dict[str, Any]]]


def serve(load: Callable[[], Answer]) -> None:
    """Load an engine, then answer every line until there are no more.

    Native libraries print what they like, so standard output becomes the error output, and the
    lines go to a copy of what it was.
    """
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    answer = load()
    out.write(encode(READY))
    out.flush()
    for line in sys.stdin:
        for message in answer(decode(line)):
            out.write(encode(message))
            out.flush()
        out.write(encode(END))
        out.flush()
