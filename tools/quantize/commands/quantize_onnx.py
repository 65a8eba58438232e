"""`quantize quantize onnx`: smaller versions of voices, wake words and detectors."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from assistant.errors import InputError
from tools.quantize.commands.fresh_file import refuse_existing
from tools.quantize.onnx_models import graph, version, versions_table
from tools.quantize.onnx_models.recipe import METHODS, TARGETS, Method, Recipe, Target

if TYPE_CHECKING:
    from tools.quantize.onnx_models.heads import FeatureFiles

_WIDTH = 160
"""Characters of a line where no terminal says how many there is room for."""
_KINDS = "; ".join(f"{name}: {what}" for name, what in TARGETS.items())


ToOption = Annotated[str, typer.Option(help=f"Versions, with commas between. {_KINDS}.")]
CalibrateOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="For int8-static: a manifest of recordings, or, for a voice, sentences, one a line.",
    ),
]
MethodOption = Annotated[
    str, typer.Option(help=f"How ranges come from that: {', '.join(METHODS)}.")
]
PerChannelOption = Annotated[
    bool, typer.Option("--per-channel", help="int8: a scale for each channel of a weight.")
]
ExcludeOpOption = Annotated[
    list[str] | None,
    typer.Option(help="Leave out nodes of this kind, for example Conv. Repeatable."),
]
ExcludeNodeOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Leave out this node: a name, a pattern such as '/dec/*', or, of a voice, decoder or "
        "flow. Repeatable.",
    ),
]
KnownBadOption = Annotated[
    bool,
    typer.Option("--force-known-bad", help="Write also what is known to be bad, to measure it."),
]
ListOption = Annotated[
    bool, typer.Option("--list-nodes", help="Only print names and kinds of all nodes.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace versions that are there.")]


def onnx(
    file: Annotated[Path, typer.Argument(metavar="FILE.onnx", help="The float32 model.")],
    to: ToOption = "",
    calibrate: CalibrateOption = None,
    method: MethodOption = "minmax",
    per_channel: PerChannelOption = False,
    exclude_op: ExcludeOpOption = None,
    exclude_node: ExcludeNodeOption = None,
    list_nodes: ListOption = False,
    out_dir: Annotated[Path, typer.Option(help="Folder for the versions.")] = Path(),
    force_known_bad: KnownBadOption = False,
    force: ForceOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Voices, wake words and detectors: int8 without or with calibration, or float16.

    Each version is written as NAME-VERSION.onnx, if the assistant can use it, with an account of
    how it was made beside it. Whether it is good enough, `quantize evaluate` and `quantize gate`
    tell.

    A wake word:  quantize quantize onnx alexa.onnx --to int8-static --calibrate manifest.jsonl

    A voice:  quantize quantize onnx voice.onnx --to float16-weights,int8-weights
    """
    source = version.Source.read(file)
    if list_nodes:
        nodes = graph.nodes(source.model.graph)
        typer.echo("\n".join(f"{node.name}\t{node.op_type}" for node in nodes))
        return
    common = {"method": _method(method), "per_channel": per_channel}
    left_out = {"exclude_ops": exclude_op or (), "exclude_nodes": exclude_node or ()}
    recipes = [Recipe.model_validate({"to": each, **common, **left_out}) for each in _targets(to)]
    order = version.Order(calibrate, force_known_bad, _features)
    made = _written(source, recipes, order, out_dir, force)
    if as_json:
        versions = [each.model_dump() for each in made]
        typer.echo(json.dumps({"family": source.family, "versions": versions}, indent=2))
    else:
        _tell(source, made)


def _written(
    source: version.Source,
    recipes: list[Recipe],
    order: version.Order,
    out: Path,
    force: bool,
) -> list[version.Version]:
    """All versions; none if one is refused beforehand."""
    stem = source.path.name.removesuffix(".onnx")
    targets = [out / f"{stem}-{each.to}.onnx" for each in recipes]
    refuse_existing(targets, force)
    for recipe in recipes:
        version.check(source, recipe, order)
    made = []
    for recipe, target in zip(recipes, targets, strict=True):
        with Console(stderr=True).status(f"writing {target.name}"):
            made.append(version.write(source, recipe, order, target))
    return made


def _tell(source: version.Source, made: list[version.Version]) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(versions_table.drawn(source.path.stat().st_size, source.model, made))
    for each in made:
        for note in each.notes:
            typer.echo(f"{each.to}: {note}")
        typer.echo(f"wrote {each.file}")


def _targets(to: str) -> list[Target]:
    wanted = [each.strip() for each in to.split(",") if each.strip()]
    unknown = [each for each in wanted if each not in TARGETS]
    if unknown or not wanted:
        what = f"{unknown[0]!r} is no version" if unknown else "Say which versions to write"
        raise InputError(f"{what}: give some of {', '.join(TARGETS)} with --to.")
    return [each for each in TARGETS if each in wanted]


def _method(name: str) -> Method:
    for each in METHODS:
        if each == name:
            return each
    raise InputError(f"{name!r} is no method: give {', '.join(METHODS)} with --method.")


def _features() -> "FeatureFiles":
    from models.store import Store
    from tools.quantize.onnx_models.heads import FeatureFiles

    return FeatureFiles.beside(Store().path("openwakeword-features"))
