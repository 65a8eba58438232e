"""What listening costs while nobody asks anything: `assistant run` in real time, seen from outside.

    python -m tools.bench.idle shared/data/manifest.jsonl --minutes 5

Plays silence, speech and music into a virtual microphone, each for so long, and prints the share of
one core that the process used and the memory it held. The sound server's own work is not counted.
The share is taken of stretches of ten seconds; their median is the figure, for other work on the
machine, or on its host, makes some of them several times too expensive.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from assistant.errors import InputError
from assistant.evaluate.manifest import load
from hw.fingerprint import fingerprint
from tools.bench.kitchen import hiss, joined, measure
from tools.virtual_sound import SoundServer, available

KINDS = {
    "silence": (),
    "speech": ("neg_phone_en", "prompts_en"),
    "music": ("music",),
}
SETTLE_S = 5.0
"""After start-up and between two kinds: the noise floor is found, a voice is over."""
STRETCH_S = 10.0


def idle(
    manifest: Annotated[Path, typer.Argument(help="Recordings, one a line, as JSON.")],
    minutes: Annotated[float, typer.Option(min=0.1, help="Of each kind.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure `assistant run` while it hears silence, speech and music without a wake word."""
    if not available():
        raise InputError("PulseAudio is missing; run `make sound`.")
    rows, seconds = load(manifest), minutes * 60
    result: dict[str, Any] = {"minutes": minutes, "machine": fingerprint()}
    with SoundServer() as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "run", "--json"],
            env=os.environ | server.environment | {"ASSISTANT_MIC__SILENT_S": "3600"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        while '"ready"' not in process.stdout.readline():
            if process.poll() is not None:
                raise InputError("`assistant run` ended; run it by hand to see why.")
        for kind, sets in KINDS.items():
            pcm = hiss(seconds + SETTLE_S)
            if sets:
                loud = joined(rows.select(sets, None), seconds + SETTLE_S, seed=2)
                pcm = np.clip(loud.astype(np.int32) + pcm, -32_768, 32_767).astype(np.int16)
            server.speak(pcm)
            time.sleep(SETTLE_S)
            result[kind] = _measure(process.pid, seconds)
        process.terminate()
        rest = process.stdout.read().splitlines()
        process.wait()
    result["health"] = json.loads(rest[-1])
    _report(result, as_json)


def _measure(pid: int, seconds: float) -> dict[str, float]:
    shares = [_share(pid) for _ in range(max(1, round(seconds / STRETCH_S)))]
    return {
        "cpu_percent": round(100 * median(shares), 2),
        "least_percent": round(100 * min(shares), 2),
        "most_percent": round(100 * max(shares), 2),
        "rss_mb": round(_rss_bytes(pid) / 1e6, 1),
    }


def _share(pid: int) -> float:
    """Part of a core that the process uses in the next `STRETCH_S`."""
    cpu_s, began = _cpu_s(pid), time.monotonic()
    time.sleep(STRETCH_S)
    return (_cpu_s(pid) - cpu_s) / (time.monotonic() - began)


def _cpu_s(pid: int) -> float:
    """Processor time of the threads that live, as the scheduler counts it: a thread that wakes up
    a hundred times a second for a moment is all but invisible to the ticks of /proc/PID/stat."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def _rss_bytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _report(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    title = f"{result['minutes']} min each, stretches of {STRETCH_S:.0f} s"
    table = Table("heard", "CPU, % of one core", "least", "most", "RSS, MB", title=title)
    for kind in KINDS:
        row = result[kind]
        names = ("cpu_percent", "least_percent", "most_percent", "rss_mb")
        table.add_row(kind, *(str(row[name]) for name in names))
    console = Console(highlight=False)
    console.print(table)
    console.print(f"health {json.dumps(result['health'])}")


if __name__ == "__main__":
    measure(idle)
