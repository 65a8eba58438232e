"""What every reader of headers must survive: changes that know nothing of the format."""

import random
import time
import tracemalloc
from pathlib import Path

from assistant.errors import ModelError
from models.headers.header import Header
from models.headers.identify import identify
from tools.quantize.fuzz.mutate import damaged

_SLOWEST_S = 5.0
"""What takes this long on a busy machine takes under one on a free one."""
_MOST_BYTES = 100 << 20


def verdict(path: Path, data: bytes) -> Header | ModelError:
    """What `identify` says of a file with this content; anything but the two is an error."""
    path.write_bytes(data)
    try:
        return identify(path)
    except ModelError as error:
        said = error
    assert str(said).count("\n") == 0
    assert str(said).endswith(".")
    return said


def survives(path: Path, data: bytes, seed: int) -> None:
    """Changed at random, the file is identified or refused, in little time."""
    begun = time.process_time()
    verdict(path, damaged(random.Random(seed), data, data[::-1]))
    assert time.process_time() - begun < _SLOWEST_S


def refused(path: Path, data: bytes) -> str:
    """Why the file is refused."""
    error = verdict(path, data)
    assert isinstance(error, ModelError), "it was let through"
    return str(error)


def accepted(path: Path, data: bytes) -> Header:
    """What the file is."""
    header = verdict(path, data)
    assert isinstance(header, Header), str(header)
    return header


def peak_bytes(path: Path, data: bytes) -> int:
    """Python's memory at its highest while the file is looked at."""
    path.write_bytes(data)
    tracemalloc.start()
    try:
        identify(path)
    except ModelError:
        pass  # either answer will do: it is the memory that is asked for
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < _MOST_BYTES
    return peak
