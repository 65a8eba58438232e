"""A Debian with a systemd of its own, in a folder: it is booted, used and thrown away. It has no
network at all, and no sound card."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

PACKAGES = "systemd,systemd-sysv,dbus,python3,python3-venv,libportaudio2,libgomp1,util-linux,procps"
_BOOT_S = 60.0
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Machine:
    def __init__(self, root: Path) -> None:
        """`root`: where it is, or shall be made with debootstrap's successor."""
        self.root = root
        self._container: subprocess.Popen[bytes] | None = None
        self._init = 0

    def make(self, suite: str = "bookworm") -> None:
        """Fetch its packages, some 200 MB; once."""
        if (self.root / "sbin/init").exists():
            return
        command = ["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", suite]
        subprocess.run([*command, str(self.root)], check=True)

    def boot(self) -> None:
        """Returns when all that starts by itself has started."""
        options = ["--register=no", "--keep-unit", "--private-network", "--console=read-only"]
        options.append("--system-call-filter=@memlock")  # as on a device, and unlike a container
        self._container = subprocess.Popen(
            ["systemd-nspawn", "-D", str(self.root), "-b", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + _BOOT_S
        while time.monotonic() < end:
            children = Path(f"/proc/{self._container.pid}/task/{self._container.pid}/children")
            for child in children.read_text().split():
                self._init = int(child)
                if self.run("systemctl is-system-running --wait", check=False) != "":
                    return
            time.sleep(0.5)
        sys.exit("error: its systemd does not start: see `systemd-nspawn -b` by hand.")

    def run(self, command: str, check: bool = True, code: int | None = None) -> str:
        """What a shell in it says. `code`: which exit status it must have."""
        enter = ["nsenter", "-t", str(self._init), "-a", "--", "env", "-i"]
        settings = [f"PATH={_PATH}", "HOME=/root", "LANG=C.UTF-8", "LC_ALL=C.UTF-8"]
        done = subprocess.run(
            [*enter, *settings, "sh", "-c", command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )
        if (check and code is None and done.returncode) or code not in (None, done.returncode):
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return (done.stdout + done.stderr if code is not None else done.stdout).strip()

    def put(self, source: Path, destination: str) -> None:
        """Copy a file or folder into it."""
        target = self.root / destination.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)

    def halt(self) -> None:
        """In order, as a device is switched off; by force if it does not."""
        if self._container is None:
            return
        self._container.terminate()
        try:
            self._container.wait(60)
        except subprocess.TimeoutExpired:
            self._container.kill()
            self._container.wait()
        self._container = None
