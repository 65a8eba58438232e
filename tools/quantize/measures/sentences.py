"""Sentences to be spoken: a text file, one a line."""

from pathlib import Path

from assistant.errors import InputError
from assistant.evaluate.manifest import spread

_MOST_BYTES = 10_000_000


def sentences_of(path: Path, limit: int | None) -> tuple[str, ...]:
    """At most `limit` of them, evenly spread; empty lines and those that begin with # are none.

    Raises InputError if the file cannot be read as text, or has no sentence.
    """
    try:
        if path.is_file() and path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path} is too large for a list of sentences: give one a line.")
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text: give one sentence a line.") from error
    sentences = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not any(character.isalnum() for line in sentences for character in line):
        raise InputError(f"{path} has no sentences: write one a line.")
    return spread([line for line in sentences if any(map(str.isalnum, line))], limit)
