"""Environments of peers, made on demand beside the models and kept: the product needs none."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from models.store import default_root
from tools.bench.peers.failure import PeerError

_REQUIREMENTS = Path(__file__).with_name("requirements")
_COMPLETE = "complete"
"""A file that is written last."""


def home() -> Path:
    """Everything that the measurement installs lies here, and may be deleted."""
    return default_root().parent / "peers"


def requirements(name: str) -> Path:
    return _REQUIREMENTS / f"{name}.txt"


def digest(text: str) -> str:
    """Another one for other requirements or another Python."""
    return hashlib.sha256(f"{platform.python_version()}\n{text}".encode()).hexdigest()[:16]


def python(name: str) -> Path:
    """The interpreter of an environment that has what `requirements/NAME.txt` lists.

    Raises PeerError if it cannot be made.
    """
    wanted = requirements(name)
    folder = home() / digest(wanted.read_text("utf-8"))
    if not (folder / _COMPLETE).is_file():
        print(f"Installing what {name} needs, once (a minute or two).", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        _run(name, [sys.executable, "-m", "venv", str(folder)])
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        # pip unpacks in a temporary folder, and a small machine's may be a RAM disk.
        with tempfile.TemporaryDirectory(dir=home()) as work:
            _run(name, [str(_python(folder)), *install, "-r", str(wanted)], work)
        (folder / _COMPLETE).touch()
    return _python(folder)


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _run(name: str, command: list[str], work: str | None = None) -> None:
    done = subprocess.run(
        command,
        env=os.environ | ({} if work is None else {"TMPDIR": work}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        raise PeerError(
            f"The environment for {name} could not be made ({lines[-1] if lines else 'no reason'})"
            "; check the network and run this again."
        )
