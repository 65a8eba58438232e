"""How the processor chooses its speed."""

from pathlib import Path

from assistant.doctor.check import Check

QUICK = {"performance", "schedutil"}
"""Always fast, or fast at once when there is work. The others look around for some ten
milliseconds first, again and again, since a turn is many short pieces of work."""

_PATTERN = "sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor"


def check(root: Path = Path("/")) -> Check:
    """`root`: the tree with `sys`."""
    found = sorted({_word(path) for path in root.glob(_PATTERN)} - {""})
    if not found:
        return Check("governor", "green", "The processor's speed is not this system's to choose.")
    text = f"The processor's governor is {', '.join(found)}."
    if set(found) <= QUICK:
        return Check("governor", "green", text)
    return Check(
        "governor",
        "yellow",
        f"{text[:-1]}: it speeds up only after each piece of work has begun.",
        f"`echo performance | sudo tee /{_PATTERN.replace('[0-9]*', '*')}` (until the next start).",
    )


def _word(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
