"""Which processes are assistants, and which sockets are theirs. `/proc` is only read."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from hw import sysfs

_ROOT = Path("/")
_LISTEN, _ESTABLISHED = "0A", "01"
"""States of a socket: include/net/tcp_states.h. An unconnected UDP socket has 07."""
_PYTHON = re.compile(r"^python[\d.]*$")


@dataclass(frozen=True, slots=True)
class Socket:
    protocol: str
    """ "tcp" or "udp"."""
    address: IPv4Address | IPv6Address
    """Where it listens, or what it is connected to."""
    port: int
    listens: bool

    @property
    def local(self) -> bool:
        """Only this machine can be at the other end."""
        plain = getattr(self.address, "ipv4_mapped", None) or self.address
        return bool(plain.is_loopback)


def running(command: str, argument: str, root: Path = _ROOT) -> tuple[int, ...]:
    """Processes that are `command argument`, as a script or as `python -m command argument`;
    options may stand between. Without this one."""
    found = []
    for path in (root / "proc").glob("[0-9]*/cmdline"):
        pid = int(path.parent.name)
        if pid != os.getpid() and is_running(_words(path), command, argument):
            found.append(pid)
    return tuple(sorted(found))


def is_running(words: Sequence[str], command: str, argument: str) -> bool:
    """`words`: a command line."""
    rest = list(words)
    if rest and _PYTHON.match(Path(rest[0]).name):
        rest = rest[1:]
        while rest and rest[0].startswith("-") and rest[0] != "-m":
            rest = rest[1:]
        if rest[:1] == ["-m"]:
            rest = [rest[1].split(".")[0] if len(rest) > 1 else "", *rest[2:]]
    if not rest or Path(rest[0]).name != command:
        return False
    return next((word for word in rest[1:] if not word.startswith("-")), "") == argument


def sockets(pid: int, root: Path = _ROOT) -> tuple[Socket, ...]:
    """All internet sockets of a process that listen or are connected. Raises PermissionError for a
    process of somebody else, and another OSError for one that is gone."""
    links = [_target(entry.path) for entry in os.scandir(root / f"proc/{pid}/fd")]
    inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    tables = [(kind, root / f"proc/{pid}/net/{kind}") for kind in ("tcp", "tcp6", "udp", "udp6")]
    found = [each for kind, path in tables for each in parse(kind, sysfs.text(path), inodes)]
    return tuple(dict.fromkeys(found))


def parse(kind: str, table: str, inodes: set[str]) -> Iterator[Socket]:
    """Sockets of a table such as /proc/net/tcp whose inode is among these."""
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 10 or fields[9] not in inodes:
            continue
        connected = fields[3] == _ESTABLISHED
        if not connected and kind.startswith("tcp") and fields[3] != _LISTEN:
            continue
        address, _, port = fields[2 if connected else 1].partition(":")
        yield Socket(kind[:3], _address(address), int(port, 16), not connected)


def _address(text: str) -> IPv4Address | IPv6Address:
    """Words of 32 bits, each in the byte order of the machine: little on all that we support."""
    words = [bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8)]
    return ip_address(b"".join(words))


def _target(link: str) -> str:
    try:
        return os.readlink(link)
    except FileNotFoundError:  # closed since the folder was read
        return ""


def _words(path: Path) -> list[str]:
    return [word for word in sysfs.text(path).split("\0") if word]
