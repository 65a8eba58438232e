"""Asks the same of the assistant on this machine and in an ARM root, and compares the answers.

    python -m tools.aarch64.compare --folder FOLDER [--json]

FOLDER was filled by check.sh. Nothing is timed: an emulator's pace says nothing of a board's.
"""

import json
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from assistant.audio import wav
from assistant.errors import InputError
from tools.aarch64 import likeness
from tools.aarch64.joined import joined
from tools.aarch64.likeness import Answer, Finding

ROOT = Path(__file__).parents[2]
AUDIO = ROOT / "tests/audio"
REQUEST = "hey_jarvis_what_time_is_it.flac"
COMMANDS = ("said_set_a_timer_for_30_seconds.flac", "said_turn_on_standing_light.flac")
PATIENT = {"ASSISTANT_CONVERSATION__PATIENCE_S": "600"}
"""An emulator needs long for a stage."""
HOME = "home"
"""The user's folder, within a world's; enter.sh says the same."""
QUESTION, WORD = "Who wrote Hamlet?", "Shakespeare"
"""No skill answers it, and the smallest language model knows it."""


@dataclass(frozen=True, slots=True)
class World:
    """A machine to ask; both see `folder`, under its own name."""

    command: tuple[str, ...]
    folder: Path
    environment: dict[str, str]

    def ask(self, *arguments: str) -> list[Answer]:
        """The lines of a command's --json. InputError if it fails."""
        command = [*self.command, *arguments, "--json"]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        # `doctor` exits with 1 where something is red, and says what.
        if done.returncode and not (done.returncode == 1 and done.stdout):
            last = done.stderr.strip()[-800:]
            raise InputError(
                f"`assistant {' '.join(arguments)}` ended with {done.returncode}: {last}"
            )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def spoken(self, name: str) -> float:
        """Joins the speech in a WAV file and returns its length in seconds; 0 if there is none."""
        path = self.folder / name
        if not path.is_file():
            return 0.0
        with wave.open(str(path)) as opened:
            rate = opened.getframerate()
            pcm = np.frombuffer(opened.readframes(opened.getnframes()), dtype=np.int16)
        speech = joined(pcm, rate)
        wav.write(path, speech, rate)
        return float(len(speech) / rate)


def settings() -> dict[str, str]:
    """The environment: the default configuration, but for one setting."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ASSISTANT_")}
    if "ASSISTANT_DATA_DIR" in os.environ:
        kept["ASSISTANT_DATA_DIR"] = os.environ["ASSISTANT_DATA_DIR"]
    return kept | PATIENT


def here(folder: Path) -> World:
    """This machine, with a user's folder of its own."""
    home = folder / HOME
    own = {"CONFIG": ".config", "STATE": ".local/state", "CACHE": ".cache"}
    places = {f"XDG_{kind}_HOME": str(home / name) for kind, name in own.items()}
    environment = settings() | places | {"TZ": "UTC", "PYTHONPATH": str(ROOT)}
    return World((sys.executable, "-m", "assistant"), folder, environment)


def there(folder: Path) -> World:
    """The ARM root; enter.sh makes the rest of its environment."""
    enter = str(ROOT / "tools/aarch64/enter.sh")
    command = (enter, str(folder), "python3", "-m", "assistant")
    return World(command, folder / "exchange", settings())


def compared(x86: World, arm: World) -> Iterator[Finding]:
    """What was found, as soon as it is."""
    yield likeness.board(x86.ask("hw")[0], arm.ask("hw")[0])
    yield from likeness.health(x86.ask("doctor")[0], arm.ask("doctor")[0])
    yield likeness.events(x86.ask("listen", REQUEST), arm.ask("listen", REQUEST))
    for mine, other in zip(
        x86.ask("transcribe", *COMMANDS), arm.ask("transcribe", *COMMANDS), strict=True
    ):
        yield likeness.words("speech to text", mine["text"], other["text"])
    yield from _a_turn(x86, arm)
    yield from _a_question(x86, arm)


def _a_turn(x86: World, arm: World) -> Iterator[Finding]:
    """A skill answers."""
    turn = ("turn", REQUEST, "--out", "turn.wav")
    mine, asked = x86.ask(*turn)[0], datetime.now(UTC)
    other = arm.ask(*turn)[0]
    yield likeness.wake(mine, other)
    yield likeness.words("transcript", mine["transcript"], other["transcript"])
    yield likeness.time_told(mine, other, asked, datetime.now(UTC))
    yield from _spoken(x86, arm, "turn.wav", other["reply"])


def _a_question(x86: World, arm: World) -> Iterator[Finding]:
    """The language model answers."""
    ask = ("ask", QUESTION, "--out", "ask.wav")
    mine, other = x86.ask(*ask)[0], arm.ask(*ask)[0]
    yield likeness.answer(mine, other, WORD)
    yield from _spoken(x86, arm, "ask.wav", other["reply"])


def _spoken(x86: World, arm: World, name: str, reply: str) -> Iterator[Finding]:
    """The reply as sound: how long, and whether it can be understood."""
    seconds = arm.spoken(name)
    yield likeness.length("spoken reply", x86.spoken(name), seconds)
    if seconds:
        transcript = x86.ask("transcribe", str((arm.folder / name).absolute()))[0]["text"]
        yield likeness.heard("spoken on ARM, heard here", reply, transcript)


def _prepare(*worlds: World) -> None:
    """Recordings in; out with what a former run left, but for the cache folder: the phrases that
    the assistant speaks once and keeps take an emulator ten minutes."""
    for world in worlds:
        world.folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(world.folder / HOME / ".local", ignore_errors=True)
        for file in filter(Path.is_file, world.folder.iterdir()):
            file.unlink()
        for name in (REQUEST, *COMMANDS):
            shutil.copy(AUDIO / name, world.folder)


def show(findings: list[Finding], console: Console) -> None:
    """A table; what is wrong stands in its last column."""
    table = Table("compared", "x86-64", "aarch64", "", box=None)
    for each in findings:
        table.add_row(each.what, each.x86, each.aarch64, each.fault or "ok")
    console.print(table, markup=False)


def main(
    folder: Annotated[Path, typer.Option(help="What check.sh has filled.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare the answers of both machines. Exits with 1 if one is wrong."""
    x86, arm = here(folder / "here"), there(folder)
    _prepare(x86, arm)
    findings: list[Finding] = []
    try:
        for finding in compared(x86, arm):
            findings.append(finding)
            typer.echo(f"  {finding.what}: {finding.fault or 'ok'}", err=True)
    except InputError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False))
    else:
        show(findings, Console(highlight=False))
    raise typer.Exit(1 if any(each.fault for each in findings) else 0)


if __name__ == "__main__":
    typer.run(main)
