"""How a process of its own is started."""

import sys


def program(module: str) -> tuple[str, ...]:
    """The command that runs a module of this package. Python would look for modules in the folder
    that somebody happens to be in (-m does), and run a json.py that was downloaded there: not so.
    """
    return (sys.executable, "-P", "-m", module)
