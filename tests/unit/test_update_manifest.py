"""What may be installed: a manifest is believed only if all of it is as it should be."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UpdateError
from assistant.update import wheelhouse as wheelhouses
from assistant.update.manifest import NAME, Manifest, read
from assistant.update.wheelhouse import SPARE_BYTES, Host, unfit
from hw.compiler import compiler_flags
from tests.wheelhouses import wheelhouse

DIGEST = "0" * 64
MANIFEST = Manifest("0.2.0", "3.11", "aarch64", ("asimd", "asimddp"), {"a-1-py3.whl": DIGEST})
HOST = Host("3.11", "aarch64", frozenset({"asimd", "asimddp", "i8mm"}), 10 << 30)

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,20}", fullmatch=True)
digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)


@given(st.dictionaries(names, digests, min_size=1, max_size=5), st.lists(names, max_size=3))
def test_what_is_written_is_read(files: dict[str, str], flags: list[str]) -> None:
    manifest = Manifest("1.2.3", "3.12", "x86_64", tuple(flags), files)
    assert read(manifest.text()) == manifest
    assert read(manifest.text()).name == manifest.name


def test_another_file_is_another_name() -> None:
    other = Manifest("0.2.0", "3.11", "aarch64", MANIFEST.processor, {"a-1-py3.whl": "1" * 64})
    assert other.name != MANIFEST.name
    assert other.name.startswith("0.2.0-")


@given(st.text(max_size=200))
def test_any_text_is_a_manifest_or_one_sentence(text: str) -> None:
    with pytest.raises(UpdateError, match=NAME):
        read(text)


@given(
    st.sampled_from(["version", "python", "architecture", "processor", "files", "format"]),
    st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), min_size=1),
)
def test_a_field_of_another_kind_is_refused(key: str, value: object) -> None:
    broken = json.loads(MANIFEST.text()) | {key: value}
    try:
        found = read(json.dumps(broken))
    except UpdateError:
        return
    assert isinstance(value, str)
    assert getattr(found, key) == value


@pytest.mark.parametrize("name", ["../evil.whl", "/etc/passwd", ".hidden", "a/b.whl", "", "a b"])
def test_a_file_outside_of_the_wheelhouse_cannot_be_meant(name: str) -> None:
    with pytest.raises(UpdateError, match="no file with a SHA-256"):
        read(json.dumps(json.loads(MANIFEST.text()) | {"files": {name: DIGEST}}))


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        (Host("3.11", "x86_64", frozenset(), 10 << 30), "made for aarch64"),
        (Host("3.11", "aarch64", frozenset({"asimd"}), 10 << 30), "asimddp"),
        (Host("3.13", "aarch64", HOST.processor, 10 << 30), "Python 3.11"),
        (Host("3.11", "aarch64", HOST.processor, SPARE_BYTES), "free"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(host: Host, reason: str) -> None:
    assert reason in unfit(MANIFEST, host, 1)


def test_what_fits() -> None:
    assert unfit(MANIFEST, HOST, 1 << 30) == ""


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    folder = wheelhouse(tmp_path / "house", "0.2.0")
    manifest = wheelhouses.read(folder)
    with (folder / manifest.wheels[0]).open("ab") as file:
        file.write(b"more")
    with pytest.raises(UpdateError, match="is damaged"):
        wheelhouses.read(folder)
    (folder / manifest.wheels[0]).unlink()
    with pytest.raises(UpdateError, match="is missing"):
        wheelhouses.read(folder)


def test_a_folder_without_a_manifest_is_no_wheelhouse(tmp_path: Path) -> None:
    with pytest.raises(UpdateError, match="make wheelhouse"):
        wheelhouses.read(tmp_path)


def test_flags_that_a_compiler_uses() -> None:
    x86 = "flags\t\t: fpu avx2 hypervisor fma\n\nflags\t\t: fpu avx2 fma avx512f\n"
    assert compiler_flags(x86) == {"avx2", "fma"}
    arm = "Features\t: fp asimd evtstrm atomics cpuid asimddp\n"
    assert compiler_flags(arm) == {"fp", "asimd", "atomics", "asimddp"}
    assert compiler_flags("") == frozenset()
