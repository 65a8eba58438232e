"""The configuration: one validated tree from a TOML file and the environment.

    [stt]
    model = "whisper-base-q8_0"      # or ASSISTANT_STT__MODEL=whisper-base-q8_0

A key that does not exist is an error which names the key and its line, never a silent default.

How many threads each engine has is decided by the board's profile (`assistant hw`), unless it is
written down: what is left out, or "auto", is filled in here, so that engines only see numbers.
In the same way a model that is not written down is the one that was promoted (`quantize promote`),
and without any the default.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_state_path
from pydantic import Field, ValidationError, model_validator

from assistant.echo import EchoSettings
from assistant.errors import ConfigError
from assistant.home.settings import HomeSettings
from assistant.listen import Endpointing
from assistant.llm import LlmSettings
from assistant.mic import MicSettings
from assistant.panel.settings import ButtonSettings, LightsSettings, PanelSettings
from assistant.policy import Policy
from assistant.settings import Section
from assistant.skills import SKILLS
from assistant.speaker import SpeakerSettings
from assistant.stt import SttSettings
from assistant.tts import TtsSettings
from assistant.turn import TurnSettings
from assistant.vad import VadSettings
from assistant.wake import WakeSettings
from hw import board
from hw.profile import Threads
from models.local import phrases, serving
from models.store import default_root

PREFIX = "ASSISTANT_"
MAX_BYTES = 1_000_000
"""A larger file is not a configuration."""
AUTO = "auto"
"""Written instead of a number of threads: as the board's profile says."""
THREADS = {
    ("stt", "threads"): "stt",
    ("turn", "threads"): "turn",
    ("llm", "threads"): "llm",
    ("llm", "prompt_threads"): "prompt",
    ("tts", "threads"): "tts",
}
"""(section, key) of every setting that is a number of threads; its name in the profile."""
MODELS = {"stt": ("stt", "model"), "llm": ("llm", "model"), "tts": ("tts", "voice")}
"""By role, (section, key) of the setting that names its model."""


class SkillSettings(Section):
    enabled: tuple[str, ...] = tuple(SKILLS)
    """Skills that are asked before the language model. That of the home says nothing unless
    [home] is set up."""


class RecorderSettings(Section):
    enabled: bool = False
    """Keep the sound and the words of every turn. Whoever lives here should know."""
    folder: Path = Field(default_factory=lambda: user_state_path("kitchen-assistant") / "turns")
    """Where to."""
    max_age_days: float = Field(7.0, gt=0, le=3650)
    """Older turns are deleted."""


class Settings(Section):
    """The whole configuration."""

    mic: MicSettings = Field(default_factory=MicSettings)
    echo: EchoSettings = Field(default_factory=EchoSettings)
    wake: WakeSettings = Field(default_factory=WakeSettings)
    vad: VadSettings = Field(default_factory=VadSettings)
    turn: TurnSettings = Field(default_factory=TurnSettings)
    stt: SttSettings = Field(default_factory=SttSettings)
    llm: LlmSettings = Field(default_factory=LlmSettings)
    tts: TtsSettings = Field(default_factory=TtsSettings)
    speaker: SpeakerSettings = Field(default_factory=SpeakerSettings)
    endpointing: Endpointing = Field(default_factory=Endpointing)
    conversation: Policy = Field(default_factory=Policy)
    home: HomeSettings = Field(default_factory=HomeSettings)
    skills: SkillSettings = Field(default_factory=SkillSettings)
    panel: PanelSettings = Field(default_factory=PanelSettings)
    lights: LightsSettings = Field(default_factory=LightsSettings)
    button: ButtonSettings = Field(default_factory=ButtonSettings)
    recorder: RecorderSettings = Field(default_factory=RecorderSettings)

    @model_validator(mode="after")
    def _silences_in_order(self) -> "Settings":
        longest = self.endpointing.stop_s
        for name in ("silence_s", "complete_s", "turn_end_s", "hesitation_s", "unfinished_s"):
            if getattr(self.conversation, name) > longest:
                raise ValueError(
                    f"conversation.{name} must not be larger than endpointing.stop_s ({longest})"
                )
        return self


def default_path() -> Path:
    """Where the configuration is looked for: `$XDG_CONFIG_HOME/kitchen-assistant/config.toml`."""
    return user_config_path("kitchen-assistant") / "config.toml"


def load(
    path: Path | None,
    environment: Mapping[str, str] = os.environ,
    threads: Threads | None = None,
    promoted: Mapping[str, str] | None = None,
) -> Settings:
    """Read the file (the default one may be missing), then the environment on top of it.

    `threads`: for engines whose threads are not stated; None: those of this board's profile.
    `promoted`: for roles whose models are not stated; None: those of this machine.

    Raises ConfigError: one sentence with the file, the line, the key and what is allowed.
    """
    source, text, tree = _stated(path, environment)
    _fill_in(tree, board.here().threads if threads is None else threads)
    _fill_in_models(tree, serving(default_root()) if promoted is None else promoted)
    try:
        return Settings.model_validate(tree)
    except ValidationError as error:
        raise ConfigError(_explain(error, source, text)) from error


