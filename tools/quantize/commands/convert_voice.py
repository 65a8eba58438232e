"""`quantize convert voice`: is it a Piper voice that the assistant can use, and does it speak."""

import json
import re
import shutil
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from assistant.engines.voice_parts import prepare
from assistant.errors import InputError
from tools.quantize import provenance
from tools.quantize.commands.fresh_file import refuse_existing
from tools.quantize.commands.written import references
from tools.quantize.onnx_models import graph, placing, voice_settings, voices

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


def voice(
    file: Annotated[Path, typer.Argument(metavar="FILE.onnx", help="The voice.")],
    out: Annotated[Path, typer.Option(help="Folder for the voice, its settings and its stages.")],
    config: Annotated[
        Path | None, typer.Option(help="Its settings; else FILE.onnx.json beside it.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What it is called there; else as FILE is.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what is in the folder.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """A Piper voice: checked, tried, and cut into stages so that it begins to speak sooner.

    The settings must be complete and fit the graph, and a sentence must come out neither silent
    nor clipped. A voice that cannot be cut is kept, too: it speaks a sentence when all of it is
    computed.

    From training to a voice:  quantize convert voice epoch=5000.onnx --config config.json
    --name en_GB-granny-medium --out voices
    """
    called = name or file.name.removesuffix(".onnx")
    if not _NAME.fullmatch(called):
        raise InputError(f"{called!r} is no name for a voice: give one of letters with --name.")
    beside = config or voice_settings.beside(file)
    target = out / f"{called}.onnx"
    refuse_existing([target, voice_settings.beside(target)], force)
    with Console(stderr=True).status(f"trying {file.name}"), placing.workshop(out) as folder:
        result = _converted(file, beside, folder / target.name)
        provenance.write(
            folder / target.name,
            sources=references([file, beside]),
            command="convert voice",
            packages=("onnxruntime", "piper-tts"),
        )
        files = placing.put(folder, out)
    result["files"] = [str(path) for path in files]
    typer.echo(json.dumps(result, indent=2) if as_json else _told(target, result))


def _converted(file: Path, beside: Path, fresh: Path) -> dict[str, Any]:
    """Check the voice, copy it to `fresh` with its settings, and cut it there."""
    model = graph.read(file)
    settings = voice_settings.read(beside)
    voices.check_graph(model, settings, file.name)
    shutil.copyfile(file, fresh)
    shutil.copyfile(beside, voice_settings.beside(fresh))
    spoken = voices.try_to_speak(fresh, settings)
    _, fault = prepare(fresh)
    return {
        "sample_rate": settings.sample_rate,
        "speakers": settings.speakers,
        "opset": graph.opset(model),
        "seconds": round(spoken.seconds, 2),
        "level_db": round(spoken.level_db, 1),
        "peak": round(spoken.peak, 3),
        "clipped": spoken.clipped,
        "in_pieces": not fault,
        "whole_because": fault,
    }


def _told(target: Path, result: dict[str, Any]) -> str:
    lines = [
        f"{target}: {result['sample_rate']} Hz, {result['speakers']} speaker(s); a sentence of "
        f"{result['seconds']} s at {result['level_db']} dBFS."
    ]
    if result["in_pieces"]:
        lines.append("Cut into stages: what they say is, sample for sample, what the whole says.")
    else:
        reason = result["whole_because"]
        lines.append(f"It speaks a sentence only when all of it is computed: {reason}.")
    return "\n".join([*lines, *(f"wrote {each}" for each in result["files"])])
