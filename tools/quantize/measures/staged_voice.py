"""A voice as the engine wants it, cut into stages, without leaving those beside somebody's file.

Cutting and comparing take more memory than speaking does, so that the process in which a voice is
measured must not do it: `python -m tools.quantize.measures.staged_voice VOICE` does.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.engines.voice_parts import prepare
from assistant.errors import ModelError
from tools.quantize.child import program
from tools.quantize.identity import settings_of


@contextmanager
def staged(voice: Path, in_pieces: bool) -> Iterator[Path]:
    """The voice in a folder of its own, by links, with its stages if it is spoken in pieces. Stages
    that lie beside the file are left there: nobody has examined them, and they are not the job's.

    Raises ModelError if it is no voice.
    """
    with tempfile.TemporaryDirectory() as folder:
        for file in (voice, settings_of(voice)):
            Path(folder, file.name).symlink_to(file.absolute())
        linked = Path(folder, voice.name)
        if in_pieces:
            command = (*program("tools.quantize.measures.staged_voice"), str(linked))
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
                raise ModelError(f"The voice {voice} cannot be cut into stages ({last}).")
        yield linked


def main(voice: Path) -> None:
    """Cut it; a fault that lets it be spoken whole is none here."""
    try:
        prepare(voice)
    except ModelError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
