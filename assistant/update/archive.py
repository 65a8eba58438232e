"""A wheelhouse in one file, `tar -C WHEELHOUSE -cf FILE .`: it can be fetched at once, and is known
by one digest. Nothing in it is looked at before that was compared."""

import re
import shutil
import tarfile
from pathlib import Path

from assistant.errors import UpdateError
from assistant.update.manifest import FILE, NAME
from assistant.update.wheelhouse import sha256

MOST_BYTES = 2 << 30
"""A wheelhouse has 165 MB: what is that much larger is none."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAKE = "make it with `tar -C WHEELHOUSE -cf FILE .`"


def digest_of(words: str) -> str:
    """What somebody gave as the SHA-256 of an archive. UpdateError if it is none."""
    found = words.strip().lower()
    if not _SHA256.fullmatch(found):
        raise UpdateError(
            "Say --sha256 with the 64 digits that `sha256sum FILE` prints where the archive was "
            "made: what comes over a network is only installed if it is the very file you mean."
        )
    return found


def unpacked(archive: Path, digest: str, folder: Path) -> Path:
    """`folder`, which is made, with the files of the wheelhouse. UpdateError if it is not the
    archive of this SHA-256, or no wheelhouse; `folder` may then hold a part."""
    try:
        if (found := sha256(archive)) != digest:
            raise UpdateError(
                f"This is another file than the one that was meant: its SHA-256 is {found}. "
                "Compare with `sha256sum` where it was made."
            )
        folder.mkdir(mode=0o700)
        with tarfile.open(archive, "r:") as tar:  # not compressed: it holds what it weighs
            for member in tar:
                _place(tar, member, folder)
        if not (folder / NAME).exists():  # such as one of zeros, which reads as an empty one
            raise UpdateError(f"It is no archive of a wheelhouse (without {NAME}): {_MAKE}.")
    except tarfile.TarError as error:
        raise UpdateError(f"It is no archive of a wheelhouse ({error}): {_MAKE}.") from error
    except OSError as error:
        raise UpdateError(f"It cannot be unpacked ({error.strerror}): free some space.") from error
    return folder


def _place(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    name = member.name.removeprefix("./")
    if member.isdir() and name in (".", ""):
        return
    source = tar.extractfile(member) if member.isreg() and not member.issparse() else None
    if source is None or not FILE.fullmatch(name) or (folder / name).exists():
        raise UpdateError(f"{member.name!r} is in no archive of a wheelhouse: {_MAKE}.")
    with source, (folder / name).open("xb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
