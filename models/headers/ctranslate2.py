"""CTranslate2's model.bin, as `models.whisper_ctranslate2` reads it."""

from pathlib import Path

from models.cursor import Cursor, opened
from models.headers.header import Header, Tensor, quantisation_of

_VERSION = 6
_KIND = b"WhisperSpec\0"
MAGIC = _VERSION.to_bytes(4, "little") + len(_KIND).to_bytes(2, "little") + _KIND
_MOST_VARIABLES = 65_536


def read_ctranslate2(path: Path) -> Header:
    """Check a Whisper model of CTranslate2. Raises ModelError naming what is wrong."""
    with opened(path) as cursor:
        _check_count(cursor)
    # NumPy: only where it is needed.
    from models.whisper_ctranslate2 import Variable, open_ctranslate2

    with open_ctranslate2(path) as model:
        places: dict[int, tuple[str, Variable]] = {}
        for name, variable in model.variables.items():
            places.setdefault(variable.offset, (name, variable))  # later ones are aliases
        tensors = tuple(
            Tensor(name, each.shape, each.dtype.name, model.tensor(name).nbytes)
            for name, each in places.values()
        )
    return Header(
        format="ctranslate2",
        architecture="whisper",
        quantisation=quantisation_of(tensors),
        bytes=path.stat().st_size,
        tensors=tensors,
        details={"format version": _VERSION},
    )


def _check_count(cursor: Cursor) -> None:
    if cursor.take(len(MAGIC)) != MAGIC:
        raise cursor.wrong("is not a Whisper model of CTranslate2")
    _, count = cursor.numbers("2I")
    cursor.counted(count, 8, "variables", _MOST_VARIABLES)
