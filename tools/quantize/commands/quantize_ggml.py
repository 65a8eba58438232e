"""`quantize quantize ggml`: smaller Whisper files for whisper.cpp."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from assistant.errors import InputError
from assistant.options import JsonOption
from models.catalog import Format
from models.headers.identify import identify
from tools.quantize import provenance
from tools.quantize.bundle import FileRef
from tools.quantize.commands.fresh_file import fresh_file, refuse_target
from tools.quantize.commands.written import ForceOption, references, tell
from tools.quantize.provenance import Provenance

if TYPE_CHECKING:
    from models.ggml_file import Header

_ALL = "all"


FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="A float16 (or float32) ggml Whisper file.")
]
ToOption = Annotated[
    str,
    typer.Option(
        metavar="TYPE,…",
        help=f"{', '.join(get_args(Format))}; or `all` that the model can have. The k-types"
        " need rows of a multiple of 256 values, which Whisper tiny has not.",
    ),
]
FolderOption = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder for the new files; without, that of FILE."),
]


def ggml(
    file: FileArgument,
    to: ToOption,
    out_dir: FolderOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Quantize a Whisper model for whisper.cpp: the same bytes as its own tool writes.

    Each new file is named after FILE and its type, and how it was made is
    written beside it. All matrices are quantized: whisper.cpp does not load
    a mixture.

      quantize quantize ggml ggml-kitchen.bin --to q5_0,q8_0
    """
    # Only here: NumPy is not needed for `quantize --help`.
    from models.ggml_quantize import expected_bytes, quantize

    header = _header(file)
    folder = file.parent if out_dir is None else out_dir
    outs = {
        folder / f"{file.stem}-{target}{file.suffix}": target
        for target in _targets(to, file, header)
    }
    for out in outs:
        refuse_target(out, force)
    sources, written = references([file]), []
    for out, target in outs.items():
        with fresh_file(out, expected_bytes(sources[0].bytes, header.ftype, target)) as sink:
            quantize(file, target, sink)
        written.append((out, _account(out, sources, target)))
    tell(written, {"source": str(file)}, as_json)


def _account(out: Path, sources: Sequence[FileRef], target: Format) -> Provenance:
    return provenance.write(
        out,
        sources=sources,
        command="quantize ggml",
        settings={"type": target},
        packages=["pywhispercpp"],
    )


def _header(file: Path) -> "Header":
    from models.ggml_file import FTYPE_F32, open_ggml

    with open_ggml(file) as reader:
        header = reader.header()
    if header.ftype != FTYPE_F32:  # which whisper.cpp cannot load; what is made of it, it can
        identify(file)
    return header


def _targets(to: str, file: Path, header: "Header") -> list[Format]:
    """The types that were asked for, all of them possible. Raises InputError or ModelError."""
    from models.ggml_quantize import check, formats_for

    known = {str(target): target for target in get_args(Format)}
    if to == _ALL:
        targets: list[Format] = formats_for(header.dims.n_text_state)
    else:
        names = dict.fromkeys(name.strip() for name in to.lower().split(",") if name.strip())
        if not names or not names.keys() <= known.keys():
            raise InputError(f"'{to}' is no list of types: choose from {', '.join(known)}.")
        targets = [known[name] for name in names]
    for target in targets:
        check(file.name, header, target)
    return targets
