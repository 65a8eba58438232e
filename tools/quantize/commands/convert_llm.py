"""`quantize convert llm`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import DownloadColumn, TimeRemainingColumn

from models.progress import Notice, Observer, Progress
from tools.quantize.commands.bars import bars
from tools.quantize.convert.llm.convert import Converted, convert
from tools.quantize.convert.llm.numbers import Type


def llm(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="With config.json, *.safetensors and the tokenizer."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.gguf", help="The file to write.")],
    type_: Annotated[
        Type,
        typer.Option("--type", help="Of the weights; what is to be quantized later wants f16."),
    ] = "f16",
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.gguf.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """A language model from Hugging Face (safetensors): a GGUF file.

    Llama, SmolLM, Mistral, Qwen2, Qwen2.5, Qwen3, Gemma 1 to 3 (text). What llama.cpp
    would compute otherwise than the model was trained is refused, and llama.cpp itself is
    asked whether it reads text as the model does.

    For example:  quantize convert llm ./SmolLM2-360M-Instruct --out smollm2-360m-f16.gguf
    """
    with _bar_on_stderr() as observe:
        converted = convert(folder, out, type_, force=force, observe=observe)
    if as_json:
        typer.echo(json.dumps({"file": str(out), "type": type_, **asdict(converted)}))
        return
    _print(out, type_, converted)


def _print(out: Path, type_: str, converted: Converted) -> None:
    chat = converted.chat
    agrees = {True: ", as the model's own", False: ", not quite as the model's own", None: ""}
    typer.echo(
        f"{out}: {converted.architecture}, {converted.tensors} tensors, {type_}, "
        f"{converted.bytes / 1e6:,.1f} MB"
    )
    typer.echo(
        f"tokens: {converted.tokens}, cut as '{converted.pre_tokenizer}'; "
        f"{converted.sentences} sentences come back as they were"
    )
    typer.echo(f"chat template: {chat.template or 'none'}{agrees[chat.same]}")
    for note in converted.notes:
        typer.echo(f"note: {note}")


@contextmanager
def _bar_on_stderr() -> Iterator[Observer]:
    with bars(DownloadColumn(), TimeRemainingColumn()) as bar:
        task = bar.add_task("reading", total=None)

        def observe(event: Progress | Notice) -> None:
            if isinstance(event, Progress):
                bar.update(task, description=event.label, completed=event.done, total=event.total)

        yield observe
