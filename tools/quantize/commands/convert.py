"""`quantize convert`: one command a kind of model."""

import typer

from assistant.lazy import Place, group

KINDS = {
    "whisper": Place(
        "convert_whisper",
        "whisper",
        "Whisper from OpenAI (.pt), Hugging Face (safetensors) or CTranslate2: a ggml file.",
    ),
    "llm": Place(
        "convert_llm",
        "llm",
        "A language model from Hugging Face (safetensors): a GGUF file.",
    ),
    "voice": Place(
        "convert_voice",
        "voice",
        "A Piper voice: checked, tried, and cut into stages so that it begins to speak sooner.",
    ),
    "wake": Place(
        "convert_wake",
        "wake",
        "An openWakeWord model: checked against what the wake word engine asks of it.",
    ),
}

app = typer.Typer(
    cls=group("tools.quantize.commands", KINDS),
    no_args_is_help=True,
    help="Turn a checkpoint into a file that the engines load: Whisper, language models, voices,"
    " wake words.",
)


@app.callback()
def convert() -> None:
    """Turn a checkpoint into a file that the engines load: Whisper, language models, voices, wake
    words."""
