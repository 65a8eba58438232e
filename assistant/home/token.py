"""The secret for the house's server: out of a file only its owner may read, never anywhere else."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import ConfigError

CREDENTIAL = "home-token"
"""LoadCredential=home-token:/path/to/it in a systemd unit."""
MAX_BYTES = 4096


def token(file: Path | None, environment: Mapping[str, str]) -> str:
    """systemd's credential, or what is in `file`; "" if there is neither. Raises ConfigError."""
    if folder := environment.get("CREDENTIALS_DIRECTORY"):
        credential = Path(folder) / CREDENTIAL
        if os.path.exists(credential):
            # Whom it is readable for is in an access control list, of which the mode shows only
            # the mask: systemd sees to it.
            return _read(credential, private=False)
    return _read(file.expanduser(), private=True) if file else ""


def _read(path: Path, private: bool) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if private and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ConfigError(
                    f"{path} can be read by others than its owner: chmod 600 it, and better make a "
                    "new token."
                )
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    secret = content.strip()
    if not secret or len(content) > MAX_BYTES or not all(32 < byte < 127 for byte in secret):
        raise ConfigError(f"{path} must hold one line, the token, and nothing else.")
    return secret.decode("ascii")
