"""`assistant bench`: how soon this machine answers, measured on the audio, in real time."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.answering import dialogue
from assistant.clock import WallClock
from assistant.commands.measuring import Measuring, MeasuringSentences, watched
from assistant.config import Settings, load
from assistant.errors import InputError
from assistant.evaluate import plot as plots
from assistant.evaluate.asked import SENTENCES, Asked, recorded, spoken, unusable
from assistant.evaluate.hesitant import LONGEST_S, SHORTEST_S, pause_s
from assistant.evaluate.latency import Answer, answer, summarise
from assistant.evaluate.manifest import spread
from assistant.evaluate.resting import resting
from assistant.evaluate.techniques import TECHNIQUES, without
from assistant.evaluate.text import Normalizer
from assistant.loading import ROLES, load_engine
from assistant.options import ConfigOption, JsonOption, SetsOption
from assistant.parts import Engines
from assistant.take import take_turn
from models.store import Store

Manifest = Annotated[
    Path | None,
    typer.Argument(
        metavar="[MANIFEST.jsonl]",
        help="Recorded requests, one a line, as JSON. Without: sentences in its own voice.",
    ),
]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many requests.")]
Repeats = Annotated[int, typer.Option(min=1, help="Ask everything so many times.")]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="NAME[,NAME…]",
        help=f"Also measure without these; may be repeated. Known: {', '.join(TECHNIQUES)}.",
    ),
]
Ablate = Annotated[
    bool, typer.Option("--ablate", help="Also measure without each technique by itself.")
]
Hesitate = Annotated[
    bool,
    typer.Option(help=f"Put a pause of {SHORTEST_S:g} to {LONGEST_S:g} s into each request."),
]
Plot = Annotated[Path | None, typer.Option(help="Draw where the time goes as a PNG file.")]

ALL = "everything"
"""Name of the configuration as it is."""


class Loaded:
    """Engines by their settings, each loaded once however many configurations share it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._engines: dict[tuple[str, str], Any] = {}

    def parts(self, settings: Settings) -> Engines:
        return Engines(**{role: self._engine(role, settings) for role in ROLES})

    def _engine(self, role: Any, settings: Settings) -> Any:
        key = role, getattr(settings, role).model_dump_json()
        if key not in self._engines:
            self._engines[key] = load_engine(role, settings, self._store)
        return self._engines[key]


def bench(
    manifest: Manifest = None,
    sets: SetsOption = None,
    limit: Limit = None,
    repeats: Repeats = 1,
    taken: Without = None,
    ablate: Ablate = False,
    hesitate: Hesitate = False,
    as_json: JsonOption = False,
    plot: Plot = None,
    config: ConfigOption = None,
) -> None:
    """How soon this machine answers: every request is asked in real time, and what is heard of the
    answer is compared with the end of the last word. Takes 5 to 10 s a request."""
    settings = load(config)
    normalizer = Normalizer(settings.stt.language)
    ways = {ALL: settings} | _ways(settings, taken or [], ablate)
    loaded = Loaded(Store())
    measuring, requests = _requests(manifest, sets, limit, plot, settings, loaded)
    asked = [make(pause_s(n) if hesitate else 0.0) for n, make in enumerate(requests)]
    parts = {name: loaded.parts(way) for name, way in ways.items()}
    dialogue(settings).warm()
    answers: dict[str, list[Answer]] = {name: [] for name in ways}
    # One after the other, not way by way: other work on the machine then disturbs all alike.
    for one in watched(asked * repeats, "asking", lambda one: len(one.pcm)):
        for name, way in ways.items():
            clock = WallClock()
            outcome = take_turn(way, parts[name], one.pcm, clock=clock, wake_word=False)
            answers[name].append(answer(one, outcome))
    result = {
        "ways": {name: summarise(each, normalizer) for name, each in answers.items()},
        "answers": list(_rows(answers[ALL])),
        "resting": resting(settings, parts[ALL]),
    }
    if plot is not None:
        plots.latency(result, plot)
    stated = _engines(settings) | {"hesitate_s": [SHORTEST_S, LONGEST_S] if hesitate else None}
    measuring.finish("bench", stated, result, as_json)


def _engines(settings: Settings) -> dict[str, Any]:
    """What decides about speed: which models, on how many threads, and how turns are taken."""
    stated = {role: getattr(settings, role).model_dump(mode="json") for role in ROLES}
    stated["llm"].pop("system")
    return stated | {
        "endpointing": settings.endpointing.model_dump(),
        "conversation": settings.conversation.model_dump(),
    }


def _ways(settings: Settings, taken: list[str], ablate: bool) -> dict[str, Settings]:
    groups = [tuple(names.split(",")) for names in taken]
    if ablate:
        groups += [(name,) for name in TECHNIQUES if (name,) not in groups]
    return {f"without {', '.join(names)}": without(settings, names) for names in groups}


Making = Callable[[float], Asked]
"""Makes a request with so many seconds of a pause in its middle."""


def _requests(
    manifest: Path | None,
    sets: list[str] | None,
    limit: int | None,
    plot: Path | None,
    settings: Settings,
    loaded: Loaded,
) -> tuple[Measuring | MeasuringSentences, list[Making]]:
    if manifest is None:
        if sets:
            raise InputError("--set chooses among the rows of a manifest; name one.")
        chosen = spread(SENTENCES, limit)
        parts = loaded.parts(settings)
        speaking: list[Making] = [
            partial(spoken, sentence, parts.tts, parts.vad) for sentence in chosen
        ]
        return MeasuringSentences(chosen, plot), speaking
    measuring = Measuring(manifest, sets, limit, plot)
    rows = measuring.usable(lambda row: unusable(row, settings.stt.language))
    vad = loaded.parts(settings).vad
    return measuring, [partial(recorded, row, vad) for row in rows]


def _rows(answers: list[Answer]) -> Iterator[dict[str, Any]]:
    for one in answers:
        yield {
            "request": one.asked.name,
            "said": one.asked.text,
            "heard": one.heard,
            "kind": one.kind,
            "response_ms": None if one.response_ms is None else round(one.response_ms),
            "cut_off": one.cut_off,
            "steps_ms": {step: round(at) for step, at in one.steps_ms.items()},
        }
