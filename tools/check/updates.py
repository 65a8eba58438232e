"""Updates of the installed service, good and bad, one function a check as in `checks.py`."""

from assistant.update.service import PATIENCE_S
from tools.check.checks import LOG, UNIT, Service
from tools.check.machine import Machine

ENDS = """
def run(words: bool = True) -> None:
    raise SystemExit(1)
"""
HANGS = """
import signal, time

def run(words: bool = True) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(60)
"""
"""As native code that never returns: no signal is looked at but the one that kills. Both know the
option that the unit gives them: with another they would end for that."""
_STOP_S, _START_S = 10, 20
"""TimeoutStopSec of the unit; what a good version may take until it listens."""
_SWITCH = """
from pathlib import Path
from assistant.update.versions import Versions
Versions(Path("/opt/kitchen-assistant")).switch("broken")
"""


def update(machine: Machine, service: Service) -> str:
    """From an archive, over a connection that does not leave the machine."""
    old = service.current
    server = "python3 -m http.server --bind 127.0.0.1 --directory /srv 8000"
    machine.run("tar -C /srv/next -cf /srv/next.tar .")
    machine.run(f"systemd-run --quiet --unit=a-server {server}")
    address = "http://127.0.0.1:8000/next.tar"
    another = machine.run(f"assistant update --from {address} --sha256 {'0' * 64}", code=2)
    assert "another file" in another, another
    digest = machine.run("sha256sum /srv/next.tar").split()[0]
    assert digest in another, another
    machine.run(f"assistant update --yes --from {address} --sha256 {digest}")
    machine.run("systemctl stop a-server; rm /srv/next.tar; ! ls -d /var/tmp/assistant-update-*")
    assert service.current != old
    assert service.shown("ActiveState") == "active"
    assert machine.run("readlink /opt/kitchen-assistant/previous").endswith(old)
    return f"{old} -> {service.current}"


def bad_update(machine: Machine, service: Service) -> str:
    old = service.current
    said = machine.run("assistant update --yes --from /srv/broken", code=1)
    assert f"{old} runs again" in said, said
    assert service.current == old
    service.ready()
    return "the former version runs again, exit code 1"


def hanging_update(machine: Machine, service: Service) -> str:
    """Neither ready nor ended. Nobody is there who would press Ctrl-C."""
    old = service.current
    command = "assistant update --yes --from /srv/hanging"
    machine.run(f"systemd-run --quiet --unit=an-update sh -c '{command}'")
    service.wait(lambda: service.current != old, 300, "switched to what hangs")
    took = service.wait(lambda: service.current == old, PATIENCE_S + 5, "back at the former one")
    assert took > PATIENCE_S - 5, f"it did not hang but end: {machine.run(LOG)}"
    took += service.ready(_STOP_S + _START_S)
    status = "systemctl show -P ExecMainStatus an-update"
    service.wait(lambda: machine.run(status) == "1", 180, "told")  # what hung is removed first
    said = machine.run("journalctl -u an-update -o cat; systemctl reset-failed an-update")
    assert f"did not get ready within {PATIENCE_S:.0f} s: {old} runs again" in said, said
    return f"{old} listens again {took:.1f} s after the switch, exit code 1"


def killed_update(machine: Machine, service: Service) -> str:
    """The updater dies right after the switch: only systemd is left to notice."""
    good = service.current
    took = _orphaned(machine, service, ENDS)
    return f"systemd brought {good} back after {took:.0f} s"


def killed_update_that_hangs(machine: Machine, service: Service) -> str:
    """Sooner than the unit's TimeoutStartSec has it, which is made for slow boards."""
    patience_s, folder = 20, f"/run/systemd/system/{UNIT}.d"
    drop_in = f"{folder}/impatient.conf"
    machine.run(f"mkdir -p {folder} && printf '[Service]\\n' >{drop_in}")
    machine.run(f"echo TimeoutStartSec={patience_s} >>{drop_in}")
    machine.run("systemctl daemon-reload")
    try:
        took = _orphaned(machine, service, HANGS)
    finally:
        machine.run(f"rm {drop_in} && systemctl daemon-reload")
    assert took > patience_s, f"it did not hang but end: {machine.run(LOG)}"
    return f"and after {took:.0f} s where {patience_s} are given for a start"


def _orphaned(machine: Machine, service: Service, program: str) -> float:
    """A version on trial whose `assistant run` is this, and nobody who waits for it: seconds until
    the former one was back."""
    good = service.current
    versions = "/opt/kitchen-assistant/versions"
    machine.run(f"cp -a {versions}/{good} {versions}/broken")
    (found,) = (machine.root / versions[1:] / "broken").glob("lib/*/site-packages/assistant")
    (found / "commands/run.py").write_text(program)
    machine.run(f"{versions}/{good}/bin/python -I -c '{_SWITCH}'")
    machine.run(f"systemctl --no-block restart {UNIT}")
    took = service.wait(lambda: service.current == good, 120, "back at the former version")
    service.ready()
    at_work = "systemctl is-active assistant-rollback"
    service.wait(lambda: machine.run(at_work, check=False) == "inactive", 60, "tidied up")
    return took


def rollback(machine: Machine, service: Service) -> str:
    machine.run("assistant update --yes --from /usr/share/kitchen-assistant/wheelhouse")
    new = service.current
    machine.run("assistant update --yes --rollback", code=0)
    assert service.current != new
    machine.run("assistant update --yes --rollback", code=0)
    assert service.current == new
    return "there and back"
