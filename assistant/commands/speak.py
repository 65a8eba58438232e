"""`assistant ask` and `assistant say`: text in, speech out."""

import json
import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from assistant.app import Assistant
from assistant.audio import wav
from assistant.audio.types import AudioChunk
from assistant.audio.virtual import Tape
from assistant.clock import WallClock
from assistant.config import Settings, load
from assistant.errors import InputError
from assistant.events import Entered, Message, SentenceReady, TextReceived
from assistant.household import Household
from assistant.loading import load_all, load_engine
from assistant.metrics import TurnMeter
from assistant.options import ConfigOption, JsonOption, OutOption
from assistant.spoken import speakable
from assistant.tts import Synthesizer
from models.store import Store

LONGEST_TEXT = 10_000
"""Characters: a quarter of an hour of speech."""


def ask(
    text: Annotated[str, typer.Argument(help="The request, as it would be spoken.")],
    out: OutOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Answer a typed request; the same conversation as with a voice, without the ears.

    What it sets is really set: `assistant run` rings, `assistant timers` shows it.
    """
    settings = load(config)
    if not text.strip():
        raise InputError("The request is empty; write one, for example: what time is it?")
    if out is not None:
        wav.check_target(out)
    with Household.of_this_device(settings) as household:
        _ask(settings, household, text, out, as_json)


def _ask(
    settings: Settings, household: Household, text: str, out: Path | None, as_json: bool
) -> None:
    parts = load_all(settings, Store())
    meter, tape = TurnMeter(), Tape()

    def follow(now: float, message: Message) -> None:
        if isinstance(message, SentenceReady) and not as_json:
            separator = " " if len(meter.traces[0].sentences) > 1 else ""
            typer.echo(separator + message.text, nl=False)
        if message in (Entered("idle"), Entered("listening")):
            assistant.runtime.stop()

    assistant = Assistant(settings, parts, WallClock(), tape, [meter, follow], household)
    assistant.run([TextReceived(text)])
    trace = meter.traces[0]
    if trace.sentences and not as_json:
        typer.echo()
    if trace.failed is not None:
        typer.echo(f"The answer failed in the stage {trace.failed}; --verbose tells why.", err=True)
        sys.exit(1)
    if as_json:
        answer = {
            "reply": " ".join(trace.sentences),
            "actions": [type(action).__name__ for action in trace.actions],
            "stages": trace.stages_ms(),
        }
        typer.echo(json.dumps(answer, ensure_ascii=False))
    if out is not None:
        _write(out, tape.chunks)


def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    out: Annotated[Path, typer.Option("--out", help="Write the speech here (WAV).")],
    config: ConfigOption = None,
) -> None:
    """Speak a text into a WAV file."""
    settings = load(config)
    if len(text) > LONGEST_TEXT:
        raise InputError(f"The text has {len(text)} characters; {LONGEST_TEXT} are the most.")
    wav.check_target(out)
    voice: Synthesizer = load_engine("tts", settings, Store())
    spoken = speakable(text, settings.stt.language)
    chunks = list(voice.synthesize(spoken, lambda: False))
    if not chunks:
        raise InputError("There is nothing to speak in this text; give it a word or a number.")
    _write(out, chunks)
    typer.echo(f"{out}: {sum(chunk.seconds for chunk in chunks):.1f} s")


def _write(out: Path, chunks: list[AudioChunk]) -> None:
    spoken = [chunk for chunk in chunks if len(chunk.pcm)]
    if spoken:
        wav.write(out, np.concatenate([chunk.pcm for chunk in spoken]), spoken[0].rate)
