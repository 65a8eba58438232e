"""Axes, figures and machines in words. Pure."""

from typing import Any

from tools.quantize.figures import DERIVED, FIGURES, Figure

_ALL = FIGURES | DERIVED


def of_name(figure: str) -> Figure:
    """A figure, measured or derived."""
    return _ALL[figure]


def axis(figure: str) -> str:
    """ "word error rate, %"."""
    found = _ALL[figure]
    return f"{found.words}, {found.unit}" if found.unit else found.words


def said(figure: str, value: float | None) -> str:
    """ "word error rate 4.50 %"."""
    return f"{_ALL[figure].words} {_ALL[figure].shown(value)}"


def machine(facts: dict[str, Any]) -> str:
    """On what it was measured."""
    packages = facts.get("packages") or {}
    used = ("pywhispercpp", "llama-cpp-python", "onnxruntime", "piper-tts")
    versions = ", ".join(f"{name} {packages[name]}" for name in used if name in packages)
    board = f"{facts['board']}: " if facts.get("board") else ""
    return (
        f"{board}{facts.get('cpu', '?')}, {facts.get('cores_usable', '?')} cores, "
        f"{facts.get('memory_mib', '?')} MiB, {facts.get('system', '?')} "
        f"{facts.get('machine', '')}, Python {facts.get('python', '?')}"
        + (f"; {versions}" if versions else "")
    )
