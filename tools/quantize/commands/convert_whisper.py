"""`quantize convert whisper`: a ggml file of whisper.cpp from wherever a Whisper model comes."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.options import JsonOption
from tools.quantize import provenance
from tools.quantize.commands.fresh_file import fresh_file, refuse_target
from tools.quantize.commands.written import ForceOption, references, tell

SourceArgument = Annotated[
    Path,
    typer.Argument(
        metavar="SOURCE",
        help="OpenAI's .pt file, a folder of Hugging Face (safetensors, config.json and"
        " vocab.json), or one of CTranslate2 (model.bin).",
    ),
]
OutOption = Annotated[Path, typer.Option(metavar="FILE", help="The ggml file to write.")]
VocabularyOption = Annotated[
    str | None,
    typer.Option(
        metavar="PATH|MODEL",
        help="Where its tokens are, if not beside it: OpenAI's .tiktoken file, another Whisper"
        " model of the same kind (English or multilingual), or one of the catalog.",
    ),
]


def whisper(
    source: SourceArgument,
    out: OutOption,
    vocabulary: VocabularyOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Convert a Whisper model to a float16 file for whisper.cpp.

    Distilled and fine-tuned ones, too. A .pt file is read without running
    the pickle in it, and refused if it holds anything but tensors and
    numbers. It has no vocabulary either: without --vocabulary, that of an
    installed model is taken. How the file was made is written beside it.

    A fine-tuned model, then 5 bits of it:

      quantize convert whisper whisper-kitchen/ --out ggml-kitchen.bin

      quantize quantize ggml ggml-kitchen.bin --to q5_0
    """
    # Only here: NumPy is not needed for `quantize --help`.
    from tools.quantize.convert.whisper_convert import convert, expected_bytes, find_vocabulary
    from tools.quantize.convert.whisper_source import opened

    refuse_target(out, force)
    with opened(source) as model:
        tokens = find_vocabulary(model, vocabulary)
        with fresh_file(out, expected_bytes(model)) as sink:
            convert(model, tokens, sink)
        files, kind = (*model.files, tokens), model.kind
    made = provenance.write(
        out,
        sources=references(dict.fromkeys(files)),
        command="convert whisper",
        settings={"from": kind, "type": "f16"},
        packages=["numpy"],
    )
    tell([(out, made)], {"source": str(source), "from": kind, "vocabulary": str(tokens)}, as_json)
