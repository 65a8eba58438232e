"""Half an hour in a kitchen: does the listening keep up while the language model works?

    python -m tools.bench.soak shared/data/manifest.jsonl --minutes 30

Runs the assistant over a virtual sound card in real time. Radio, appliances and telephone talk play
all the time; somebody asks something now and then; the microphone hears the loudspeaker's echo; and
a second language model writes for half of every minute. Prints what got lost and who woke it.
"""

import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from assistant.audio.portaudio import PortAudio
from assistant.audio.types import Pcm
from assistant.config import load as load_settings
from assistant.errors import InputError
from assistant.evaluate.manifest import Manifest, load
from assistant.events import Message, PlaybackStarted, WakeDetected
from assistant.live import Live
from assistant.llm import LanguageModel
from assistant.llm import Message as Prompt
from assistant.loading import load_engine, load_engines
from hw.fingerprint import fingerprint
from models.store import Store
from tools.bench.kitchen import Kitchen, hiss, joined, measure, requests
from tools.virtual_sound import SoundServer, available

BACKGROUND = ("noise_room", "noise_esc10", "music", "neg_phone_en")
EVERY_S = 40.0
"""Between two requests."""
ECHO_MS = 60
WAKE_SLACK_S = 2.0
"""A wake word is reported at most this long after the person stopped speaking."""


@dataclass(frozen=True, slots=True)
class Plan:
    seconds: float
    background: Pcm
    requests: list[Pcm]


class Watch:
    """Observer: when it woke, when it spoke."""

    def __init__(self) -> None:
        self.wakes: list[tuple[float, str, float]] = []
        self.replies = 0

    def __call__(self, now: float, message: Message) -> None:
        match message:
            case WakeDetected(phrase, score):
                self.wakes.append((time.monotonic(), phrase, score))
            case PlaybackStarted():
                self.replies += 1


class Writer:
    """Keeps a language model busy for half of every minute, standing back as the worker does."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._stopped = False
        self.busy_s = 0.0
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._thread.join()

    def _run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        story = [Prompt("user", "Write a very long story about a kitchen.")]
        while not self._stopped:
            began = time.monotonic()
            if began % 60 >= 30:
                time.sleep(0.5)
                continue
            for _ in self._model.stream(story, self._resting):
                pass
            self.busy_s += time.monotonic() - began

    def _resting(self) -> bool:
        return self._stopped or time.monotonic() % 60 >= 30


def soak(
    manifest: Annotated[Path, typer.Argument(help="Recordings, one a line, as JSON.")],
    minutes: Annotated[float, typer.Option(min=0.5)] = 30.0,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Run the assistant in a virtual kitchen and print what got lost and who woke it."""
    if not available():
        raise InputError("PulseAudio is missing; run `make sound`.")
    plan = _plan(load(manifest), minutes * 60)
    with SoundServer() as server:
        os.environ.update(server.environment)
        server.connect(ECHO_MS)
        settings, store = load_settings(None), Store()
        kitchen, watch, host = Kitchen(server), Watch(), PortAudio()
        host.renew()
        engines = load_engines(settings, store)
        live = Live(settings, lambda parts: parts.keep(engines), store, host, [watch])
        result = _live(live, Writer(load_engine("llm", settings, store)), kitchen, plan)
    result |= _woken(watch, kitchen, result.pop("began"))
    _report(result | {"minutes": minutes, "machine": fingerprint()}, as_json)


def _plan(rows: Manifest, seconds: float) -> Plan:
    quiet = joined(rows.select(BACKGROUND, None), seconds, seed=1)
    mixed = np.clip(quiet.astype(np.int32) + hiss(seconds)[: len(quiet)], -32_768, 32_767)
    asked = requests(rows, "wake_alexa", "commands_home_en", int(seconds / EVERY_S) + 1)
    return Plan(seconds, mixed.astype(np.int16), asked)


def _live(live: Live, writer: Writer, kitchen: Kitchen, plan: Plan) -> dict[str, Any]:
    """Everything runs for so long; what is known afterwards."""
    running = threading.Thread(target=live.run)
    running.start()
    time.sleep(2)
    cpu_s, began = time.process_time(), time.monotonic()
    kitchen.background(plan.background)
    writer.start()
    for pcm in plan.requests:
        time.sleep(max(0.0, len(kitchen.asked) * EVERY_S + 10 - (time.monotonic() - began)))
        if time.monotonic() - began > plan.seconds - 15:
            break
        kitchen.ask(pcm)
    time.sleep(max(0.0, plan.seconds - (time.monotonic() - began)))
    lasted = time.monotonic() - began
    writer.stop()
    live.stop()
    running.join()
    return {
        "began": began,
        "requests": len(kitchen.asked),
        "llm_busy_share": round(writer.busy_s / lasted, 2),
        "cpu_of_one_core": round((time.process_time() - cpu_s) / lasted, 2),
        "health": live.summary(),
    }


def _woken(watch: Watch, kitchen: Kitchen, began: float) -> dict[str, Any]:
    """Wakes while nobody had asked: its own voice could be their cause."""
    uncalled = [wake for wake in watch.wakes if not kitchen.was_asking(wake[0], WAKE_SLACK_S)]
    return {
        "wakes": len(watch.wakes),
        "uncalled_wakes": [
            {"at_s": round(at - began, 1), "phrase": phrase, "score": round(score, 3)}
            for at, phrase, score in uncalled
        ],
        "replies": watch.replies,
    }


def _report(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    console = Console(highlight=False)
    for name, value in result.items():
        console.print(f"{name:>18}  {json.dumps(value) if isinstance(value, dict) else value}")


if __name__ == "__main__":
    measure(soak)
