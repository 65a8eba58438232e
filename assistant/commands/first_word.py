"""`assistant eval first-word`: is the beginning of a request in one breath understood?"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant import config
from assistant.app import listener
from assistant.audio import quiet
from assistant.commands.measuring import Measuring, understanding, watched
from assistant.config import Settings
from assistant.evaluate import asked, joins
from assistant.evaluate import first_word as evaluation
from assistant.evaluate.rehearsal import Delays, Rehearsal
from assistant.evaluate.text import Normalizer
from assistant.evaluate.wording import wording
from assistant.loading import load_engine
from assistant.options import ConfigOption, JsonOption, SetsOption
from assistant.vad import VoiceDetector
from models.store import Store


def first_word(
    manifest: Annotated[
        Path,
        typer.Argument(metavar="MANIFEST.jsonl", help="Wake words and commands, as JSON Lines."),
    ],
    as_json: JsonOption = False,
    count: Annotated[int, typer.Option(min=1, help="Requests to join.")] = 100,
    seed: Annotated[int, typer.Option(help="Another one makes other requests.")] = 1,
    sets: SetsOption = None,
    config_path: ConfigOption = None,
) -> None:
    """First words lost from requests that follow the wake word without a pause."""
    settings = config.load(config_path)
    language = settings.stt.language
    measuring = Measuring(manifest, sets, None, None)
    rows = measuring.usable(lambda row: asked.unusable(row, language))
    normalizer, delays = Normalizer(language), Delays()
    judge, vad = _judge(settings, normalizer, delays)
    requests = joins.requests(rows, settings.wake.phrases, seed, vad)
    judged = [judge.next_joined(requests) for _ in watched(range(count), "listening")]
    result = evaluation.summarise([outcome for outcomes in judged for outcome in outcomes])
    stated = {
        "wake": settings.wake.model_dump(exclude={"thresholds"}),
        "vad": settings.vad.model_dump(),
        "stt": settings.stt.model_dump(),
        "conversation": settings.conversation.model_dump(include=evaluation.SETTINGS),
        "delays": asdict(delays),
        "gaps_s": joins.GAPS_S,
        "seed": seed,
        "normalizer": normalizer.name,
        "quiet_around": quiet.DESCRIPTION,
    }
    measuring.finish("first_word", stated, result, as_json)


def _judge(
    settings: Settings, normalizer: Normalizer, delays: Delays
) -> tuple[evaluation.FirstWordEvaluation, VoiceDetector]:
    store = Store()
    wake, vad = load_engine("wake", settings, store), load_engine("vad", settings, store)
    stt, turn = load_engine("stt", settings, store), load_engine("turn", settings, store)
    words = wording(load_engine("llm", settings, store), settings.llm)
    understands = understanding(settings)
    rehearsal = Rehearsal(settings.conversation, stt, turn, understands, words, delays)
    return (
        evaluation.FirstWordEvaluation(
            rehearsal, stt, normalizer, lambda: listener(settings, wake, vad)
        ),
        vad,
    )
