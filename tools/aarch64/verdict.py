"""Whether a package works on 64-bit ARM with Debian 12, as far as its files tell. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tools.aarch64.elf import Elf
from tools.aarch64.installed import Package

PAGE_BYTES = 16_384
"""Memory pages of the kernel that Raspberry Pi OS starts on a Pi 5; a Jetson's have 4,096 bytes."""

LIMITS = {"GLIBC": (2, 36), "GLIBCXX": (3, 4, 30), "CXXABI": (1, 3, 13), "GCC": (12, 0, 0)}
"""The newest symbol versions that Debian 12 has: glibc 2.36, and libstdc++ and libgcc of GCC 12."""

EXPECTED_SDISTS = {
    "llama-cpp-python": "its authors publish no wheels; set-up compiles it for the processor",
}
"""Packages that may come as source only, and why that is all right."""


@dataclass(frozen=True, slots=True)
class Row:
    """One package for one version of Python."""

    package: str
    version: str
    python: str
    form: str
    """"wheel" (made for aarch64), "any" (for every machine) or "sdist" (compiled where it runs)."""
    libraries: int = 0
    """Native programs and libraries in it."""
    glibc: str = ""
    """The newest version of the C library that one of them asks for."""
    page: int = 0
    """The largest memory page that all of them can be mapped with, in bytes; 0 without any."""
    system: tuple[str, ...] = ()
    """Libraries that the operating system must have for them."""


def row(package: Package, python: str) -> Row:
    """What there is to be said of an installed wheel."""
    elves = _elves(package)
    return Row(
        package.name,
        package.version,
        python,
        "any" if package.any_platform else "wheel",
        len(elves),
        newest("GLIBC", elves),
        min((each.page for each in elves), default=0),
        _asked_of_the_system(package, elves),
    )


def faults(package: Package) -> Iterator[str]:
    """Why it would not work there, one sentence each."""
    named = f"{package.name} {package.version}"
    elves = _elves(package)
    others = Counter(_whose(native.system, native.elf) for native in package.natives)
    there = others.pop("AArch64", 0)
    if others and not (package.any_platform and there):
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(others.items()))
        claim = "says it fits every machine and" if package.any_platform else "for aarch64"
        yield f"{named}: its wheel {claim} holds machine code for {kinds}."
    for family, limit in LIMITS.items():
        if number(newest(family, elves)) > limit:
            has = ".".join(map(str, limit))
            yield f"{named} needs {family} {newest(family, elves)}; Debian 12 has {has}."
    small = [
        n.path for n in package.natives if n.elf in elves and n.elf and n.elf.page < PAGE_BYTES
    ]
    if small:
        yield f"{named} does not load on a kernel with pages of {PAGE_BYTES} bytes: {small[0]}."


def sdist_faults(names: Iterable[str], installed: Iterable[str]) -> Iterator[str]:
    """Where what has no wheel is not what EXPECTED_SDISTS says."""
    names = set(names)
    for name in sorted(names - set(EXPECTED_SDISTS)):
        yield f"{name} has no wheel for aarch64, and nobody expected that it must be compiled."
    for name in sorted(set(EXPECTED_SDISTS) & set(installed) - names):
        yield f"{name} has a wheel for aarch64 now: take it off the list of expected sdists."


def newest(family: str, elves: Iterable[Elf]) -> str:
    """The highest version of a family (GLIBC) that is asked for, as "2.34"; "" for none."""
    versions = {v for each in elves for v in each.versions if v.startswith(f"{family}_")}
    return max((v.removeprefix(f"{family}_") for v in versions), key=number, default="")


def number(version: str) -> tuple[int, ...]:
    """For comparing; what is not a number (GLIBC_PRIVATE) is older than every one."""
    return tuple(map(int, version.split("."))) if re.fullmatch(r"\d+(\.\d+)*", version) else ()


def _elves(package: Package) -> list[Elf]:
    """Those for this processor."""
    found = (native.elf for native in package.natives)
    return [each for each in found if each is not None and each.machine == "AArch64"]


def _whose(system: str, elf: Elf | None) -> str:
    return system if elf is None else elf.machine


def _asked_of_the_system(package: Package, elves: list[Elf]) -> tuple[str, ...]:
    own = {native.path.rpartition("/")[2] for native in package.natives}
    return tuple(sorted({name for each in elves for name in each.needed} - own))
