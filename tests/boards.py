"""Machines as Linux describes them: little trees with the files that `hw.facts.read` reads.

Where the facts are from. Device trees: the kernel's arch/arm64/boot/dts (broadcom, nvidia,
rockchip), with the `model` that the firmware of the Pi and NVIDIA's BSP write over it. Parts: the
processors' manuals (A53 0xd03, A55 0xd05, A72 0xd08, A76 0xd0b, A78AE 0xd42; maker 0x41 is ARM).
Cores that are on by power mode: NVIDIA's Jetson Linux Developer Guide, "Supported Modes and Power
Efficiency". Memory: estimated, the board's size less what firmware and graphics keep; only its
order of magnitude matters. Revision codes: Raspberry Pi's documentation. Thermal zones: the same
device trees; what a zone says is made up. Power modes: what `/etc/nvpmodel.conf` of JetPack 6.2 is
reported to hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
    revision: str = ""
    """Of a Raspberry Pi."""
    files: Mapping[str, str] = field(default_factory=dict)
    """What else there is: path below the root, content."""

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
        for path, content in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content, "utf-8")
        return root

    def _cores(self) -> Iterator[str]:
        for index, part in enumerate(self.parts):
            yield f"processor\t: {index}"
            if part:
                yield from ("CPU implementer\t: 0x41", "CPU architecture: 8", f"CPU part\t: {part}")
            else:
                yield from ("vendor_id\t: GenuineIntel", "model name\t: Intel(R) Xeon(R)")
            yield ""
        if self.revision:
            yield from (f"Revision\t: {self.revision}", f"Model\t\t: {self.model}", "")


def thermal(*zones: tuple[str, int | str]) -> dict[str, str]:
    """Type and thousandths of a degree of each zone."""
    folder = "sys/class/thermal/thermal_zone"
    files = {f"{folder}{n}/type": f"{kind}\n" for n, (kind, _) in enumerate(zones)}
    return files | {f"{folder}{n}/temp": f"{said}\n" for n, (_, said) in enumerate(zones)}


def cpufreq(governor: str, allowed: int, possible: int, policy: int = 0) -> dict[str, str]:
    """Speeds in kHz."""
    folder = f"sys/devices/system/cpu/cpufreq/policy{policy}"
    return {
        f"{folder}/scaling_governor": f"{governor}\n",
        f"{folder}/scaling_max_freq": f"{allowed}\n",
        f"{folder}/cpuinfo_max_freq": f"{possible}\n",
    }


def rpi_volt(alarm: int) -> dict[str, str]:
    return {
        "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
        "sys/class/hwmon/hwmon2/name": "rpi_volt\n",
        "sys/class/hwmon/hwmon2/in0_lcrit_alarm": f"{alarm}\n",
    }


_PI = thermal(("cpu-thermal", 52_582)) | rpi_volt(0)
_THROTTLED = {"sys/devices/platform/soc/soc:firmware/get_throttled": "0\n"}


def _pi_5(memory_kb: int, revision: str) -> Tree:
    names = ("raspberrypi,5-model-b", "brcm,bcm2712")
    # Some kernels for it have no file of throttle bits.
    files = _PI | cpufreq("ondemand", 2_400_000, 2_400_000)
    return Tree((A76,) * 4, memory_kb, "Raspberry Pi 5 Model B Rev 1.0", names, revision, files)


def _pi_4(memory_kb: int, revision: str) -> Tree:
    names = ("raspberrypi,4-model-b", "brcm,bcm2711")
    files = _PI | _THROTTLED | cpufreq("ondemand", 1_500_000, 1_500_000)
    return Tree((A72,) * 4, memory_kb, "Raspberry Pi 4 Model B Rev 1.4", names, revision, files)


def _orin(carrier: str, module: str, model: str, cores: int, memory_kb: int) -> Tree:
    exact = module.partition("-super")[0]
    names = (f"nvidia,{carrier}+{module}", f"nvidia,{exact}", "nvidia,tegra234")
    files = {
        "etc/nv_tegra_release": "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic,"
        " EABI: aarch64, DATE: Wed Jan  8 01:49:37 UTC 2025\n",
        "etc/nvpmodel.conf": _MODES,
        "var/lib/nvpmodel/status": "pmode:0001 fmode:quiet\n",
    }
    files |= _ORIN_ZONES | cpufreq("schedutil", 1_344_000, 1_984_000)
    return Tree((A78AE,) * cores, memory_kb, model, names, "", files)


_MODES = """< PARAM TYPE=FILE NAME=CPU_ONLINE >
CORE_0 /sys/devices/system/cpu/cpu0/online
< POWER_MODEL ID=0 NAME=15W >
CPU_ONLINE CORE_0 1
< POWER_MODEL ID=1 NAME=25W >
CPU_ONLINE CORE_0 1
< POWER_MODEL ID=2 NAME=MAXN_SUPER >
< PM_CONFIG DEFAULT=1 >
"""
_ORIN_ZONES = thermal(
    ("cpu-thermal", 51_250),
    ("gpu-thermal", 48_900),
    ("cv0-thermal", -256_000),  # switched off
    ("soc0-thermal", 49_031),
    ("tj-thermal", 51_531),
    ("tboard-thermal", 43_000),
)
_NANO = "NVIDIA Jetson Orin Nano Developer Kit"
_NX = "NVIDIA Jetson Orin NX Engineering Reference Developer Kit"
_AGX = "NVIDIA Jetson AGX Orin Developer Kit"

BOARDS = {
    "pi4 2 GB": ("pi4", _pi_4(1_890_000, "b03114")),
    "pi4 4 GB": ("pi4", _pi_4(3_880_000, "c03114")),
    "pi4 8 GB": ("pi4", _pi_4(7_990_000, "d03114")),
    "pi5 2 GB": ("pi5", _pi_5(2_060_000, "b04171")),
    "pi5 4 GB": ("pi5", _pi_5(4_150_000, "c04170")),
    "pi5 8 GB": ("pi5", _pi_5(8_250_000, "d04170")),
    "pi5 16 GB": ("pi5", _pi_5(16_600_000, "e04171")),
    "cm5": (
        "pi5",
        Tree(
            (A76,) * 4,
            8_250_000,
            "Raspberry Pi Compute Module 5 Rev 1.0",
            ("raspberrypi,5-compute-module", "brcm,bcm2712"),
            "d04180",
        ),
    ),
    "pi zero 2 w": (
        "pi-zero-2-w",
        Tree(
            (A53,) * 4,
            426_000,
            "Raspberry Pi Zero 2 W Rev 1.0",
            ("raspberrypi,model-zero-2-w", "brcm,bcm2837"),
            "902120",
            _PI | _THROTTLED | cpufreq("ondemand", 1_000_000, 1_000_000),
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
            "",
            thermal(("package-thermal", 41_000), ("bigcore0-thermal", 44_384))
            | cpufreq("ondemand", 1_800_000, 1_800_000)
            | cpufreq("performance", 2_256_000, 2_400_000, policy=4),
        ),
    ),
    "arm server": ("generic-aarch64", Tree((A76,) * 64, 128_000_000)),
    "pc": ("generic-x86-64", Tree(("",) * 2, 24_682_416)),
    "notebook": (
        "generic-x86-64",
        Tree(
            ("",) * 8,
            16_000_000,
            files=thermal(
                ("acpitz", 27_800),
                ("x86_pkg_temp", 61_000),
                ("iwlwifi_1", 93_000),
                ("pch_cannonlake", 88_000),
                ("BAT0", 91_000),
            )
            | {
                f"sys/devices/system/cpu/cpu{n}/topology/thread_siblings_list": pair
                for n, pair in enumerate(["0,4\n", "1,5\n", "2,6\n", "3,7\n"] * 2)
            },
        ),
    ),
    "large pc": ("generic-x86-64", Tree(("",) * 32, 64_000_000)),
}
"""Name: the profile it must get, and its tree."""
