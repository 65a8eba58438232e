"""The configuration: is it valid, and does what it names exist?"""

from pathlib import Path

from assistant.answering import enabled_skills
from assistant.config import Settings, default_path, load
from assistant.doctor.check import Check, told
from assistant.engines import ENGINES, find
from assistant.errors import ConfigError


def check(path: Path | None) -> tuple[Settings | None, Check]:
    """`path`: None for the default one. No settings if they are wrong."""
    try:
        settings = load(path)
        enabled_skills(settings)
        _engines_exist(settings)
    except ConfigError as error:
        return None, told("configuration", "red", str(error), "Correct it.")
    source = path or default_path()
    text = f"{source} is valid." if source.exists() else f"{source} is not there: all defaults."
    return settings, Check("configuration", "green", text)


def _engines_exist(settings: Settings) -> None:
    for role in ENGINES:
        engine = getattr(settings, role).engine
        if (role, engine) != ("turn", "none"):
            find(role, engine)
