"""What stands in for the kernel: files, pipes, and a package with the interface of `gpiod`."""

import os
import struct
import sys
import types
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from pathlib import Path

import pytest

from hw.buttons.keys import EV_KEY, EVENT

Ioctls = list[tuple[int, bytes]]


class FakeSpi:
    """A FIFO in the place of /dev/spidevB.C: what was written can be read."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "spidev0.0"
        os.mkfifo(self.path)
        self._reader = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        self.ioctls: Ioctls = []

    def ioctl(self, descriptor: int, request: int, argument: bytes) -> int:
        os.fstat(descriptor)  # it is open
        self.ioctls.append((request, argument))
        return 0

    def sent(self) -> bytes:
        """Since the last time."""
        try:
            return os.read(self._reader, 65536)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        os.close(self._reader)


class FakeSpeakerphone:
    """A tree with one USB speakerphone, whose keys are a FIFO."""

    NAME = "Jabra Speak 510 USB Consumer Control"

    def __init__(self, root: Path) -> None:
        self.root = root
        listing = root / "proc/bus/input/devices"
        listing.parent.mkdir(parents=True)
        listing.write_text(
            'I: Bus=0003 Vendor=0b0e Product=0422 Version=0111\nN: Name="Power Button"\n'
            "H: Handlers=kbd event0 \nB: EV=3\n\n"
            f'I: Bus=0003 Vendor=0b0e Product=0422 Version=0111\nN: Name="{self.NAME}"\n'
            "H: Handlers=kbd event7 \nB: PROP=0\nB: EV=1b\n\n",
            "utf-8",
        )
        (root / "dev/input").mkdir(parents=True)
        self._path = root / "dev/input/event7"
        os.mkfifo(self._path)
        # Also for reading, so that it can be opened before anybody else has done so.
        self._writer = os.open(self._path, os.O_RDWR)

    def key(self, code: int, value: int) -> None:
        os.write(self._writer, event(EV_KEY, code, value) + event(0, 0, 0))

    def unplug(self) -> None:
        os.close(self._writer)


def event(kind: int, code: int, value: int) -> bytes:
    return EVENT.pack(1_800_000_000, 0, kind, code, value)


# -- gpiod 2 ---------------------------------------------------------------------------------------


class Value(Enum):
    INACTIVE = 0
    ACTIVE = 1


class Header:
    """The lines of a board. `chips`: label by file name."""

    def __init__(self, chips: dict[str, str]) -> None:
        self.chips = chips
        self.requests: dict[int | str, types.SimpleNamespace] = {}
        """Settings of the lines that are held now."""
        self._edges, self._writer = os.pipe()

    def edge(self, down: bool, at_s: float) -> None:
        os.write(self._writer, struct.pack("?d", down, at_s))

    def close(self) -> None:
        os.close(self._edges)
        os.close(self._writer)

    def module(self) -> types.ModuleType:
        """As `import gpiod` finds it."""
        made = types.ModuleType("gpiod")
        line = types.SimpleNamespace(
            Direction=Enum("Direction", "INPUT OUTPUT"),
            Edge=Enum("Edge", "NONE BOTH"),
            Bias=Enum("Bias", "AS_IS PULL_UP PULL_DOWN"),
            Value=Value,
        )
        parts = {"line": line, "LineSettings": types.SimpleNamespace, "Chip": self._chip}
        made.__dict__.update(parts)
        return made

    def _chip(self, path: str) -> "Chip":
        return Chip(self, self.chips[Path(path).name])

    @contextmanager
    def request(
        self, config: dict[int | str, types.SimpleNamespace], consumer: str
    ) -> Iterator[types.SimpleNamespace]:
        assert consumer == "kitchen-assistant"
        ((line, settings),) = config.items()
        self.requests[line] = settings
        try:
            yield types.SimpleNamespace(
                fd=self._edges,
                get_values=lambda: [Value.INACTIVE],
                read_edge_events=self._read,
            )
        finally:
            del self.requests[line]

    def _read(self) -> list[types.SimpleNamespace]:
        size = struct.calcsize("?d")
        kinds = types.SimpleNamespace(RISING_EDGE=1, FALLING_EDGE=2)
        return [
            types.SimpleNamespace(
                Type=kinds, event_type=1 if down else 2, timestamp_ns=round(at_s * 1e9)
            )
            for down, at_s in struct.iter_unpack("?d", os.read(self._edges, 64 * size))
        ]


class Chip:
    def __init__(self, header: Header, label: str) -> None:
        self._header = header
        self._label = label

    def __enter__(self) -> "Chip":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def get_info(self) -> types.SimpleNamespace:
        return types.SimpleNamespace(label=self._label)

    def request_lines(
        self, config: dict[int | str, types.SimpleNamespace], consumer: str
    ) -> AbstractContextManager[types.SimpleNamespace]:
        if 99 in config:
            raise ValueError("line offset of out range")
        return self._header.request(config, consumer)


def install(header: Header, folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Let `import gpiod` find this board; returns the folder of its device files."""
    patch.setitem(sys.modules, "gpiod", header.module())
    for name in header.chips:
        (folder / name).touch()
    return folder
