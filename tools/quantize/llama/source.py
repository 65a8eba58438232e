"""Model files that came from anywhere, before llama.cpp sees them."""

from pathlib import Path

from assistant.errors import InputError
from models.headers.identify import identify


def checked(path: Path) -> Path:
    """`path`, if it is a whole GGUF file. Raises InputError or ModelError if not."""
    if not path.is_file():
        raise InputError(f"{path} cannot be read (no such file): check the name.")
    if identify(path).format != "gguf":
        raise InputError(
            f"{path} is no GGUF file: convert the model with `quantize convert llm` first."
        )
    return path
