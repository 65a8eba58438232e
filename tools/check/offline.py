"""Does anything leave this machine? `make check-offline`: the product in a network of its own.

Twice: where there is no route to anywhere, and where there is one to a wall that counts what is
thrown at it. Names are looked up over that wall too, so even a question for a name is counted.
Works as root, and for others where they may have a network namespace of their own.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REQUEST = Path(__file__).parents[2] / "tests/audio/hey_jarvis_what_time_is_it.flac"
LISTEN_S = 10.0
_WALL = "wall0"
_BEHIND = "10.99.0.1"
_PREPARED = f"""
ip link set lo up
ip link add {_WALL} type veth peer name behind0
for each in {_WALL} behind0; do
  echo 1 >/proc/sys/net/ipv6/conf/$each/disable_ipv6
  ip link set $each up
done
ip address add 10.99.0.2/24 dev {_WALL}
ip neighbour add {_BEHIND} lladdr 02:00:00:00:00:01 dev {_WALL} nud permanent
ip route add default via {_BEHIND}
"""
"""Nobody answers behind it. Over IPv6 the kernel itself would say hello, which is not meant."""
_TURN = ["turn", str(REQUEST), "--json"]
_COMMANDS = (
    _TURN,
    ["ask", "what is seven times eight"],
    ["ask", "tell me something about bread"],  # no skill: the language model
    ["timers", "add", "30m", "--name", "eggs"],
    ["timers"],
    ["models", "verify"],
)


def possible() -> str:
    """Why it cannot be done here; empty: it can."""
    done = subprocess.run([*_unshare(), "true"], capture_output=True, text=True)
    return "" if done.returncode == 0 else f"no network of one's own here: {done.stderr.strip()}"


def left(network: str) -> int:
    """Packets that left a network, "none" or "wall", in which the whole product was used. For
    comparison, "spoken": in which somebody only asked for a name."""
    program = [sys.executable, "-m", "tools.check.offline", "--inside", network]
    done = subprocess.run(
        [*_unshare(), *program],
        stdout=subprocess.PIPE,
        text=True,
        timeout=600,
        cwd=REQUEST.parents[2],
    )
    if done.returncode:
        raise AssertionError(f"in the network {network!r}: {done.stdout}")
    return int(done.stdout.strip().splitlines()[-1])


def _unshare() -> list[str]:
    mapped = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--net", "--mount", *mapped]


def _inside(network: str) -> int:
    if network == "none":
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    else:
        subprocess.run(["sh", "-ec", _PREPARED], check=True)
        _names_go_to_the_wall()
    if network == "spoken":
        with_an_answer = _asked("a-name-that-nobody-has.example")
        assert not with_an_answer
    else:
        _use_everything()
    return 0 if network == "none" else _sent()


def _names_go_to_the_wall() -> None:
    """And to nobody who would ask for us from another network."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "/etc/resolv.conf": f"nameserver {_BEHIND}\noptions timeout:1 attempts:1\n",
            "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
        }
        for name, text in settings.items():
            file = Path(folder) / Path(name).name
            file.write_text(text)
            subprocess.run(["mount", "--bind", str(file), os.path.realpath(name)], check=True)
    if Path("/run/nscd").is_dir():
        subprocess.run(["mount", "-t", "tmpfs", "none", "/run/nscd"], check=True)


def _asked(name: str) -> bool:
    try:
        socket.getaddrinfo(name, 443)
    except socket.gaierror:
        return False
    return True


def _use_everything() -> None:
    program = [sys.executable, "-m", "assistant"]
    with tempfile.TemporaryDirectory() as state:
        environment = os.environ | {"XDG_STATE_HOME": state, "XDG_RUNTIME_DIR": state}
        for command in _COMMANDS:
            done = subprocess.run(
                [*program, *command], env=environment, capture_output=True, text=True, timeout=120
            )
            assert done.returncode == 0, f"{command}: {done.stderr}"
            if command is _TURN:
                assert "time" in json.loads(done.stdout)["transcript"].lower(), done.stdout
        _listen([*program, "run", "--json"], environment)


def _listen(command: list[str], environment: dict[str, str]) -> None:
    """Start, get ready, stay a while, end in order."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert any('"ready"' in line for line in process.stdout), "it did not get ready"
    time.sleep(LISTEN_S)
    process.send_signal(signal.SIGTERM)
    process.stdout.read()
    assert process.wait(20) == 0


def _sent() -> int:
    """Over the wall."""
    for line in Path("/proc/net/dev").read_text().splitlines():
        name, _, counts = line.partition(":")
        if name.strip() == _WALL:
            return int(counts.split()[9])
    raise AssertionError(f"{_WALL} is not there")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    inside = parser.parse_args().inside
    if inside:
        print(_inside(inside))
        return
    if reason := possible():
        sys.exit(f"error: {reason}; run it as root.")
    print(f"a question for a name: {left('spoken')} packets leave (so it counts)")
    left("none")
    print("no route: everything works")
    packets = left("wall")
    print(f"a route to a wall: everything works, {packets} packets leave")
    sys.exit(packets != 0)


if __name__ == "__main__":
    main()
