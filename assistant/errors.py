"""The exception tree.

AssistantError            something the owner of the device can act on: one sentence, what to do
├── ConfigError           a setting is unknown or wrong (key, line, allowed values)
├── InputError            a file given on the command line cannot be used
├── ModelError            a model file is missing, damaged or cannot be fetched
├── DeviceError           a microphone or loudspeaker cannot be opened
│   └── AbsentError       … because none is there, or several could be meant
├── UpdateError           a version cannot be installed or brought back; nothing was changed
└── StageError            an engine failed while working: has `stage` and `code`

The command line turns every AssistantError into one line on stderr and exit code 2.
Anything else is a bug and keeps its traceback.
"""


class AssistantError(Exception):
    """Base: `str(error)` is a whole sentence that names the thing and the way out."""


class ConfigError(AssistantError):
    """A setting is unknown, has the wrong type, or contradicts another."""


class InputError(AssistantError):
    """A file or argument given by the user cannot be used."""


class ModelError(AssistantError):
    """A model file is missing, damaged, or could not be fetched or built."""


class DeviceError(AssistantError):
    """An audio device is missing or refused to open."""


class AbsentError(DeviceError):
    """No device fits what is asked for: only somebody's hands can help."""


class UpdateError(AssistantError):
    """A version of the assistant cannot be installed or brought back; what runs goes on."""


class StageError(AssistantError):
    """An engine failed on a job. `code` is stable and machine-readable, e.g. "load", "timeout"."""

    def __init__(self, stage: str, code: str, message: str) -> None:
        super().__init__(message)
        self.stage = stage
        self.code = code
