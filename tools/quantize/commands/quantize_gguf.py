"""`quantize quantize gguf`: smaller versions of a language model, through llama.cpp."""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import InputError
from assistant.options import JsonOption
from models.storage import place
from tools.quantize import provenance
from tools.quantize.commands.bars import steps
from tools.quantize.commands.fresh_file import refuse_existing
from tools.quantize.commands.imatrix import Force, Threads
from tools.quantize.commands.written import references
from tools.quantize.job import Scalar
from tools.quantize.llama import quantizer
from tools.quantize.llama.importance import Importance
from tools.quantize.llama.order import Account, Order, Override
from tools.quantize.llama.source import checked
from tools.quantize.llama.types import file_types, named, tensor_type

_SPARE_MIB = 64
"""That a disk must have beyond what is written."""


@dataclass(frozen=True, slots=True)
class Made:
    """One file that was written."""

    path: Path
    order: Order
    account: Account

    @property
    def warnings(self) -> list[str]:
        """What whoever uses it must know: sentences."""
        return _history(Path(self.order.source)) + quantizer.warnings(self.order, self.account)

    def described(self) -> dict[str, object]:
        return {
            "file": str(self.path),
            "type": self.order.type,
            "bytes": self.path.stat().st_size,
            "bits_per_weight": self.account.bits_per_weight,
            "tensors": self.account.types,
            "requantised": self.account.requantised,
            "warnings": self.warnings,
        }


Source = Annotated[Path, typer.Argument(metavar="MODEL.gguf", help="Best in F16, BF16 or F32.")]
To = Annotated[str, typer.Option("--to", metavar="TYPES", help="As Q4_K_M,Q5_K_M,Q4_0.")]
ImatrixOption = Annotated[
    Path | None,
    typer.Option("--imatrix", metavar="FILE", help="Importance matrix, from `quantize imatrix`."),
]
Tensors = Annotated[
    list[str] | None,
    typer.Option(
        "--tensor",
        metavar="PATTERN=TYPE",
        help="Give tensors whose name has this regular expression in it another type;"
        " may be repeated, the first that fits counts.",
    ),
]
OutputType = Annotated[
    str, typer.Option(metavar="TYPE", help="Of output.weight, where the model has one.")
]
EmbeddingType = Annotated[str, typer.Option(metavar="TYPE", help="Of the table of tokens.")]
AllowRequantize = Annotated[
    bool, typer.Option("--allow-requantize", help="Take a file that has lost precision before.")
]
OutDir = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Instead of the model's own folder.")
]


def gguf(
    source: Source,
    to: To,
    imatrix: ImatrixOption = None,
    tensor: Tensors = None,
    output_type: OutputType = "",
    embedding_type: EmbeddingType = "",
    threads: Threads = None,
    allow_requantize: AllowRequantize = False,
    out_dir: OutDir = None,
    force: Force = False,
    as_json: JsonOption = False,
) -> None:
    """Write a language model in smaller types: MODEL.F16.gguf becomes MODEL.Q4_K_M.gguf.

      quantize quantize gguf model.F16.gguf --to Q4_K_M,Q4_0 --tensor 'ffn_down=Q6_K'

    llama.cpp does it, so the bytes are those of its own tool. Nothing is
    written before it is known that all of the types can be made; each new
    file has been loaded once before it gets its name, and where it came
    from is written beside it.
    """
    order = Order(
        source=str(checked(source)),
        target="",
        type="F16",
        plan=True,
        threads=threads or len(os.sched_getaffinity(0)),
        imatrix=str(_readable(imatrix)) if imatrix else "",
        overrides=tuple(map(_override, tensor or ())),
        output_type=tensor_type(output_type) if output_type else "",
        embedding_type=tensor_type(embedding_type) if embedding_type else "",
        allow_requantize=allow_requantize,
    )
    orders = [order.model_copy(update={"type": each}) for each in file_types(to)]
    _print(source, _make_all(orders, out_dir or source.parent, force), as_json)


