"""Where `assistant update --from` finds a wheelhouse: a folder, or an archive that its owner has
put somewhere. Only what the owner names is contacted, and only when the command is called."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from assistant.errors import UpdateError
from assistant.update.archive import MOST_BYTES, digest_of, unpacked
from models.download import Download, DownloadError, require_secure

WORK = Path("/var/tmp")
"""On the disk: /tmp may be memory, of which a small board has less than a wheelhouse weighs."""
_FORBIDDEN = frozenset({401, 403})
_ON_A_STICK = "or bring the wheelhouse on a stick and give its folder"


@contextmanager
def wheelhouse_of(asked: str, sha256: str, told: Callable[[str], None]) -> Iterator[Path]:
    """The folder of the wheelhouse that was asked for, there for as long as the block lasts.
    `asked`: a folder, or the https address of an archive with this SHA-256. UpdateError."""
    if asked == "index" and not Path(asked).is_dir():
        raise UpdateError(
            "There is no update from an index: nobody owns the project's name there, and what runs "
            "as root should not come from whoever takes it. Make a wheelhouse on a machine of "
            "yours (`make wheelhouse`); give its folder, or the https address of its archive with "
            "--sha256."
        )
    if "://" not in asked:
        if sha256:
            raise UpdateError("--sha256 is for an archive: a folder has a digest of each file.")
        yield Path(asked).absolute()
        return
    digest = digest_of(sha256)
    try:
        require_secure(asked)
    except DownloadError as error:
        raise _not_fetched(asked, error) from error
    with _workplace() as name:
        archive = Path(name) / "wheelhouse.tar"
        told(f"it is fetched from {urlsplit(asked).hostname}")
        fetch(asked, archive)
        folder = unpacked(archive, digest, Path(name) / "wheelhouse")
        archive.unlink()  # it has done its part, and is as large as all the rest
        yield folder


def fetch(url: str, archive: Path, most_bytes: int = MOST_BYTES) -> None:
    """Over https, and redirected to nothing else. UpdateError."""

    def limit(done: int) -> None:
        if done > most_bytes:
            raise UpdateError(f"{url} is larger than any wheelhouse: correct the address.")

    try:
        Download(url, archive, None, limit).run()
    except DownloadError as error:
        raise _not_fetched(url, error) from error
    except OSError as error:
        raise UpdateError(f"{archive.parent} cannot be written ({error.strerror}).") from error


def _workplace() -> "tempfile.TemporaryDirectory[str]":
    try:
        return tempfile.TemporaryDirectory(dir=WORK, prefix="assistant-update-")
    except OSError as error:
        raise UpdateError(
            f"{WORK} cannot be written ({error.strerror}): mend that, {_ON_A_STICK}."
        ) from error


def _not_fetched(url: str, error: DownloadError) -> UpdateError:
    """What fits a wheelhouse: the error's own remedy is that for a model."""
    if error.status in _FORBIDDEN:
        why = f"{url} was refused (status {error.status}): let this device read it there"
        return UpdateError(f"{why}, {_ON_A_STICK}.")
    return UpdateError(f"{error.what}: correct the address, {_ON_A_STICK}.")
