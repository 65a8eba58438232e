"""`quantize convert wake`: is it a wake word that the assistant can use, and is it sane."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from assistant.audio import wav
from assistant.audio.types import Pcm
from assistant.errors import InputError
from models.store import Store
from tools.quantize import provenance
from tools.quantize.commands.fresh_file import refuse_existing
from tools.quantize.commands.written import references
from tools.quantize.onnx_models import graph, heads, placing

_LONGEST_S = 60.0


Said = Annotated[
    list[Path] | None,
    typer.Option(help="A recording in which the phrase is said: must be heard. Repeatable."),
]
FeaturesOption = Annotated[
    Path | None,
    typer.Option(
        help="melspectrogram.onnx, with embedding_model.onnx beside it; else those of the "
        "installed models."
    ),
]


def wake(
    file: Annotated[Path, typer.Argument(metavar="FILE.onnx", help="The wake word's model.")],
    out: Annotated[Path, typer.Option(help="The file to write, for example granny.onnx.")],
    said: Said = None,
    features: FeaturesOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file if it is there.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """An openWakeWord model: checked against what the wake word engine asks of it.

    It must take the last embeddings (1 x n x 96) and give one score from 0 to 1, which stays low
    for silence and noise. A number of examples that is left free becomes 1. How many calls it
    misses, and how often it fires, `quantize evaluate` measures.

    With recordings of your own:  quantize convert wake granny.onnx --said me.wav --out hey.onnx
    """
    if out.suffix != ".onnx":
        raise InputError(f"{out} is no name for a model: let it end in .onnx.")
    refuse_existing([out], force)
    recordings = [wav.read(each, _LONGEST_S) for each in said or ()]
    shared = heads.FeatureFiles.beside(features or Store().path("openwakeword-features"))
    with Console(stderr=True).status(f"trying {file.name}"), placing.workshop(out.parent) as folder:
        result = {"file": str(out)} | _converted(file, folder / out.name, shared, recordings)
        placing.put(folder, out.parent)
    typer.echo(json.dumps(result, indent=2) if as_json else _told(result))


def _converted(
    file: Path, fresh: Path, features: heads.FeatureFiles, said: list[Pcm]
) -> dict[str, Any]:
    """Check the model, write it to `fresh`, and try it there."""
    model = graph.read(file)
    fixed = heads.fix_batch(model)
    window = heads.check_graph(model, file.name)
    fresh.write_bytes(model.SerializeToString() if fixed else file.read_bytes())
    tried = heads.try_to_hear(fresh, features, said)
    provenance.write(
        fresh,
        sources=references([file]),
        command="convert wake",
        settings={"batch_fixed": fixed},
        packages=("onnxruntime",),
    )
    return {
        "window": window,
        "opset": graph.opset(model),
        "batch_fixed": fixed,
        "silence": tried.silence,
        "noise": tried.noise,
        "said": list(tried.said),
    }


def _told(result: dict[str, Any]) -> str:
    lines = [
        f"{result['file']}: looks at {result['window']} embeddings "
        f"({result['window'] * 0.08:.2f} s); silence scores {result['silence']:.3f}, noise "
        f"{result['noise']:.3f}."
    ]
    if result["said"]:
        scores = ", ".join(f"{score:.2f}" for score in result["said"])
        lines.append(f"What is said scores {scores}.")
    if result["batch_fixed"]:
        lines.append("Its number of examples was free, and is 1 now.")
    return "\n".join(lines)
