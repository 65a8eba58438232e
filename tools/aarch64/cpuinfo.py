"""Prints /proc/cpuinfo as the kernel of an ARM board writes it: the emulator leaves the real
machine's there, which belongs to another processor. Runs under the emulator, with nothing but the
standard library.

    python3 cpuinfo.py cortex-a76 2

The features are what the emulated processor says of itself (/proc/self/auxv, proc(5)). Bits: the
kernel's arch/arm64/include/uapi/asm/hwcap.h; names: its Documentation/arch/arm64/elf_hwcaps.rst.
"""

import struct
import sys
from pathlib import Path

_AT_HWCAP, _AT_HWCAP2 = 16, 26
_HWCAP = (
    "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm jscvt fcma "
    "lrcpc dcpop sha3 sm3 sm4 asimddp sha512 sve asimdfhm dit uscat ilrcpc flagm ssbs sb paca pacg"
).split()
_HWCAP2 = (
    "dcpodp sve2 sveaes svepmull svebitperm svesha3 svesm4 flagm2 frint svei8mm svef32mm svef64mm "
    "svebf16 i8mm bf16 dgh rng bti mte"
).split()

_PARTS = {"cortex-a53": 0xD03, "cortex-a72": 0xD08, "cortex-a76": 0xD0B}
"""ARM's part numbers (the kernel's arch/arm64/include/asm/cputype.h)."""


def features(hwcap: int, hwcap2: int) -> list[str]:
    """The names of the bits that are set; later ones have none here."""
    first = [name for bit, name in enumerate(_HWCAP) if hwcap >> bit & 1]
    return first + [name for bit, name in enumerate(_HWCAP2) if hwcap2 >> bit & 1]


def text(processor: str, cores: int, names: list[str]) -> str:
    """One paragraph a core; part 0 if the processor is none of ARM's."""
    paragraph = (
        f"BogoMIPS\t: 108.00\nFeatures\t: {' '.join(names)}\nCPU implementer\t: 0x41\n"
        f"CPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: {_PARTS.get(processor, 0):#05x}\n"
        "CPU revision\t: 0\n\n"
    )
    return "".join(f"processor\t: {core}\n{paragraph}" for core in range(cores))


if __name__ == "__main__":
    told = dict(struct.iter_unpack("<QQ", Path("/proc/self/auxv").read_bytes()))
    found = features(told.get(_AT_HWCAP, 0), told.get(_AT_HWCAP2, 0))
    print(text(sys.argv[1], int(sys.argv[2]), found), end="")
