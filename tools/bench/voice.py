"""How soon a voice is heard, one sentence at a time, and whether it is still understood.

    python -m tools.bench.voice --threads 1 --rounds 3

Speaks fifteen sentences whole, and in pieces with the first words run ahead, in turns. Processor
time is given beside the wall's, because other work on the
machine falsifies only that. *Headroom* is how many times slower a machine may be before a listener
waits between two pieces; *pause* the longest silence inside a sentence. Words are those that the
assistant's own recogniser hears.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from assistant import engines
from assistant.audio.quiet import first_sound
from assistant.audio.resample import resample
from assistant.audio.types import RATE, AudioChunk, Pcm
from assistant.config import Settings, load
from assistant.engines.piper import Piper
from assistant.evaluate.extras import need
from assistant.evaluate.text import Normalizer
from assistant.spoken import speakable
from assistant.stt import Transcriber
from hw.fingerprint import fingerprint
from models.store import Store
from tools.bench.kitchen import measure

SENTENCES = (
    "Yes, of course.",
    "It's ten forty five in the morning.",
    "The kettle is on the stove and the water should be boiling in ten minutes.",
    "Turn the oven down to a hundred and eighty degrees and leave the cake in it for a while.",
    "Sorry, I do not know the time zone of that town, but I can tell you the time in London.",
    "Chop the onions finely, then fry them in butter until they are soft and golden.",
    "Tomorrow will be cloudy with some rain in the afternoon, so take an umbrella with you.",
    "The recipe needs two eggs, a cup of flour, half a cup of milk and a little salt.",
    "You can keep cooked rice in the fridge for about three days if it is covered well.",
    "A good bread dough should rest in a warm place until it has doubled in size.",
    "The nearest supermarket closes at eight o'clock on weekdays and at six on Saturdays.",
    "Honey never really goes bad because it holds so little water and so much sugar.",
    "There are about twenty seven grams of sugar in a glass of orange juice.",
    "I have added apples, bananas and washing powder to your shopping list.",
    "Pasta water should be as salty as the sea, or so they say in the south of Italy.",
)
QUIET_DB = -45.0
"""Of full scale; what is softer is a pause."""
LEAD_S = 0.05
"""Silence that a voice begins with and that is not played (`audio.quiet.without_lead`)."""


@dataclass(frozen=True, slots=True)
class Take:
    """One sentence, spoken once."""

    first_ms: float
    """To its first piece, on the wall."""
    first_cpu_ms: float
    """The same, in processor time of all threads."""
    cpu_ms: float
    """To its last piece."""
    headroom: float | None
    """None if there is only one piece."""
    pause_ms: float
    pcm: Pcm
    rate: int


def voice(
    rounds: Annotated[int, typer.Option(min=1, help="Of all sentences.")] = 3,
    threads: Annotated[int, typer.Option(min=1, help="Of the voice.")] = 1,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure how soon sentences are heard both ways, and what is understood of them."""
    settings, store = load(None), Store()
    tts = settings.tts.model_copy(update={"threads": threads})
    ways = {
        "whole": Piper.load(tts.model_copy(update={"in_pieces": False}), store.path),
        "in pieces": Piper.load(tts, store.path),
    }
    takes: dict[str, list[list[Take]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, engine in ways.items():
            takes[way].append([take(engine, text) for text in SENTENCES])
    heard = _heard(takes, settings, store)
    result = {
        "rounds": rounds,
        "threads": threads,
        "sentences": len(SENTENCES),
        "machine": fingerprint(),
        "ways": {way: summary(takes[way]) | {"wer": heard[way]} for way in ways},
    }
    _report(result, as_json)


def take(engine: Piper, text: str) -> Take:
    """Let `engine` speak `text`."""
    wall, cpu = time.perf_counter(), time.process_time()
    chunks: list[AudioChunk] = []
    walls, cpus = list[float](), list[float]()
    for chunk in engine.synthesize(text, lambda: False):
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        chunks.append(chunk)
    played = np.cumsum([chunk.seconds for chunk in chunks])[:-1] - LEAD_S
    waited = np.array(cpus[1:]) - cpus[0]
    pcm = np.concatenate([chunk.pcm for chunk in chunks])
    return Take(
        1000 * walls[0],
        1000 * cpus[0],
        1000 * cpus[-1],
        float((played / waited).min()) if len(waited) else None,
        1000 * longest_pause_s(pcm, engine.rate),
        pcm,
        engine.rate,
    )


def longest_pause_s(pcm: Pcm, rate: int) -> float:
    """Seconds of the longest quiet between the first sound and the last; 0 without any."""
    begin, back = first_sound(pcm, QUIET_DB), first_sound(pcm[::-1], QUIET_DB)
    if begin is None or back is None:
        return 0.0
    loud = np.abs(pcm[begin : len(pcm) - back].astype(np.int32)) > 32_768 * 10 ** (QUIET_DB / 20)
    return float(np.diff(np.flatnonzero(loud), prepend=0).max()) / rate


def summary(rounds: Sequence[Sequence[Take]]) -> dict[str, float]:
    """Medians over all takes; of the headroom, the least of a sentence's median."""
    takes = [each for one in rounds for each in one]
    room = [
        median(roomy)
        for sentence in zip(*rounds, strict=True)
        if (roomy := [each.headroom for each in sentence if each.headroom is not None])
    ]
    return {
        "first_ms": median(each.first_ms for each in takes),
        "first_p90_ms": float(np.percentile([each.first_ms for each in takes], 90)),
        "first_cpu_ms": median(each.first_cpu_ms for each in takes),
        "cpu_ms": median(each.cpu_ms for each in takes),
        "headroom": min(room, default=float("inf")),
        "pause_ms": median(each.pause_ms for each in takes),
        "pause_p90_ms": float(np.percentile([each.pause_ms for each in takes], 90)),
        "seconds": median(len(each.pcm) / each.rate for each in takes),
    }


def _heard(
    takes: dict[str, list[list[Take]]], settings: Settings, store: Store
) -> dict[str, float]:
    """The part of the words that the recogniser gets wrong, for each way."""
    recogniser: Transcriber = engines.load("stt", settings.stt, store.path)
    normalizer = Normalizer(settings.stt.language)
    wrong = {}
    for way, rounds in takes.items():
        said, understood = list[str](), list[str]()
        for text, spoken in ((t, s) for one in rounds for t, s in zip(SENTENCES, one, strict=True)):
            pcm = resample(spoken.pcm, spoken.rate, RATE)
            text_heard = recogniser.transcribe(pcm, lambda: False).text
            said.append(" ".join(normalizer.words(speakable(text))))
            understood.append(" ".join(normalizer.words(speakable(text_heard))))
        wrong[way] = float(need("jiwer").wer(said, understood))
    return wrong


def _report(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result, indent=2))
        return
    ways: dict[str, dict[str, float]] = result["ways"]
    table = Table("", *ways, box=None, header_style="bold")
    for figure in next(iter(ways.values())):
        table.add_row(figure, *(f"{way[figure]:.3g}" for way in ways.values()))
    Console().print(table)


if __name__ == "__main__":
    measure(voice)
