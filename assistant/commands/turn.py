"""`assistant turn`: one real turn, with a recording as microphone and a WAV as loudspeaker."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from assistant.app import Assistant, Engines, load_engines
from assistant.audio import wav
from assistant.audio.types import RATE, Pcm
from assistant.audio.virtual import VirtualLoudspeaker, VirtualMicrophone
from assistant.clock import Clock, SkippingClock, WallClock
from assistant.commands.options import ConfigOption, JsonOption, OutOption
from assistant.config import Settings, load
from assistant.events import ButtonPressed
from assistant.metrics import TurnMeter, TurnTrace
from assistant.transitions import State
from models.store import Store

AUDIBLE = 32768 * 10 ** (-45 / 20)
"""Smallest sample that counts as heard: -45 dBFS."""

ABOUT = {
    "endpoint": "silence until the turn was over",
    "turn": "turn detector",
    "stt": "speech to text",
    "reply": "skill or language model, to its first sentence",
    "tts": "text to speech, to its first audio",
    "response": "end of speech to first audio",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished turn; times are seconds of the recording."""

    trace: TurnTrace
    reply: Pcm
    rate: int
    first_audio_s: float | None

    @property
    def speech_end_s(self) -> float | None:
        end = self.trace.speech_end
        return None if end is None else end / RATE

    @property
    def response_ms(self) -> int | None:
        """First audible sample of the reply minus last sample of the request's voice."""
        if self.first_audio_s is None or self.speech_end_s is None:
            return None
        return round(1000 * (self.first_audio_s - self.speech_end_s))

    def json(self) -> dict[str, Any]:
        wake = self.trace.wake
        return {
            "wake": wake
            and {
                "phrase": wake.phrase,
                "score": round(wake.score, 3),
                "at_s": round(wake.at / RATE, 3),
            },
            "transcript": self.trace.transcript,
            "reply": " ".join(self.trace.sentences),
            "actions": [action.name for action in self.trace.actions],
            "speech_end_s": _rounded(self.speech_end_s),
            "first_audio_s": _rounded(self.first_audio_s),
            "response_ms": self.response_ms,
            "stages": self.trace.stages_ms(),
            "audio_s": round(len(self.reply) / self.rate, 3),
        }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def take_turn(
    settings: Settings, parts: Engines, pcm: Pcm, *, clock: Clock, wake_word: bool
) -> Outcome:
    """Run a conversation over the recording; the outcome is the first turn that was answered."""
    if not wake_word:  # the button stays pressed for as long as the recording lasts
        patient = {"no_speech_s": settings.conversation.no_speech_s + len(pcm) / RATE}
        policy = settings.conversation.model_copy(update=patient)
        settings = settings.model_copy(update={"conversation": policy})
    meter = TurnMeter()
    rate = parts.tts.rate
    speaker = VirtualLoudspeaker(clock, rate)
    assistant = Assistant(settings, parts, clock, speaker, [meter])
    conversation = assistant.conversation
    microphone = VirtualMicrophone(pcm, clock, lambda: conversation.state is State.IDLE)
    assistant.listen_to(microphone)
    assistant.run([] if wake_word else [ButtonPressed("talk", at=0)])

    answered = [trace for trace in meter.traces if "PlaybackStarted" in trace.stamps]
    trace = (answered or meter.traces or [TurnTrace(wake=meter.wake)])[0]
    began_s, reply = speaker.track(trace.speech)
    if not len(reply):
        return Outcome(trace, reply, rate, None)
    quiet = int(np.argmax(np.abs(reply.astype(np.int32)) > AUDIBLE)) / rate
    return Outcome(trace, reply, rate, began_s + quiet - microphone.began_s)


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

    Silence in which nothing is computed is skipped, unless --realtime; the times are the same.
    """
    settings = load(config)
    pcm = wav.read(request)
    if out is not None:
        wav.check_target(out)
    parts = load_engines(settings, Store())
    clock: Clock = WallClock() if realtime else SkippingClock()
    outcome = take_turn(settings, parts, pcm, clock=clock, wake_word=not no_wake)
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
