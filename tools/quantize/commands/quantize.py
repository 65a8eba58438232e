"""`quantize quantize`: one command a file format."""

import typer

from assistant.lazy import Place, group

FORMATS = {
    "ggml": Place(
        "quantize_ggml",
        "ggml",
        "Whisper for whisper.cpp: the same bytes as its own tool writes.",
    ),
    "gguf": Place(
        "quantize_gguf",
        "gguf",
        "Language models for llama.cpp: every type, with an importance matrix if there is one.",
    ),
    "onnx": Place(
        "quantize_onnx",
        "onnx",
        "Voices, wake words and detectors: int8 without or with calibration, or float16.",
    ),
}

app = typer.Typer(
    cls=group("tools.quantize.commands", FORMATS),
    no_args_is_help=True,
    help="Write smaller versions of a model: ggml, GGUF or ONNX.",
)


@app.callback()
def quantize() -> None:
    """Write smaller versions of a model: ggml, GGUF or ONNX."""
