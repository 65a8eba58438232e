"""`quantize imatrix`: which weights of a language model matter for requests of a household."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import InputError
from assistant.options import JsonOption
from models.storage import place
from tools.quantize import provenance
from tools.quantize.commands.bars import steps
from tools.quantize.commands.fresh_file import refuse_existing
from tools.quantize.commands.written import references
from tools.quantize.job import Scalar
from tools.quantize.llama.importance import Importance
from tools.quantize.llama.source import checked

REQUESTS = Path(__file__).parents[1] / "requests.txt"
_LEAST_CHUNK = 32


Model = Annotated[
    Path, typer.Argument(metavar="MODEL.gguf", help="The model, best in F16 or Q8_0.")
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE.gguf", help="Write it here.")]
Text = Annotated[
    Path,
    typer.Option(
        metavar="FILE",
        help="One request a line, with the reply after a tab if there is one.",
        show_default="requests of a household that come with this",
    ),
]
Plain = Annotated[
    bool,
    typer.Option(
        "--plain", help="Read the text as it stands, as llama.cpp's own tool does, not as chats."
    ),
]
Output = Annotated[
    bool,
    typer.Option("--output", help="Also for output.weight, as that tool's --process-output."),
]
Chunk = Annotated[int, typer.Option(min=_LEAST_CHUNK, help="Tokens that are read at a time.")]
Threads = Annotated[
    int | None, typer.Option(min=1, help="CPU threads.", show_default="all there are")
]
Force = Annotated[bool, typer.Option("--force", help="Replace existing files.")]


def imatrix(
    model: Model,
    out: Out,
    text: Text = REQUESTS,
    plain: Plain = False,
    output: Output = False,
    chunk: Chunk = 512,
    threads: Threads = None,
    force: Force = False,
    as_json: JsonOption = False,
) -> None:
    """Find out which weights of a language model matter for requests of a household.

    The model reads the text, and what flows into each of its matrices is
    added up. Quantising then keeps more of what matters:

      quantize imatrix model.F16.gguf --out model.imatrix.gguf
      quantize quantize gguf model.F16.gguf --to IQ4_NL --imatrix model.imatrix.gguf

    The file is one that llama.cpp's own tools read. Where it came from is
    written beside it.
    """
    # Not at the top: it loads llama.cpp, and `--help` is to be quick.
    from tools.quantize.llama.collecting import collect

    _check(out, force)
    checked(model)
    with steps("reading") as advance:
        cores = threads or len(os.sched_getaffinity(0))
        found = collect(
            model, text, chunk_tokens=chunk, threads=cores, as_chats=not plain, output=output,
            advance=advance,
        )  # fmt: skip
    _save(found, out)
    stated = {"chunk": chunk, "chunks": found.chunks, "plain": plain, "output": output}
    _say_how(out, (model, text), stated)
    if as_json:
        typer.echo(json.dumps({"file": str(out), "tensors": len(found.names), **stated}))
    else:
        typer.echo(f"{out}: {len(found.names)} tensors over {found.chunks * chunk} tokens of text")


def _say_how(out: Path, sources: Sequence[Path], stated: Mapping[str, Scalar]) -> None:
    provenance.write(
        out,
        sources=references(sources),
        command="imatrix",
        settings=stated,
        packages=("llama-cpp-python", "gguf", "numpy"),
    )


def _check(out: Path, force: bool) -> None:
    refuse_existing([out], force, "is there already: give another name, or --force to replace it")
    if not out.parent.is_dir():
        raise InputError(f"{out} cannot be written: it needs an existing folder; create it.")


def _save(importance: Importance, out: Path) -> None:
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
        fresh = Path(folder) / out.name
        importance.save(fresh)
        place(fresh, out)
