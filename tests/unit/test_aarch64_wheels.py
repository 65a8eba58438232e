"""Which wheels would work on 64-bit ARM: told from what was installed."""

from pathlib import Path

import pytest

from tests.fake_elf import X86, elf, installed_wheel, windows_file
from tools.aarch64.installed import Native, Package, foreign_library, packages
from tools.aarch64.resolve import no_wheels, without
from tools.aarch64.verdict import EXPECTED_SDISTS, Row, faults, newest, number, row, sdist_faults
from tools.aarch64.wheels import merged

ARM = ("cp311-cp311-manylinux_2_28_aarch64",)
ANY = ("py3-none-any",)
LOCK = Path(__file__).parents[2] / "requirements.lock"


def only(folder: Path) -> Package:
    (package,) = packages(folder)
    return package


def wrong(folder: Path) -> list[str]:
    return list(faults(only(folder)))


def test_a_wheel_for_this_processor_is_described(tmp_path: Path) -> None:
    versions = {"libc.so.6": ("GLIBC_2.9", "GLIBC_2.17")}
    library = elf(needed=("libc.so.6", "libown.so.1"), versions=versions)
    files = {"net/a.so": library, "net/libown.so.1": elf(align=0x4000), "net/b.py": b"pass"}
    installed_wheel(tmp_path, "Net_Work", ARM, files)
    assert not wrong(tmp_path)
    assert row(only(tmp_path), "3.11") == Row(
        "net-work", "1.0", "3.11", "wheel", 2, "2.17", 0x4000, ("libc.so.6",)
    )


def test_pure_python_is_for_every_machine(tmp_path: Path) -> None:
    files = {"pure/a.py": b"pass", "pure/launcher.exe": windows_file(library=False)}
    installed_wheel(tmp_path, "pure", ANY, files)
    assert not wrong(tmp_path)
    assert row(only(tmp_path), "3.12") == Row("pure", "1.0", "3.12", "any")


def test_a_wheel_that_says_any_and_holds_another_machine_s_libraries_is_found_out(
    tmp_path: Path,
) -> None:
    files = {"vad/lib.so": elf(X86), "vad/vad.dll": windows_file(library=True)}
    installed_wheel(tmp_path, "vad", ANY, files)
    assert wrong(tmp_path) == [
        "vad 1.0: its wheel says it fits every machine and holds machine code for Windows (1), "
        "x86-64 (1)."
    ]


def test_a_wheel_for_every_machine_may_bring_libraries_for_each(tmp_path: Path) -> None:
    installed_wheel(tmp_path, "vad", ANY, {"vad/x86.so": elf(X86), "vad/arm.so": elf()})
    assert not wrong(tmp_path)


@pytest.mark.parametrize(
    ("content", "kind"), [(elf(X86), "x86-64"), (b"\x7fELF\x02\x01", "damaged")]
)
def test_a_wheel_for_this_processor_must_hold_nothing_else(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    installed_wheel(tmp_path, "net", ARM, {"net/a.so": elf(), "net/b.so": content})
    assert wrong(tmp_path) == [f"net 1.0: its wheel for aarch64 holds machine code for {kind} (1)."]


@pytest.mark.parametrize(
    ("version", "limit"),
    [("GLIBC_2.37", "2.36"), ("GLIBCXX_3.4.31", "3.4.30"), ("CXXABI_1.3.14", "1.3.13")],
)
def test_libraries_newer_than_debian_s_are_not_to_be_had(
    tmp_path: Path, version: str, limit: str
) -> None:
    library = elf(needed=("libx.so",), versions={"libx.so": ("GLIBC_2.36", version)})
    installed_wheel(tmp_path, "net", ARM, {"a.so": library})
    (sentence,) = wrong(tmp_path)
    assert sentence == f"net 1.0 needs {version.replace('_', ' ')}; Debian 12 has {limit}."


def test_a_library_that_needs_small_pages_does_not_load_on_a_pi_5(tmp_path: Path) -> None:
    installed_wheel(tmp_path, "net", ARM, {"a.so": elf(), "b.so": elf(align=0x1000)})
    assert wrong(tmp_path) == ["net 1.0 does not load on a kernel with pages of 16384 bytes: b.so."]


def test_versions_are_compared_as_numbers() -> None:
    assert number("2.9") < number("2.17") < number("2.17.1")
    assert number("PRIVATE") < number("2.0")
    assert newest("GLIBC", []) == ""


def test_what_comes_as_source_must_be_expected_and_nothing_else() -> None:
    (name,) = EXPECTED_SDISTS
    assert not list(sdist_faults([name], ["numpy"]))
    assert not list(sdist_faults([], ["numpy"]))
    assert "numpy has no wheel" in next(sdist_faults([name, "numpy"], []))
    assert "has a wheel for aarch64 now" in next(sdist_faults([], [name]))


def test_what_is_expected_as_source_is_what_set_up_compiles() -> None:
    script = LOCK.parent / "tools/setup/packages.sh"
    assert [f"COMPILED={name} " in script.read_text("utf-8") for name in EXPECTED_SDISTS] == [True]


def test_uv_s_complaint_is_understood_across_lines() -> None:
    message = (
        "error: No solution found when resolving dependencies\n  cause: Because\n"
        "llama-cpp-python==0.3.36 has no\n  usable wheels and you require llama-cpp-python==0.3.36,"
    )
    assert no_wheels(message) == {"llama-cpp-python": "0.3.36"}
    assert no_wheels("error: Request failed after 3 retries") == {}


def test_the_lock_without_a_package_is_the_rest_unchanged() -> None:
    lock = LOCK.read_text("utf-8")
    rest = without(lock, {"numpy": "1", "llama-cpp-python": "2"})
    gone = [line for line in lock.splitlines() if line not in rest.splitlines()]
    assert {line.partition("==")[0] for line in gone if not line.startswith(" ")} == {
        "numpy",
        "llama-cpp-python",
    }
    assert without(lock, {}) == lock
    assert without(lock, {"num": "1"}) == lock


def test_what_is_the_same_for_several_pythons_is_one_row() -> None:
    rows = [
        Row("b", "1", "3.11", "any"),
        Row("a", "1", "3.11", "any"),
        Row("a", "1", "3.12", "any"),
    ]
    assert [(each.package, each.python) for each in merged(rows)] == [
        ("a", "3.11, 3.12"),
        ("b", "3.11"),
    ]


def test_libraries_of_other_systems_are_told_by_their_first_bytes() -> None:
    assert foreign_library(windows_file(library=True)) == "Windows"
    assert foreign_library(windows_file(library=False)) is None
    assert foreign_library(b"MZ") is None
    assert foreign_library(b"\xcf\xfa\xed\xfe" + bytes(28)) == "macOS"
    assert foreign_library(b"\xca\xfe\xba\xbe\0\0\0\x02") == "macOS"
    assert foreign_library(b"\xca\xfe\xba\xbe\0\0\0\x37") is None  # a Java class
    assert foreign_library(b"import os\n") is None


def test_a_damaged_library_is_kept_with_its_place(tmp_path: Path) -> None:
    installed_wheel(tmp_path, "net", ARM, {"a.so": b"\x7fELF\x02\x01"})
    assert only(tmp_path).natives == (Native("a.so", "damaged"),)
