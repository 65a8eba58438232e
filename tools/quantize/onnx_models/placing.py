"""New files in a folder: checked in a private one beside it, then all put into place."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import InputError, ModelError
from models.storage import place


@contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """A private folder on the file system of `out`, which is made if it is not there. Raises
    InputError if nothing can be written there, or the disk is full. Errors leave it without its
    name."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=out, prefix=".quantize-"))
    except OSError as error:
        raise _refused(out, error) from error
    try:
        yield folder
    except OSError as error:
        raise _refused(out, error) from error
    except (InputError, ModelError) as error:  # a folder that is gone says nothing
        raise type(error)(str(error).replace(f"{folder}/", "")) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(folder: Path, out: Path) -> list[Path]:
    """All files of `folder` into `out`; those that are there are replaced, each atomically."""
    fresh = sorted(path for path in folder.iterdir() if path.is_file())
    for path in fresh:
        place(path, out / path.name)
    return [out / path.name for path in fresh]


def _refused(out: Path, error: OSError) -> InputError:
    reason = error.strerror or str(error)
    return InputError(f"{out} cannot be written ({reason}): choose another folder.")
