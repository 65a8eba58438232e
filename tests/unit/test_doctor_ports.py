"""Processes, their sockets, and what the doctor makes of them."""

import os
import socket
from ipaddress import ip_address
from pathlib import Path

import pytest

from assistant.doctor import ports
from assistant.doctor.check import Level
from hw.processes import Socket, is_running, parse, running, sockets
from tests.unit.test_doctor_checks import levels

TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 501 1 0 0
   1: 0100007F:0277 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 502 1 0 0
   2: 0501A8C0:A1B2 0601A8C0:1FBB 01 00000000:00000000 00:00000000 00000000  1000 0 503 1 0 0
   3: 0501A8C0:A1B3 0601A8C0:1FBB 06 00000000:00000000 00:00000000 00000000  1000 0 504 1 0 0
   4: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0 0 999 1 0 0
"""
TCP6 = """\
  sl  local_address remote_address st ...
   0: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A 0 0 0 0 0 505
   1: 0000000000000000FFFF00000100007F:0277 00000000000000000000000000000000:0000 0A 0 0 0 0 0 506
"""
INODES = {"501", "502", "503", "504", "505", "506"}


def test_a_table_of_sockets() -> None:
    assert list(parse("tcp", TCP, INODES)) == [
        Socket("tcp", ip_address("0.0.0.0"), 8080, True),
        Socket("tcp", ip_address("127.0.0.1"), 631, True),
        Socket("tcp", ip_address("192.168.1.6"), 8123, False),
    ]
    six = list(parse("tcp6", TCP6, INODES))
    assert [each.address for each in six] == [ip_address("::1"), ip_address("::ffff:127.0.0.1")]
    assert all(each.local for each in six)
    assert list(parse("tcp", TCP, set())) == []
    assert list(parse("udp", "nonsense\n1 2 3\n", INODES)) == []


def test_the_sockets_of_this_process() -> None:
    with socket.socket() as waiting:
        waiting.bind(("127.0.0.1", 0))
        waiting.listen()
        port = waiting.getsockname()[1]
        found = [each for each in sockets(os.getpid()) if each.port == port]
    assert [(each.protocol, each.listens, each.local) for each in found] == [("tcp", True, True)]
    assert not [each for each in sockets(os.getpid()) if each.port == port and each.listens]


OPEN, INNER, REACHED = (
    Socket("tcp", ip_address("0.0.0.0"), 8080, True),
    Socket("tcp", ip_address("127.0.0.1"), 631, True),
    Socket("tcp", ip_address("192.168.1.6"), 8123, False),
)


@pytest.mark.parametrize(
    ("found", "connects", "expected"),
    [
        ([], False, {"ports": "green"}),
        ([INNER], False, {"ports": "green"}),
        ([OPEN], True, {"ports": "red"}),
        ([REACHED], True, {"ports": "green"}),
        ([REACHED], False, {"ports": "green", "connections": "red"}),
    ],
)
def test_ports(found: list[Socket], connects: bool, expected: dict[str, Level]) -> None:
    assert levels(list(ports.checks(found, connects))) == expected


def test_what_may_not_be_seen_is_no_fault() -> None:
    assert levels([ports.hidden()]) == {"ports": "green"}


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        ("assistant run", True),
        ("/opt/venv/bin/python3 /opt/venv/bin/assistant -v run --json", True),
        ("python -m assistant run", True),
        ("python3.11 -P -m assistant.cli --verbose run", True),
        ("assistant doctor run", False),
        ("assistant", False),
        ("vim assistant run", False),
        ("python -m", False),
        ("python", False),
        ("", False),
    ],
)
def test_a_command_line(line: str, runs: bool) -> None:
    assert is_running(line.split(), "assistant", "run") == runs


def test_processes_that_run(tmp_path: Path) -> None:
    for pid, words in {
        "7": "assistant\0run\0",
        "8": "bash\0",
        str(os.getpid()): "assistant\0run",
    }.items():
        (tmp_path / "proc" / pid).mkdir(parents=True)
        (tmp_path / "proc" / pid / "cmdline").write_text(words)
    (tmp_path / "proc/9").mkdir()  # it has just ended
    assert running("assistant", "run", tmp_path) == (7,)
