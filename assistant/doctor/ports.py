"""Who can reach the assistant over the network, and whom it has reached.

It opens no port by itself, and connects to nothing but what [home] names.
"""

from collections.abc import Collection, Iterator

from assistant.doctor.check import Check
from hw.processes import Socket


def checks(sockets: Collection[Socket], connects: bool) -> Iterator[Check]:
    """`sockets`: of the assistants that run. `connects`: the configuration names a server."""
    open_ = [each for each in sockets if each.listens and not each.local]
    reached = [each for each in sockets if not each.listens and not each.local]
    if open_:
        yield Check(
            "ports",
            "red",
            f"The whole network can reach it: {_told(open_)}. Nothing in the configuration asks "
            "for that.",
            "Stop it (`sudo systemctl stop assistant`) and look for what was added to it.",
        )
    else:
        inner = [each for each in sockets if each.listens]
        within = f" Only this machine can: {_told(inner)}." if inner else ""
        yield Check("ports", "green", f"Nobody can reach it over the network.{within}")
    if reached and not connects:
        yield Check(
            "connections",
            "red",
            f"It is connected to {_told(reached)}, though [home] names no server.",
            "Stop it (`sudo systemctl stop assistant`) and look for what was added to it.",
        )


def hidden() -> Check:
    """For an assistant of another user, whose sockets nobody else may see."""
    return Check(
        "ports",
        "green",
        "Whether anybody can reach it over the network this user may not see; "
        "`sudo assistant doctor` may.",
    )


def _told(sockets: Collection[Socket]) -> str:
    return ", ".join(sorted(f"{each.protocol} {each.address} port {each.port}" for each in sockets))
