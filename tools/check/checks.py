"""What is done to the installed service, one function a check: each returns what it found, or
raises AssertionError."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from assistant.update.environment import MODELS_COMPLETE
from hw.board import here
from models.store import default_root
from tools.check.machine import Machine

DATA = "/var/lib/kitchen-assistant"
UNIT = "assistant.service"
WATCHDOG_S = 30
_CAP_SYS_RESOURCE = 24
_CALLS = """
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
libc.mlockall(7)
assert ctypes.get_errno() in (0, errno.ENOMEM), ctypes.get_errno()
os.sched_setaffinity(0, os.sched_getaffinity(0))
os.setpriority(0, 0, 5)
try:
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
except PermissionError:
    raise SystemExit(0)
raise SystemExit("any scheduler may be chosen")
"""
"""What the filter must let through, and what not."""


class Service:
    """What is asked of the one inside."""

    def __init__(self, machine: Machine) -> None:
        self.run = machine.run

    def shown(self, key: str) -> str:
        return self.run(f"systemctl show -P {key} {UNIT}")

    @property
    def pid(self) -> int:
        return int(self.shown("MainPID"))

    def wait(self, ready: Callable[[], bool], seconds: float, what: str) -> float:
        """Seconds that it took."""
        began = time.monotonic()
        while not ready():
            if time.monotonic() - began > seconds:
                raise AssertionError(f"not {what} after {seconds} s: " + self.run(LOG))
            time.sleep(0.2)
        return time.monotonic() - began

    def ready(self, seconds: float = 90) -> float:
        active = lambda: self.run(f"systemctl is-active {UNIT}", check=False) == "active"  # noqa: E731
        return self.wait(active, seconds, "ready")

    def replaced(self, pid: int, seconds: float) -> float:
        """Until another process is ready in its place."""
        took = self.wait(lambda: self.pid not in (0, pid), seconds, "started anew")
        return took + self.ready()

    @property
    def since(self) -> float | None:
        """When it began, as it says itself; None while it says nothing."""
        text = self.run("cat /run/kitchen-assistant/status.json", check=False)
        return float(json.loads(text)["since_s"]) if text else None

    @property
    def current(self) -> str:
        return os.path.basename(self.run("readlink /opt/kitchen-assistant/current"))


LOG = f"journalctl -u {UNIT} -n 30 --no-pager"


def installation(machine: Machine, service: Service, package: Path) -> str:
    machine.put(package, "/srv/assistant.deb")
    machine.run("dpkg --purge kitchen-assistant; rm -rf /etc/kitchen-assistant", check=False)
    machine.run("dpkg -i /srv/assistant.deb")
    machine.run("systemctl stop assistant assistant-models; systemctl reset-failed", check=False)
    machine.put(default_root(), f"{DATA}/models")
    machine.run(f"touch {DATA}/{MODELS_COMPLETE} && chown -R kitchen-assistant: {DATA}")
    machine.run(f"systemctl start {UNIT}")
    status = service.shown("StatusText")
    assert status.startswith("Listening; "), status
    assert "no microphone" in status, status  # which is waited for
    limit = service.shown("MemoryMax")
    wanted = here().service_memory.max_mib
    assert abs((int(limit) >> 20) - wanted) <= 1, (limit, wanted)
    size = machine.run("du -sm /opt/kitchen-assistant | cut -f 1")
    return f"ready without a sound card; {size} MB in /opt, {wanted} MiB of memory at most"


def rights(machine: Machine, service: Service) -> str:
    """What it may, and what it must not."""
    facts = facts_of(machine, service.pid)
    assert int(facts["CapBnd"], 16) == int(facts["CapEff"], 16) == 0, facts
    assert (facts["NoNewPrivs"], facts["Seccomp"]) == ("1", "2"), facts
    assert set(facts["Uid"].split()) == {machine.run("id -u kitchen-assistant")}, facts
    assert machine.run(f"ls -ld {DATA}").startswith("drwx------"), "others can look into it"
    properties = "".join(
        f" -p '{line}'"
        for line in machine.run(f"systemctl cat {UNIT}").splitlines()
        if line.startswith(("SystemCall", "NoNewPrivileges"))
    )
    machine.run(f"systemd-run --quiet --wait --pipe {properties} python3 -c '{_CALLS}'")
    if not int(facts_of(machine, 1)["CapBnd"], 16) >> _CAP_SYS_RESOURCE & 1:
        return "no capability; its system calls; limits cannot be raised here, so not looked at"
    locked = lambda: int(facts_of(machine, service.pid)["VmLck"].split()[0]) > 0  # noqa: E731
    service.wait(locked, 60, "locked in memory")  # when all engines are loaded
    nice = machine.run(f"ps -L -o ni= -p {service.pid}").split()
    assert "-11" in nice, nice
    return "no capability; its system calls; memory locked, audio at -11"


def facts_of(machine: Machine, pid: int) -> dict[str, str]:
    """What the kernel says of a process."""
    lines = machine.run(f"cat /proc/{pid}/status").splitlines()
    return {line.partition(":")[0]: line.partition(":")[2].strip() for line in lines}


def command_line(machine: Machine, service: Service) -> str:
    machine.run("assistant timers add 30m --name eggs")
    assert "eggs" in machine.run("assistant timers")
    owner = machine.run(f"stat -c %U {DATA}/household.db")
    assert owner == "kitchen-assistant", owner
    refused = machine.run("setpriv --reuid=65534 --clear-groups assistant timers", code=2)
    assert "sudo assistant timers" in refused, refused
    assert service.current in machine.run("assistant update --list")
    return "one store for the administrator and the service"


def reload_in_place(machine: Machine, service: Service) -> str:
    before, since = service.pid, service.since
    machine.run(f"systemctl reload {UNIT}")
    took = service.wait(lambda: service.since not in (None, since), 60, "begun anew")
    took += service.ready()
    assert service.pid == before, "another process"
    machine.run("echo 'nonsense = 1' >>/etc/kitchen-assistant/config.toml")
    machine.run(f"systemctl reload {UNIT}", check=False)
    time.sleep(3)
    machine.run("sed -i '/nonsense/d' /etc/kitchen-assistant/config.toml")
    assert service.pid == before, "a wrong configuration ended it"
    service.ready()
    for _ in range(5):  # impatient people; what begins anew must not be ended by it
        machine.run(f"kill -HUP {before}")
        time.sleep(0.3)
    service.ready()
    assert service.pid == before, "a reload during a reload ended it"
    return f"same process, ready after {took:.1f} s; a wrong configuration changes nothing"


def crash(machine: Machine, service: Service) -> str:
    before = service.pid
    machine.run(f"kill -KILL {before}")
    took = service.replaced(before, 30)
    assert "eggs" in machine.run("assistant timers"), "a timer is gone"
    return f"ready {took:.1f} s after kill -9; the timer is still there"


def hang(machine: Machine, service: Service) -> str:
    before = service.pid
    machine.run(f"kill -STOP {before}")
    took = service.replaced(before, WATCHDOG_S + 30)
    assert "Watchdog timeout" in machine.run(LOG)
    return f"ready {took:.1f} s after it stood still"


def stop(machine: Machine, service: Service) -> str:
    began = time.monotonic()
    machine.run(f"systemctl stop {UNIT}")
    took = time.monotonic() - began
    assert service.shown("Result") == "success"
    assert service.shown("ExecMainStatus") == "0"
    assert took < 5, took
    machine.run(f"systemctl start {UNIT}")
    return f"{took:.1f} s, exit status 0"


def reboot(machine: Machine, service: Service) -> str:
    machine.halt()
    machine.boot()
    took = service.ready()
    assert "eggs" in machine.run("assistant timers") or "No " in machine.run("assistant timers")
    return f"ready by itself, {took:.1f} s after all else"


def removal(machine: Machine, service: Service) -> str:
    machine.run("dpkg --remove kitchen-assistant")
    machine.run("test ! -e /opt/kitchen-assistant && test ! -e /usr/bin/assistant")
    machine.run(f"test -s {DATA}/household.db && test -s /etc/kitchen-assistant/config.toml")
    machine.run("dpkg --purge kitchen-assistant")
    machine.run(f"test ! -e {DATA} && test ! -e /etc/kitchen-assistant")
    return "state and configuration stay until it is purged"
