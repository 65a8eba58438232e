"""`quantize inspect`: what model files are, without running them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.errors import ModelError
from models.headers.header import Header
from models.headers.identify import identify


def inspect(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="ggml, GGUF, ONNX, safetensors, .pt, model.bin."),
    ],
    tensors: Annotated[bool, typer.Option("--tensors", help="List every tensor, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Say what a model file is, and whether it is what it claims to be, without running it.

    The content decides, not the name; no engine sees the file. Exits with 2 and says what is wrong
    if one is damaged, or could harm the program that loads it.

    For a model that is installed:  quantize inspect $(assistant models path hey_jarvis)
    """
    headers: dict[Path, Header] = {}
    faults: list[str] = []
    for path in files:
        try:
            headers[path] = identify(path)
        except ModelError as error:
            faults.append(str(error))
    if as_json:
        found = [described(path, header, tensors) for path, header in headers.items()]
        typer.echo(json.dumps({"files": found, "faults": faults}, indent=2))
    else:
        console = Console()
        for path, header in headers.items():
            _print(console, path, header, tensors)
    if faults:
        raise ModelError(" ".join(faults))


def described(path: Path, header: Header, tensors: bool) -> dict[str, Any]:
    """A header as plain data; with its tensors if they are wanted."""
    found: dict[str, Any] = {
        "file": str(path),
        "format": header.format,
        "architecture": header.architecture,
        "quantisation": header.quantisation,
        "bytes": header.bytes,
        "tensors": len(header.tensors),
        "parameters": header.parameters,
        "details": dict(header.details),
    }
    if tensors:
        found["tensors"] = [
            {"name": each.name, "shape": each.shape, "type": each.type, "bytes": each.bytes}
            for each in header.tensors
        ]
    return found


def rows(header: Header) -> list[tuple[str, str]]:
    """What to say of a file, in words."""
    return [
        ("format", header.format),
        ("architecture", header.architecture),
        ("quantisation", header.quantisation),
        (
            "size",
            f"{header.bytes / 1e6:,.1f} MB" if header.bytes > 1e5 else f"{header.bytes} bytes",
        ),
        ("parameters", f"{header.parameters:,} in {len(header.tensors):,} tensors"),
        *((name, _shown(value)) for name, value in header.details.items()),
    ]


def _shown(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case tuple():
            return "\n".join(map(str, value))
        case _:
            return str(value)


def _print(console: Console, path: Path, header: Header, tensors: bool) -> None:
    console.print(escape(str(path)), style="bold", highlight=False, soft_wrap=True)
    table = Table(box=None, show_header=False, padding=(0, 2))
    for name, value in rows(header):
        table.add_row(name, escape(_printable(value)))
    console.print(table)
    if tensors:
        console.print(_tensor_table(header))


def _tensor_table(header: Header) -> Table:
    table = Table("tensor", "shape", "type", "bytes", box=None, header_style="bold")
    table.columns[3].justify = "right"
    for each in header.tensors:
        shape = " x ".join(map(str, each.shape)) or "one number"
        table.add_row(escape(_printable(each.name)), shape, each.type, f"{each.bytes:,}")
    return table


def _printable(text: str) -> str:
    """Without what a terminal would obey: names and texts are the file's."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)
