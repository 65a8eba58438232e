"""The interpreter."""

from assistant.doctor.check import Check

OLDEST, NEWEST = (3, 11), (3, 13)
"""As `requires-python` in pyproject.toml says."""


def check(version: tuple[int, int, int]) -> Check:
    """`version`: major, minor, micro."""
    text = f"Python {'.'.join(map(str, version))}."
    if OLDEST <= version[:2] <= NEWEST:
        return Check("python", "green", text)
    remedy = f"Use Python {_dotted(OLDEST)} to {_dotted(NEWEST)}: `make PYTHON=… setup`."
    return Check("python", "red", text, remedy)


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
