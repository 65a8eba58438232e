"""ALSA and PortAudio write to stderr whenever a device fails: a microphone that is away for a night
would fill the log. What matters of it is in our own errors, so the libraries are given a function
that does nothing with their messages.
"""

import ctypes
import logging
from typing import Any

log = logging.getLogger(__name__)


def hush(portaudio: str | None) -> None:
    """Until the process ends. `portaudio`: file name of the library in use.

    The functions are called from C and have no Python in them (a hardened service forbids the
    writable, executable memory of Python callbacks): `strlen` takes the message's first argument,
    a string, and changes nothing.
    """
    strlen = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p)
    for library, name in (
        ("libasound.so.2", "snd_lib_error_set_handler"),
        (portaudio, "PaUtil_SetDebugPrintFunction"),
    ):
        setter = _function(library, name)
        if setter is not None:
            setter(strlen)


def _function(library: str | None, name: str) -> Any:
    if library is None:
        return None
    try:
        return getattr(ctypes.CDLL(library), name)
    except (OSError, AttributeError):
        log.debug("%s has no %s", library, name)
        return None
