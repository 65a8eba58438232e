"""The files of a job, before an engine sees them."""

from pathlib import Path

from models.headers.identify import identify
from tools.quantize.bundle import Bundle


def examined(model: Bundle, root: Path) -> Path:
    """The main file of a candidate or reference, which may come from anywhere: native code sees no
    other path than this one gives. ModelError if it is not what it claims to be."""
    path = root / model.main.name
    identify(path)
    return path
