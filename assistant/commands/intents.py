"""`assistant eval intents`: are requests understood, typed or spoken?"""

import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from assistant import config
from assistant.answering import enabled_skills
from assistant.audio import quiet
from assistant.audio.resample import resample
from assistant.audio.types import RATE
from assistant.commands.measuring import MeasuringSentences, watched
from assistant.config import Settings
from assistant.errors import InputError
from assistant.evaluate.intents import Judge, Spoken, summarise
from assistant.evaluate.phrases import Phrase, load, sampled
from assistant.loading import load_engine
from assistant.options import ConfigOption, JsonOption
from assistant.skills import SKILLS
from assistant.spoken import speakable
from assistant.understand.dialogue import Dialogue
from models.store import Store

PHRASES = Path(__file__).parents[2] / "tests" / "phrases"
"""In a checkout; an installed package has none."""
_QUIET_S = 0.5
"""Around a spoken phrase: a microphone hears a room before and after it."""

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PHRASES.jsonl]...", help="Instead of those of the checkout."),
]
AloudOption = Annotated[
    bool, typer.Option("--spoken", help="Say each with the voice, and recognise what was said.")
]
Most = Annotated[
    int | None, typer.Option("--limit", min=1, help="Draw at most so many, of every intent some.")
]


def intents(
    phrases: Files = None,
    as_json: JsonOption = False,
    aloud: AloudOption = False,
    limit: Most = None,
    config_path: ConfigOption = None,
) -> None:
    """Share of requests understood, by skill, and all that were not."""
    settings = config.load(config_path)
    rows = sampled(_rows(phrases), limit)
    files = ", ".join(path.name for path in phrases or _default())
    measuring = MeasuringSentences([row.model_dump_json() for row in rows], None, files)
    skills = enabled_skills(settings)
    without = [skill for skill in skills if skill.name != "home"]
    at_home = [*without, SKILLS["home"]]
    judge = Judge(
        (Dialogue(without, settings.stt.language), Dialogue(at_home, settings.stt.language)),
        {intent.__name__: skill.name for skill in at_home for intent in skill.intents},
        time.perf_counter,
        _round_trip(settings, Store()) if aloud else str,
    )
    outcomes = [judge.judge(row) for row in watched(rows, "understanding")]
    stated: dict[str, Any] = {"skills": settings.skills.enabled, "language": settings.stt.language}
    if aloud:
        stated |= {"voice": settings.tts.voice, "stt": settings.stt.model_dump()}
    measuring.finish("intents", stated, summarise(outcomes), as_json)


def _rows(paths: list[Path] | None) -> list[Phrase]:
    rows = [row for path in paths or _default() for row in load(path)]
    if not rows:
        raise InputError("No phrases to understand; name a file of phrases (JSON Lines).")
    return rows


def _default() -> list[Path]:
    # What is held out is measured when it is asked for: who reads its failures tunes on it.
    return sorted(set(PHRASES.glob("*.jsonl")) - set(PHRASES.glob("holdout*.jsonl")))


def _round_trip(settings: Settings, store: Store) -> Spoken:
    """Through the voice and back through the recogniser."""
    voice = load_engine("tts", settings, store)
    transcriber = load_engine("stt", settings, store)
    language = settings.stt.language

    def heard(text: str) -> str:
        chunks = voice.synthesize(speakable(text, language), lambda: False)
        parts = [chunk.pcm for chunk in chunks]
        if not parts:
            return ""
        pcm = resample(np.concatenate(parts), voice.rate, RATE)
        around = quiet.surrounded(pcm, _QUIET_S, _QUIET_S)
        words: str = transcriber.transcribe(around, lambda: False).text
        return words

    return heard
