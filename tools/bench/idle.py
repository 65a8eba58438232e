"""What listening costs while nobody asks anything: `assistant run` in real time, seen from outside.

    python -m tools.bench.idle shared/data/manifest.jsonl --minutes 5

Plays silence, speech and music into a virtual microphone, each for so long, and prints the share of
one core that the process used and the memory it held. The sound server's own work is not counted.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
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
_TICKS = os.sysconf("SC_CLK_TCK")


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
    cpu_s, began = _cpu_s(pid), time.monotonic()
    time.sleep(seconds)
    share = (_cpu_s(pid) - cpu_s) / (time.monotonic() - began)
    return {"cpu_percent": round(100 * share, 2), "rss_mb": round(_rss_bytes(pid) / 1e6, 1)}


def _cpu_s(pid: int) -> float:
    """Processor time of all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _rss_bytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _report(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    table = Table("heard", "CPU, % of one core", "RSS, MB", title=f"{result['minutes']} min each")
    for kind in KINDS:
        row = result[kind]
        table.add_row(kind, str(row["cpu_percent"]), str(row["rss_mb"]))
    console = Console(highlight=False)
    console.print(table)
    console.print(f"health {json.dumps(result['health'])}")


if __name__ == "__main__":
    measure(idle)
