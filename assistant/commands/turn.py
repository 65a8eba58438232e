"""`assistant turn`: one real turn, with a recording as microphone and a WAV as loudspeaker."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.audio import wav
from assistant.audio.types import RATE
from assistant.clock import Clock, SkippingClock, WallClock
from assistant.config import load
from assistant.household import Household
from assistant.loading import load_all
from assistant.options import ConfigOption, JsonOption, OutOption
from assistant.take import Outcome, take_turn
from models.store import Store

ABOUT = {
    "endpoint": "silence until the turn was over",
    "turn": "turn detector",
    "stt": "speech to text",
    "reply": "skill or language model, to its first sentence",
    "tts": "text to speech, to its first audio",
    "response": "end of speech to first audio",
}


def turn(
    request: Annotated[Path, typer.Argument(help="A recording (WAV, FLAC, OGG) of the request.")],
    out: OutOption = None,
    no_wake: Annotated[
        bool, typer.Option("--no-wake", help="As if the talk button was pressed at the start.")
    ] = False,
    realtime: Annotated[
        bool, typer.Option("--realtime", help="Let time pass as it did when it was recorded.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Hear a recorded request, think, answer, and say where the time went.

    What was asked for is really done: a timer is set, a list is changed.

    Silence in which nothing is computed is skipped, unless --realtime; the times are the same.
    """
    settings = load(config)
    pcm = wav.read(request)
    if out is not None:
        wav.check_target(out)
    parts = load_all(settings, Store())
    clock: Clock = WallClock() if realtime else SkippingClock()
    with Household.of_this_device(settings) as household:
        outcome = take_turn(
            settings, parts, pcm, clock=clock, wake_word=not no_wake, household=household
        )
    if out is not None and len(outcome.reply):
        wav.write(out, outcome.reply, outcome.rate)
    if as_json:
        typer.echo(json.dumps(outcome.json(), ensure_ascii=False))
    else:
        _print(outcome, out)
    if not len(outcome.reply):
        _explain_silence(request, outcome, not no_wake)
        sys.exit(1)


def _print(outcome: Outcome, out: Path | None) -> None:
    console, trace = Console(highlight=False), outcome.trace
    if trace.wake is not None:
        at_s = trace.wake.at / RATE
        console.print(
            f"wake        {trace.wake.phrase}, score {trace.wake.score:.2f}, {at_s:.2f} s"
        )
    if trace.transcript:
        console.print(f"transcript  {trace.transcript}", markup=False)
    if not trace.sentences:
        return
    console.print(f"reply       {' '.join(trace.sentences)}", markup=False)
    table = Table("stage", "ms", "what it is", title="Where the time went")
    table.columns[1].justify = "right"
    for name, duration_ms in trace.stages_ms().items():
        if name != "response":
            table.add_row(name, str(duration_ms), ABOUT[name])
    table.add_section()
    table.add_row("response", str(outcome.response_ms), ABOUT["response"])
    console.print(table)
    if out is not None:
        seconds = len(outcome.reply) / outcome.rate
        console.print(f"spoken reply ({seconds:.1f} s): {out}", markup=False)


def _explain_silence(request: Path, outcome: Outcome, wake_word: bool) -> None:
    trace = outcome.trace
    if trace.failed is not None:
        reason = f"the answer failed in the stage {trace.failed}; --verbose tells why"
    elif trace.speech_end is None and trace.wake is not None:
        reason = "the wake word was heard, but no request after it"
    elif trace.speech_end is None and wake_word:
        reason = "no wake word was heard; --no-wake listens from the start"
    else:
        reason = "no words were understood"
    typer.echo(f"{request}: {reason}.", err=True)
