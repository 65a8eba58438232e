"""An SPI bus through the kernel's spidev: opened, configured, written to. Needs no library.

https://docs.kernel.org/spi/spidev.html
"""

import errno
import fcntl
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

MOST_BYTES = 4096
"""Of one write: spidev's `bufsiz`, unless the module was loaded with another."""

# _IOW('k', number, size) of the kernel's include/uapi/linux/spi/spidev.h: SPI_IOC_WR_MODE (u8),
# SPI_IOC_WR_BITS_PER_WORD (u8), SPI_IOC_WR_MAX_SPEED_HZ (u32).
WR_MODE, WR_BITS_PER_WORD, WR_MAX_SPEED_HZ = 0x40016B01, 0x40016B03, 0x40046B04
_MODE_0 = 0
"""Clock low at rest, data taken at its rise."""

Ioctl = Callable[[int, int, bytes], object]
"""`fcntl.ioctl`: (file descriptor, request, argument)."""


class SpiBus:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        """All of it in one transfer, without a gap. OSError if it cannot be sent."""
        if len(data) > MOST_BYTES:
            raise OSError(errno.EMSGSIZE, f"{len(data)} bytes are more than spidev takes at once")
        if os.write(self._descriptor, data) != len(data):
            raise OSError(errno.EIO, "the SPI bus took only a part of the data")


@contextmanager
def spi_bus(path: Path, speed_hz: int, ioctl: Ioctl = fcntl.ioctl) -> Iterator[SpiBus]:
    """The bus, for as long as it lasts. OSError if there is none, or it is not for this user."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        ioctl(descriptor, WR_MODE, struct.pack("B", _MODE_0))
        ioctl(descriptor, WR_BITS_PER_WORD, struct.pack("B", 8))
        ioctl(descriptor, WR_MAX_SPEED_HZ, struct.pack("=I", speed_hz))
        yield SpiBus(descriptor)
    finally:
        os.close(descriptor)
