"""Libraries that only evaluation needs: imported on demand, missed in one sentence."""

import warnings
from importlib import import_module
from typing import Any

from assistant.errors import InputError


def need(module: str) -> Any:
    """Import `module`; InputError with the command that installs it if it is absent."""
    try:
        with warnings.catch_warnings():
            # whisper_normalizer has invalid escape sequences, of which Python warns when it
            # compiles the file; they are no concern of who runs an evaluation.
            warnings.simplefilter("ignore")
            return import_module(module)
    except ModuleNotFoundError as error:
        raise InputError(
            f"Evaluation needs the package {error.name}; "
            "run `pip install 'kitchen-assistant[eval]'`."
        ) from error
