"""`assistant eval endpoint`: are speakers cut off, and how long is everybody else kept waiting?"""

from dataclasses import asdict
from typing import Annotated, Any, Literal

import typer

from assistant import config
from assistant.audio import quiet
from assistant.commands.measuring import Measuring, changed, understanding
from assistant.config import Settings
from assistant.evaluate import endpoint as evaluation
from assistant.evaluate import plot as plots
from assistant.evaluate.hesitant import LONGEST_S, SHORTEST_S, pause_s
from assistant.evaluate.manifest import other_half
from assistant.evaluate.rehearsal import Delays
from assistant.evaluate.wording import wording
from assistant.loading import load_engine
from assistant.options import (
    ConfigOption,
    JsonOption,
    LimitOption,
    ManifestArgument,
    PlotOption,
    SetsOption,
)
from models.store import Store

_ENDING = {
    "preroll_s",
    "silence_s",
    "complete_s",
    "turn_end_s",
    "hesitation_s",
    "statement_s",
    "unfinished_s",
    "turn_threshold",
    "hesitation_below",
    "wording_threshold",
    "wording_hesitation_below",
    "reopen_s",
}
"""Settings of the conversation that decide when a turn is over."""


Half = Annotated[
    Literal["tune", "report"] | None,
    typer.Option(help="Only one half of the speakers: to choose on, or to report on."),
]
Hesitate = Annotated[
    bool,
    typer.Option(help=f"Put a pause of {SHORTEST_S:g} to {LONGEST_S:g} s into each recording."),
]
Threshold = Annotated[
    float | None, typer.Option(help="Of the voice detector, instead of the configured one.")
]


def endpoint(
    manifest: ManifestArgument,
    as_json: JsonOption = False,
    plot: PlotOption = None,
    limit: LimitOption = None,
    sets: SetsOption = None,
    half: Half = None,
    hesitate: Hesitate = False,
    config_path: ConfigOption = None,
    threshold: Threshold = None,
) -> None:
    """Speakers cut off against the wait for everyone: fixed silences, the turn detector, words."""
    settings = config.load(config_path)
    vad = changed(settings.vad, threshold=threshold)
    settings = settings.model_copy(update={"vad": vad})
    measuring = Measuring(manifest, sets, limit, plot)
    measuring.usable(lambda row: evaluation.unusable(row) or other_half(row, half))
    listening = _evaluation(settings)
    clips = [
        listening.measure(row, pause_s(number) if hesitate else 0.0)
        for number, row in enumerate(measuring.progress("listening"))
    ]
    result = evaluation.summarise(clips, settings.conversation, settings.endpointing)
    if plot is not None:
        plots.endpoint(result, plot)
    chosen = {"half": half, "hesitate_s": [SHORTEST_S, LONGEST_S] if hesitate else None}
    measuring.finish("endpoint", _stated(settings) | chosen, result, as_json)


def _evaluation(settings: Settings) -> evaluation.EndpointEvaluation:
    store = Store()
    words = evaluation.Words(
        load_engine("stt", settings, store),
        understanding(settings),
        wording(load_engine("llm", settings, store), settings.llm),
    )
    return evaluation.EndpointEvaluation(
        load_engine("vad", settings, store),
        load_engine("turn", settings, store),
        settings.vad.threshold,
        settings.endpointing,
        settings.conversation,
        words,
    )


def _stated(settings: Settings) -> dict[str, Any]:
    return {
        "vad": settings.vad.model_dump(),
        "turn": settings.turn.model_dump(),
        "endpointing": settings.endpointing.model_dump(exclude={"stop_s", "longest_s"}),
        "conversation": settings.conversation.model_dump(include=_ENDING),
        "stt": settings.stt.model_dump(),
        "llm": settings.llm.model,
        "delays": asdict(Delays()),
        "quiet_after": quiet.DESCRIPTION,
    }
