"""Machines as Linux describes them: little trees with the files that `hw.facts.read` reads.

Where the facts are from. Device trees: the kernel's arch/arm64/boot/dts (broadcom, nvidia,
rockchip), with the `model` that the firmware of the Pi and NVIDIA's BSP write over it. Parts: the
processors' manuals (A53 0xd03, A55 0xd05, A72 0xd08, A76 0xd0b, A78AE 0xd42; maker 0x41 is ARM).
Cores that are on by power mode: NVIDIA's Jetson Linux Developer Guide, "Supported Modes and Power
Efficiency". Memory: estimated, the board's size less what firmware and graphics keep; only its
order of magnitude matters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

A53, A55, A72, A76, A78AE = "0xd03", "0xd05", "0xd08", "0xd0b", "0xd42"


@dataclass(frozen=True, slots=True)
class Tree:
    """What is to be written."""

    parts: tuple[str, ...]
    """One a core; empty string: an x86 core."""
    memory_kb: int
    model: str = ""
    compatible: tuple[str, ...] = ()

    def write(self, root: Path) -> Path:
        """Make the files below `root`; `root` itself."""
        folder = root / "proc"
        folder.mkdir(parents=True)
        (folder / "cpuinfo").write_text("\n".join(self._cores()), "utf-8")
        (folder / "meminfo").write_text(
            f"MemTotal:       {self.memory_kb} kB\nMemFree:         100000 kB\n", "utf-8"
        )
        if self.model:
            tree = folder / "device-tree"
            tree.mkdir()
            (tree / "model").write_bytes(self.model.encode() + b"\0")
            names = b"".join(name.encode() + b"\0" for name in self.compatible)
            (tree / "compatible").write_bytes(names)
        return root

    def _cores(self) -> Iterator[str]:
        for index, part in enumerate(self.parts):
            yield f"processor\t: {index}"
            if part:
                yield from ("CPU implementer\t: 0x41", "CPU architecture: 8", f"CPU part\t: {part}")
            else:
                yield from ("vendor_id\t: GenuineIntel", "model name\t: Intel(R) Xeon(R)")
            yield ""


def _pi_5(memory_kb: int) -> Tree:
    names = ("raspberrypi,5-model-b", "brcm,bcm2712")
    return Tree((A76,) * 4, memory_kb, "Raspberry Pi 5 Model B Rev 1.0", names)


def _pi_4(memory_kb: int) -> Tree:
    names = ("raspberrypi,4-model-b", "brcm,bcm2711")
    return Tree((A72,) * 4, memory_kb, "Raspberry Pi 4 Model B Rev 1.4", names)


def _orin(carrier: str, module: str, model: str, cores: int, memory_kb: int) -> Tree:
    exact = module.partition("-super")[0]
    names = (f"nvidia,{carrier}+{module}", f"nvidia,{exact}", "nvidia,tegra234")
    return Tree((A78AE,) * cores, memory_kb, model, names)


_NANO = "NVIDIA Jetson Orin Nano Developer Kit"
_NX = "NVIDIA Jetson Orin NX Engineering Reference Developer Kit"
_AGX = "NVIDIA Jetson AGX Orin Developer Kit"

BOARDS = {
    "pi4 4 GB": ("pi4", _pi_4(3_880_000)),
    "pi4 8 GB": ("pi4", _pi_4(7_990_000)),
    "pi5 4 GB": ("pi5", _pi_5(4_150_000)),
    "pi5 8 GB": ("pi5", _pi_5(8_250_000)),
    "pi5 16 GB": ("pi5", _pi_5(16_600_000)),
    "cm5": (
        "pi5",
        Tree(
            (A76,) * 4,
            8_250_000,
            "Raspberry Pi Compute Module 5 Rev 1.0",
            ("raspberrypi,5-compute-module", "brcm,bcm2712"),
        ),
    ),
    "pi zero 2 w": (
        "pi-zero-2-w",
        Tree(
            (A53,) * 4,
            426_000,
            "Raspberry Pi Zero 2 W Rev 1.0",
            ("raspberrypi,model-zero-2-w", "brcm,bcm2837"),
        ),
    ),
    "orin nano": ("orin-nano", _orin("p3768-0000", "p3767-0005", _NANO, 6, 7_800_000)),
    "orin nano super": (
        "orin-nano",
        _orin("p3768-0000", "p3767-0005-super", f"{_NANO} Super", 6, 7_800_000),
    ),
    "orin nano, 7 W": ("orin-nano", _orin("p3768-0000", "p3767-0003", _NANO, 4, 7_800_000)),
    "orin nx": ("orin-nx", _orin("p3768-0000", "p3767-0000", _NX, 8, 15_900_000)),
    "orin nx, 8 GB": ("orin-nx", _orin("p3509-0000", "p3767-0001", _NX, 6, 7_800_000)),
    "agx orin": ("agx-orin", _orin("p3737-0000", "p3701-0005", _AGX, 12, 64_300_000)),
    "agx orin, 15 W": ("agx-orin", _orin("p3737-0000", "p3701-0000", _AGX, 4, 31_300_000)),
    "somebody's orin": (
        "orin-nano",
        Tree((A78AE,) * 8, 15_900_000, "Somebody's box", ("somebody,box", "nvidia,tegra234")),
    ),
    "rk3588": (
        "generic-aarch64",
        Tree(
            (*(A55,) * 4, *(A76,) * 4),
            8_000_000,
            "Radxa ROCK 5B",
            ("radxa,rock-5b", "rockchip,rk3588"),
        ),
    ),
    "arm server": ("generic-aarch64", Tree((A76,) * 64, 128_000_000)),
    "pc": ("generic-x86-64", Tree(("",) * 2, 24_682_416)),
    "large pc": ("generic-x86-64", Tree(("",) * 32, 64_000_000)),
}
"""Name: the profile it must get, and its tree."""
