"""Libraries that only evaluation or new models need: imported on demand, missed in one sentence."""

import warnings
from importlib import import_module
from typing import Any, Literal

from assistant.errors import InputError

_PURPOSES = {"eval": "Evaluation", "quantize": "Bringing a model"}


def need(module: str, extra: Literal["eval", "quantize"] = "eval") -> Any:
    """Import `module`; InputError with the command that installs it if it is absent. `extra`: what
    of this package asks for it."""
    try:
        with warnings.catch_warnings():
            # whisper_normalizer has invalid escape sequences, of which Python warns when it
            # compiles the file; they are no concern of who runs an evaluation.
            warnings.simplefilter("ignore")
            return import_module(module)
    except ModuleNotFoundError as error:
        raise InputError(
            f"{_PURPOSES[extra]} needs the package {error.name}; "
            f"run `pip install 'kitchen-assistant[{extra}]'`."
        ) from error
