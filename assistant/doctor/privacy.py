"""Who else may read what is private: the household's book, recordings, secrets."""

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.doctor.check import Check

_OTHERS_READ = stat.S_IRGRP | stat.S_IROTH
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_SECRET_NAME = re.compile(r"TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY", re.IGNORECASE)
_SECRET = re.compile(
    r"\beyJ[\w-]{20,}\.[\w-]+\.[\w-]+|(?<![\w/.-])(?=\S*\d)[A-Za-z0-9+=_-]{32,}(?![\w/.-])"
)
"""A JSON Web Token, such as Home Assistant's, or a long word with digits that is no path."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file or folder."""

    path: Path
    mode: int
    mine: bool
    """It belongs to this user, or this is the administrator, who may do anything."""


def kept(path: Path, uid: int) -> Kept | None:
    """None if it is not there. Raises OSError if it cannot even be looked at."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return Kept(path, stat.S_IMODE(status.st_mode), uid in (0, status.st_uid))


def folders(private: Iterable[Kept]) -> Iterator[Check]:
    """What holds words and sounds of the household: for its owner alone."""
    known = list(private)
    foreign = [each.path for each in known if not each.mine]
    if foreign:
        yield Check(
            "owner",
            "yellow",
            f"{_listed(foreign)} belongs to another user: what is set may not be kept.",
            f"`sudo chown -R $USER {_paths(foreign)}`, and do not run it with sudo.",
        )
    shared = [each.path for each in known if each.mode & (_OTHERS_READ | _OTHERS_WRITE)]
    if shared:
        yield Check(
            "privacy",
            "yellow",
            f"Others on this machine may look into {_listed(shared)}.",
            f"`chmod go= {_paths(shared)}`.",
        )
    if not foreign and not shared:
        yield Check("privacy", "green", "Only its owner can see what the household has stored.")


def configuration(file: Kept | None, text: str) -> Iterator[Check]:
    """Nothing where it is well. Whoever writes it decides what is contacted."""
    if file is None:
        return
    if file.mode & stat.S_IWOTH:
        text_ = f"Anybody on this machine can change {file.path}."
        yield Check("configuration file", "red", text_, f"`chmod go-w {file.path}`.")
    elif _SECRET.search(text) and file.mode & _OTHERS_READ:
        yield Check(
            "configuration file",
            "yellow",
            f"{file.path} seems to hold a token, and others can read it.",
            "Move it into a file of its own (home.token_file), `chmod 600` that, and make a new "
            "token.",
        )


def environment(variables: Mapping[str, str]) -> Iterator[Check]:
    """Those of this program. Nothing where it is well."""
    names = sorted(
        name
        for name, value in variables.items()
        if name.startswith("ASSISTANT_")
        and value
        and not name.endswith("TOKEN_FILE")
        and (_SECRET_NAME.search(name) or _SECRET.search(value))
    )
    if names:
        yield Check(
            "environment",
            "yellow",
            f"{', '.join(names)} seems to hold a secret: all programs of this user can read it.",
            "Put it into a file (home.token_file, mode 600) or a systemd credential (home-token).",
        )


def _listed(paths: list[Path]) -> str:
    return ", ".join(map(str, paths))


def _paths(paths: list[Path]) -> str:
    return " ".join(map(str, paths))
