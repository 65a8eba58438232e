"""A microphone and a loudspeaker without a sound card: a private PulseAudio server with null sinks.

What is played into the sink `mic_in` comes out of the source `microphone`; what programs play goes
to the sink `speaker`, whose monitor can be recorded. Unloading a module is unplugging a device. The
server has its own folder and socket, so it neither finds nor disturbs one that is there already.

    with SoundServer() as server:
        subprocess.Popen([...], env=os.environ | server.environment)
        server.speak(pcm)
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from assistant.audio.types import RATE, Pcm

PROGRAMS = ("pulseaudio", "pactl", "pacat")
_START_S = 10.0

# Null sinks may sleep for two seconds; without rewinds they deliver at least every 50 ms.
_SINK = "module-null-sink sink_name={} rate=48000 norewinds=1"
_SOURCE = "module-remap-source source_name=microphone master=mic_in.monitor"

_ALSA = """
pcm.{name} {{
  type pulse
  device {device}
  hint {{ show on description "{name}" }}
}}
"""


def available() -> bool:
    """The programs are installed (`make sound` does it)."""
    return all(shutil.which(program) for program in PROGRAMS)


class SoundServer:
    """Running from `__enter__` to `__exit__`; may be stopped and started in between."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sound-"))
        self._server: subprocess.Popen[bytes] | None = None
        self._players: list[subprocess.Popen[bytes]] = []
        self._modules: dict[str, str] = {}
        """Index by name of what can be unplugged."""
        self.name_devices("kitchen_mic:microphone", "kitchen_speaker:speaker")

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to reach this server."""
        return {
            "XDG_RUNTIME_DIR": str(self._folder),
            "PULSE_SERVER": f"unix:{self._folder}/pulse/native",
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "ALSA_CONFIG_PATH": f"/usr/share/alsa/alsa.conf:{self._folder}/asound.conf",
        }

    def name_devices(self, *devices: str) -> None:
        """Name ALSA devices, in this order: "kitchen_mic:microphone" is the server's `microphone`.
        A running PortAudio sees the new list when it is renewed."""
        text = "".join(
            _ALSA.format(name=name, device=device)
            for name, device in (each.split(":") for each in devices)
        )
        (self._folder / "asound.conf").write_text(text)

    def start(self) -> None:
        """Run the server and plug in both devices."""
        script = self._folder / "start.pa"
        script.write_text("load-module module-native-protocol-unix\n")
        self._server = subprocess.Popen(
            ["pulseaudio", "-n", "-F", str(script), "--exit-idle-time=-1", "--daemonize=no"],
            env=os.environ | self.environment | {"HOME": str(self._folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_S
        while self._pactl("info", check=False) is None:
            if time.monotonic() > until:
                raise TimeoutError("the sound server did not start")
            time.sleep(0.05)
        for sink in ("speaker", "mic_in"):
            self.plug(sink)
        self.plug("microphone")
        self._pactl("set-default-sink", "speaker")
        self._pactl("set-default-source", "microphone")

    def stop(self) -> None:
        """Kill the server, as a crash would."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None
        for player in self._players:
            player.wait()
        self._players.clear()

    def hang(self, on: bool) -> None:
        """The server stays, but does nothing any more, until it may go on."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    def plug(self, name: str) -> None:
        """`microphone`, or a sink of any name."""
        module = _SOURCE if name == "microphone" else _SINK.format(name)
        self._modules[name] = str(self._pactl("load-module", *module.split())).strip()

    def unplug(self, name: str) -> None:
        self._pactl("unload-module", self._modules.pop(name))

    def connect(self, latency_ms: int) -> None:
        """Let the microphone hear the loudspeaker, as in a room: an echo."""
        self._pactl(
            "load-module",
            "module-loopback",
            "source=speaker.monitor",
            "sink=mic_in",
            f"latency_msec={latency_ms}",
        )

    def speak(self, pcm: Pcm, sink: str = "mic_in") -> "subprocess.Popen[bytes]":
        """Play into the microphone, in real time; returns at once. `pcm`: 16 kHz."""
        path = self._folder / f"spoken-{time.monotonic_ns()}.raw"
        path.write_bytes(pcm.astype("<i2").tobytes())
        with path.open("rb") as file:
            player = self._pacat("--playback", f"--device={sink}", "--latency-msec=100", stdin=file)
        self._players.append(player)
        return player

    def recorders(self) -> int:
        """How many programs have a source open."""
        outputs = (self._pactl("list", "short", "source-outputs") or "").splitlines()
        # The server's own, which joins `microphone` to `mic_in`, has no client.
        return sum(line.split("\t")[2] != "-" for line in outputs)

    @contextmanager
    def recording(self) -> Iterator["Recording"]:
        """What the loudspeaker plays from now on."""
        path = self._folder / f"heard-{time.monotonic_ns()}.raw"
        with path.open("wb") as file:
            recorder = self._pacat(
                "--record", "--device=speaker.monitor", "--latency-msec=100", stdout=file
            )
            try:
                yield Recording(path)
            finally:
                recorder.terminate()
                recorder.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _pacat(self, *options: str, **streams: object) -> "subprocess.Popen[bytes]":
        form = ("--raw", f"--rate={RATE}", "--channels=1", "--format=s16le")
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            ["pacat", *options, *form],
            env=os.environ | self.environment,
            stderr=subprocess.DEVNULL,
            **streams,
        )

    def _pactl(self, *arguments: str, check: bool = True) -> str | None:
        done = subprocess.run(
            ["pactl", *arguments],
            env=os.environ | self.environment,
            check=check,
            capture_output=True,
            text=True,
        )
        return done.stdout if done.returncode == 0 else None


class Recording:
    def __init__(self, path: Path) -> None:
        self._path = path

    def pcm(self) -> Pcm:
        """So far: shape (n,), int16, 16 kHz."""
        data = self._path.read_bytes()
        return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.int16)
