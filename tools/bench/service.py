"""How soon it rings, listens and is complete after its start, how soon it ends when told to, and
whether it misses a ping of the watchdog: `python -m tools.bench.service`.

`assistant run` in a virtual room, under a stand-in for systemd, with a timer that came due before.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assistant.audio import wav
from assistant.errors import InputError
from hw.fingerprint import fingerprint
from tools.service_manager import Listening
from tools.virtual_sound import SoundServer, available

DEMO = Path(__file__).parents[2] / "tests" / "audio" / "hey_jarvis_what_time_is_it.flac"
COMMAND = [sys.executable, "-m", "assistant"]
LONGEST_S = 60.0
PATIENCE_S = 20.0
"""Of the watchdog, as in systemd/assistant.service."""
ASK_EVERY_S = 20.0
STEPS = {
    "found": "what is due is found, and stored as ringing",
    "rings": "it is heard",
    "ready": "somebody who calls is heard",
    "complete": "the language model is there too",
    "stops": "it ends, once told to",
}


class Start:
    """One start of the product, and when what was reached."""

    def __init__(self, server: SoundServer, folder: Path, due: bool) -> None:
        self.seen: dict[str, float] = {}
        self.pings: list[float] = []
        environment = {
            **os.environ,
            **server.environment,
            "XDG_STATE_HOME": str(folder),
            "ASSISTANT_MIC__SILENT_S": "3600",
            "WATCHDOG_USEC": str(round(PATIENCE_S * 1e6)),
            "NOTIFY_SOCKET": str(folder / "notify"),
        }
        if due:
            added = [*COMMAND, "timers", "add", "1s"]
            subprocess.run(added, env=environment, check=True, stdout=subprocess.DEVNULL)
            time.sleep(1.2)
        self._systemd = Listening(str(folder / "notify"))
        self._book = folder / "kitchen-assistant" / "household.db-wal"
        self._stored = self._changed()
        self._began = time.monotonic()
        self._product = subprocess.Popen(
            [*COMMAND, "run", "--json"], env=environment, stdout=subprocess.PIPE, text=True
        )
        for work in (self._read, self._watch):
            threading.Thread(target=work, daemon=True).start()

    def wait_for(self, step: str) -> None:
        until = time.monotonic() + LONGEST_S
        while step not in self.seen:
            if time.monotonic() > until or self._product.poll() is not None:
                raise InputError(f"It did not come to the step {step!r}; see its messages above.")
            time.sleep(0.01)

    def stop(self) -> None:
        began = time.monotonic()
        self._product.terminate()
        self._product.wait(LONGEST_S)
        self.seen["stops"] = time.monotonic() - began
        self._systemd.close()

    def _reached(self, step: str) -> None:
        self.seen.setdefault(step, time.monotonic() - self._began)

    def _read(self) -> None:
        assert self._product.stdout is not None
        for line in self._product.stdout:
            event = json.loads(line)
            if event["event"] in ("rings", "ready"):
                self._reached(event["event"])

    def _watch(self) -> None:
        while self._product.poll() is None:
            if self._changed() != self._stored:
                self._reached("found")
            for message in self._systemd.told():
                if message == "WATCHDOG=1":
                    self.pings.append(time.monotonic())
                elif message.startswith("STATUS=Listening") and "still" not in message:
                    self._reached("complete")
            time.sleep(0.005)

    def _changed(self) -> int:
        return self._book.stat().st_mtime_ns if self._book.exists() else 0


def service(
    times: Annotated[int, typer.Option(min=1, help="Starts.")] = 5,
    minutes: Annotated[float, typer.Option(min=0, help="Then run so long, and ask.")] = 0,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print medians and ranges in seconds."""
    if not available():
        raise InputError("PulseAudio is missing; run `make sound`.")
    result: dict[str, Any] = {"machine": fingerprint(), "starts": []}
    with SoundServer() as server:
        for _ in range(times):
            with tempfile.TemporaryDirectory() as folder:
                start = Start(server, Path(folder), due=True)
                start.wait_for("complete")
                start.wait_for("rings")
                start.stop()
                result["starts"].append(start.seen)
        if minutes:
            result["watchdog"] = _fed(server, minutes)
    if as_json:
        typer.echo(json.dumps(result))
    else:
        _print(result)


def _fed(server: SoundServer, minutes: float) -> dict[str, Any]:
    """Pings over so long a run, from its very start on."""
    pcm = wav.read(DEMO)
    with tempfile.TemporaryDirectory() as folder:
        start = Start(server, Path(folder), due=False)
        start.wait_for("ready")
        until = time.monotonic() + minutes * 60
        while time.monotonic() < until:
            server.speak(pcm)
            time.sleep(min(ASK_EVERY_S, max(0.0, until - time.monotonic())))
        start.stop()
    gaps = [later - earlier for earlier, later in pairwise(start.pings)]
    return {
        "minutes": minutes,
        "patience_s": PATIENCE_S,
        "pings": len(start.pings),
        "longest_gap_s": round(max(gaps), 2),
        "missed": sum(gap > PATIENCE_S for gap in gaps),
    }


def _print(result: dict[str, Any]) -> None:
    starts = result["starts"]
    table = Table("step", "median s", "min", "max", "what it is", title=f"{len(starts)} starts")
    for step, meaning in STEPS.items():
        values = [start[step] for start in starts if step in start]
        if values:
            shown = (f"{each:.2f}" for each in (median(values), min(values), max(values)))
            table.add_row(step, *shown, meaning)
    console = Console()
    console.print(table)
    if "watchdog" in result:
        told = "  ".join(f"{name} {value}" for name, value in result["watchdog"].items())
        console.print(f"watchdog: {told}")
    machine = result["machine"]
    console.print(
        f"{machine['cpu']}, {machine['cores_usable']} cores, load {machine['load_average']}"
    )


if __name__ == "__main__":
    typer.run(service)
