"""How the processor chooses its speed."""

from pathlib import Path

from assistant.doctor.check import Check
from hw.speed import governors

QUICK = {"performance", "schedutil"}
"""Always fast, or fast at once when there is work. The others look around for some ten
milliseconds first, again and again, since a turn is many short pieces of work."""

_FILES = "/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"


def check(root: Path = Path("/")) -> Check:
    """`root`: the tree with `sys`."""
    found = governors(root)
    if not found:
        return Check("governor", "green", "The processor's speed is not this system's to choose.")
    text = f"The processor's governor is {', '.join(found)}."
    if set(found) <= QUICK:
        return Check("governor", "green", text)
    return Check(
        "governor",
        "yellow",
        f"{text[:-1]}: it speeds up only after each piece of work has begun.",
        f"`echo performance | sudo tee {_FILES}` (until the next start).",
    )
