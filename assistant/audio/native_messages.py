"""ALSA writes to stderr whenever a device fails: a microphone that is away for a night would fill
the log. What matters of it is in our own errors, so ALSA is given a function that does nothing.
"""

import ctypes
import logging

log = logging.getLogger(__name__)


def hush() -> None:
    """Until the process ends.

    The function is called from C and has no Python in it (a hardened service forbids the writable,
    executable memory of Python callbacks): `strlen` takes the first argument of ALSA's handler, the
    name of a source file, and changes nothing.
    """
    strlen = ctypes.cast(ctypes.CDLL(None).strlen, ctypes.c_void_p)
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(strlen)
    except (OSError, AttributeError):  # no ALSA here
        log.debug("there is no ALSA")
