"""Uptime and address of boards that are not there."""

from pathlib import Path

from hw.status import local_address, uptime_s

FIB = """Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 127.0.0.0/8 2 0 2
           |-- 127.0.0.1
              /32 host LOCAL
     +-- 192.168.1.0/24 2 0 1
           |-- 192.168.1.0
              /24 link UNICAST
           |-- 192.168.1.42
              /32 host LOCAL
           |-- 192.168.1.255
              /32 link BROADCAST
"""


def write(root: Path, name: str, content: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def test_uptime_and_address(tmp_path: Path) -> None:
    write(tmp_path, "proc/uptime", "350735.47 234388.90\n")
    write(tmp_path, "proc/net/fib_trie", FIB)
    assert uptime_s(tmp_path) == 350735.47
    assert local_address(tmp_path) == "192.168.1.42"


def test_a_board_that_tells_nothing(tmp_path: Path) -> None:
    assert (uptime_s(tmp_path), local_address(tmp_path)) == (None, None)