def where_stated(
    key: tuple[str, ...], path: Path | None, environment: Mapping[str, str] = os.environ
) -> str | None:
    """The file and line, or the variable, that states a setting; None: it is left out."""
    source, text, tree = _stated(path, environment)
    found: Any = tree
    for name in key:
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    variable = PREFIX + "__".join(key).upper()
    return variable if variable in environment else _where(list(key), source, text)


def _stated(path: Path | None, environment: Mapping[str, str]) -> tuple[Path, str, dict[str, Any]]:
    """The file, its text, and all that it and the environment state."""
    source = default_path() if path is None else path
    text = _read(source, optional=path is None)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source} is not valid TOML: {error}.") from error
    except RecursionError as error:
        raise ConfigError(f"{source} is nested too deeply for a configuration.") from error
    for key, value in _from_environment(environment):
        _set(tree, key, value)
    return source, text, tree


def threads_of(settings: Settings) -> Threads:
    """The numbers that the engines see."""
    return Threads(
        **{
            name: getattr(getattr(settings, section), key)
            for (section, key), name in THREADS.items()
        }
    )


def _read(path: Path, optional: bool) -> str:
    """The file's text; nothing if it is missing and may be."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"{path} is too large for a configuration file.")
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        if optional:
            return ""
        raise ConfigError(f"{path} cannot be read: there is no such file.") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text (byte {error.start}).") from error


def _from_environment(environment: Mapping[str, str]) -> list[tuple[list[str], Any]]:
    """ASSISTANT_STT__THREADS=4 -> (["stt", "threads"], 4); values are read as TOML if they are."""
    found: list[tuple[list[str], Any]] = []
    for name, text in sorted(environment.items()):
        key = name.removeprefix(PREFIX).lower()
        if not name.startswith(PREFIX):
            continue
        if "__" not in key:
            section = key.split("_")[0]
            if section in Settings.model_fields:
                right = name.replace("_", "__", 2).replace("__", "_", 1)
                raise ConfigError(f"{name} is no setting; did you mean {right}?")
            continue
        try:
            value: Any = tomllib.loads(f"value = {text}")["value"]
        except (tomllib.TOMLDecodeError, RecursionError):
            value = text
        found.append((key.split("__"), value))
    return found


def _set(tree: dict[str, Any], key: list[str], value: Any) -> None:
    *tables, last = key
    for table in tables:
        tree = tree.setdefault(table, {})
        if not isinstance(tree, dict):
            raise ConfigError(f"{PREFIX}{'__'.join(key).upper()}: {table} is not a section.")
    tree[last] = value


def _fill_in(tree: dict[str, Any], threads: Threads) -> None:
    for (section, key), engine in THREADS.items():
        table = tree.setdefault(section, {})
        # What is no table is a mistake, which validation explains.
        if isinstance(table, dict) and table.get(key, AUTO) == AUTO:
            table[key] = getattr(threads, engine)


def _fill_in_models(tree: dict[str, Any], promoted: Mapping[str, str]) -> None:
    for role, (section, key) in MODELS.items():
        table = tree.setdefault(section, {})
        if role in promoted and isinstance(table, dict):
            table.setdefault(key, promoted[role])
    wake = tree.setdefault("wake", {})
    words = phrases(promoted)
    if not words or not isinstance(wake, dict):
        return
    listened = wake.setdefault("phrases", list(dict.fromkeys([*WakeSettings().phrases, *words])))
    models = wake.setdefault("models", {})
    if isinstance(listened, list) and isinstance(models, dict):
        for phrase, name in words.items():
            if phrase in listened:
                models.setdefault(phrase, name)


def _explain(error: ValidationError, source: Path, text: str) -> str:
    first = error.errors()[0]
    key = [str(part) for part in first["loc"]]
    name = ".".join(key)
    where = _where(key, source, text)
    if first["type"] == "extra_forbidden":
        known = ", ".join(sorted(_known(key[:-1])))
        return f"{where}: unknown key {name}; known here: {known}."
    reason = first["msg"].removeprefix("Value error, ")
    if tuple(key) in THREADS:
        reason += f', or write "{AUTO}"'
    return f"{where}: {name}: {reason}." if name else f"{where}: {reason}."


def _known(section: list[str]) -> list[str]:
    model: type[Section] = Settings
    for name in section:
        annotation = model.model_fields[name].annotation
        assert isinstance(annotation, type)
        if not issubclass(annotation, Section):
            return []
        model = annotation
    return list(model.model_fields)


def _where(key: list[str], source: Path, text: str) -> str:
    """The line that holds the key, the environment variable, or at least the file."""
    variable = PREFIX + "__".join(key).upper()
    if variable in os.environ:
        return variable
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([\w.\-\s\"']+?)\s*\]", line):
            section = header[1].strip("\"' ")
        name = re.match(r"\s*[\"']?([\w.\-]+)[\"']?\s*=", line)
        path = ".".join(part for part in (section, name[1] if name else "") if part)
        if path and ".".join(key).startswith(path) and (name or path == ".".join(key)):
            return f"{source}, line {number}"
    return str(source)
