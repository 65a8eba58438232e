"""CTranslate2's model.bin, as `models.whisper_ctranslate2` reads it."""

from pathlib import Path

from models.headers.header import Header, Tensor, quantisation_of

VERSION = 6
_KIND = b"WhisperSpec\0"
MAGIC = VERSION.to_bytes(4, "little") + len(_KIND).to_bytes(2, "little") + _KIND


def read_ctranslate2(path: Path) -> Header:
    """Check a Whisper model of CTranslate2. Raises ModelError naming what is wrong."""
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
        details={"format version": VERSION},
    )
