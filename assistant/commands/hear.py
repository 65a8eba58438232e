"""`assistant transcribe` and `assistant listen`: what the ears make of a recording."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import typer

from assistant.app import listener
from assistant.audio import wav
from assistant.audio.types import FRAME, RATE, Frame, Pcm, Rechunker
from assistant.config import Settings, load
from assistant.events import Fact, VoicePaused, WakeDetected
from assistant.listen import Endpointer
from assistant.loading import load_engine
from assistant.options import ConfigOption, JsonOption
from assistant.stt import Transcriber
from assistant.vad import VoiceDetector
from models.store import Store

LONGEST_S = 3600.0
"""Longest recording that is listened to."""
WINDOW_S = 28.0
"""Longest stretch transcribed at once; a longer recording is cut where the voice pauses."""


def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Recordings (WAV, FLAC, OGG).")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Print what is said in recordings; with --json one object a line."""
    settings = load(config)
    recordings = [(file, wav.read(file, LONGEST_S)) for file in files]
    store = Store()
    engine: Transcriber = load_engine("stt", settings, store)
    vad: VoiceDetector = load_engine("vad", settings, store)
    for file, pcm in recordings:
        began = perf_counter()
        pieces = [
            engine.transcribe(piece, lambda: False) for piece in utterances(pcm, settings, vad)
        ]
        row: dict[str, Any] = {
            "file": str(file),
            "text": " ".join(piece.text for piece in pieces if piece.text),
            "language": settings.stt.language,
            "seconds": round(len(pcm) / RATE, 3),
            "stt_ms": round(1000 * (perf_counter() - began)),
        }
        prefix = f"{file}: " if len(recordings) > 1 else ""
        typer.echo(json.dumps(row, ensure_ascii=False) if as_json else f"{prefix}{row['text']}")


def utterances(pcm: Pcm, settings: Settings, vad: VoiceDetector) -> Iterator[Pcm]:
    """The recording, whole if it is short, else in stretches that end in a pause of the voice."""
    window = round(WINDOW_S * RATE)
    if len(pcm) <= window:
        yield pcm
        return
    vad.reset()
    endpointer = Endpointer(settings.endpointing, settings.vad.threshold)
    pauses = [
        fact.at
        for frame in _frames([pcm], settings.endpointing.stop_s)
        for fact in endpointer.push(frame, vad.push(frame))
        if isinstance(fact, VoicePaused)
    ]
    start = 0
    while start < len(pcm):
        limit = start + window
        inside = [at for at in pauses if start < at <= limit]
        end = len(pcm) if len(pcm) <= limit else (inside[-1] if inside else limit)
        yield pcm[start:end]
        start = end


def listen(
    file: Annotated[Path, typer.Argument(help="A recording (WAV, FLAC, OGG).")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Print every wake word and every turn of the voice in a recording, with its time."""
    settings = load(config)
    blocks = wav.blocks(file, LONGEST_S)
    first = list(islice(blocks, 1))  # what is no recording is told before anything is loaded
    store = Store()
    wake, vad = load_engine("wake", settings, store), load_engine("vad", settings, store)
    hearing = listener(settings, wake, vad)
    for frame in _frames(chain(first, blocks), settings.endpointing.stop_s):
        for fact in hearing.push(frame):
            typer.echo(json.dumps(_row(fact)) if as_json else _line(fact))


def _frames(blocks: Iterable[Pcm], stop_s: float) -> Iterator[Frame]:
    """512-sample frames; enough silence follows for a last voice to be over."""
    rechunker, start = Rechunker(FRAME), 0
    silence = np.zeros(round((stop_s + 1) * RATE), np.int16)
    for block in chain(blocks, [silence]):
        for pcm in rechunker.push(block):
            yield Frame(start, pcm)
            start += FRAME


def _row(fact: Fact) -> dict[str, Any]:
    row: dict[str, Any] = {"event": type(fact).__name__, "at_s": round(fact.at / RATE, 3)}
    if isinstance(fact, WakeDetected):
        row |= {"phrase": fact.phrase, "score": round(fact.score, 3)}
    return row


def _line(fact: Fact) -> str:
    extra = f"  {fact.phrase} {fact.score:.2f}" if isinstance(fact, WakeDetected) else ""
    return f"{fact.at / RATE:8.3f} s  {type(fact).__name__}{extra}"