def _print(source: Path, made: Sequence[Made], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"source": str(source), "files": [one.described() for one in made]}))
        return
    for one in made:
        types = ", ".join(f"{count} {name}" for name, count in one.account.types.items())
        typer.echo(f"{one.path}: {one.path.stat().st_size / 1e6:,.1f} MB ({types})")


def _make_all(orders: Sequence[Order], folder: Path, force: bool) -> list[Made]:
    """Raises InputError or ModelError before anything is written, as far as that can be known."""
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder: create it.")
    source = Path(orders[0].source)
    targets = [folder / named(source, each.type) for each in orders]
    _refuse(source, targets, force)
    plans = [quantizer.run(each) for each in orders]
    for each, plan in zip(orders, plans, strict=True):
        quantizer.refuse(each, plan)
    _room(folder, sum(plan.mib for plan in plans))
    return [_make(each, target) for each, target in zip(orders, targets, strict=True)]


def _readable(imatrix: Path) -> Path:
    """It is GGUF, but no model: it is read whole, in Python, before llama.cpp is given the sums.
    Raises InputError if it is something else."""
    Importance.load(imatrix)
    return imatrix


def _override(option: str) -> Override:
    pattern, equals, type_name = option.rpartition("=")
    if not (equals and pattern):
        raise InputError(f"--tensor {option}: write PATTERN=TYPE, as 'ffn_down=Q6_K'.")
    return Override(pattern=pattern, type=tensor_type(type_name))


def _refuse(source: Path, targets: list[Path], force: bool) -> None:
    """Raises InputError if a target must not be written."""
    for target in targets:
        if target.exists() and target.samefile(source):
            raise InputError(f"{source} is of this type already: choose another type or --out-dir.")
        says = "is there already: choose another --out-dir, or --force to replace it"
        refuse_existing([target], force, says)


def _room(folder: Path, mib: float) -> None:
    free = shutil.disk_usage(folder).free / 2**20
    if free < mib + _SPARE_MIB:
        raise InputError(
            f"{folder} has {free:,.0f} MiB left and {mib:,.0f} MiB are needed: free some space or "
            "choose another --out-dir."
        )


def _make(order: Order, target: Path) -> Made:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as work:
        fresh = Path(work) / target.name
        writing = order.model_copy(update={"plan": False, "target": str(fresh)})
        with steps(order.type) as advance:
            account = quantizer.run(writing, advance)
        quantizer.try_out(fresh)
        place(fresh, target)
    made = Made(target, writing, account)
    _say_how(made)
    return made


def _history(source: Path) -> list[str]:
    """What the file that was quantised had been through itself, if it is known."""
    if not provenance.place_of(source).is_file():
        return []
    try:
        before = provenance.read(source)
    except InputError:
        return []  # said of other bytes: it tells nothing of these
    if not before.settings.get("requantised"):
        return []
    origin = before.sources[0].name
    return [
        f"{source.name} was made of {origin}, which had been quantised before: this is worse than "
        "what the original weights would have given."
    ]


def _say_how(made: Made) -> None:
    order = made.order
    sources = [Path(path) for path in (order.source, order.imatrix) if path]
    stated: dict[str, Scalar] = {"type": order.type, "requantised": made.account.requantised}
    stated |= {f"tensor {each.pattern}": each.type for each in order.overrides}
    chosen = {"output_type": order.output_type, "embedding_type": order.embedding_type}
    stated |= {name: value for name, value in chosen.items() if value}
    for number, sentence in enumerate(made.warnings, start=1):
        stated[f"warning {number}"] = sentence
        typer.echo(f"{made.path.name}: {sentence}", err=True)
    provenance.write(
        made.path,
        sources=references(sources),
        command="quantize gguf",
        settings=stated,
        packages=("llama-cpp-python",),
    )
