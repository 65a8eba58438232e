"""What is read of a machine's files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.facts import Facts, read, read_here
from tests.boards import A53, A55, A76, BOARDS, Tree


def test_a_raspberry_pi(tmp_path: Path) -> None:
    root = BOARDS["pi5 8 GB"][1].write(tmp_path)
    assert read(root) == Facts(
        model="Raspberry Pi 5 Model B Rev 1.0",
        compatible=("raspberrypi,5-model-b", "brcm,bcm2712"),
        architecture="aarch64",
        cores=4,
        usable=4,
        small=(),
        memory_mib=8_056,
    )


def test_a_pc_has_no_device_tree(tmp_path: Path) -> None:
    facts = read(BOARDS["pc"][1].write(tmp_path))
    assert (facts.model, facts.compatible, facts.architecture) == ("", (), "x86-64")


@pytest.mark.parametrize(
    ("parts", "compute"),
    [
        ((A55, A55, A55, A55, A76, A76, A76, A76), 4),
        ((A53,) * 4, 4),  # they are the best there is
        ((A76,) * 4, 4),
        ((A55,) * 6 + (A76,) * 2, 2),
    ],
)
def test_small_cores_count_only_among_their_like(
    tmp_path: Path, parts: tuple[str, ...], compute: int
) -> None:
    assert read(Tree(parts, 1_000_000).write(tmp_path)).compute_cores == compute


@pytest.mark.parametrize(
    ("allowed", "quota", "usable"),
    [
        (None, None, 32),
        (3, None, 3),
        (None, "200000 100000", 2),
        (None, "50000 100000", 1),
        (None, "max 100000", 32),
        (1, "200000 100000", 1),
        (64, "nonsense", 32),
    ],
)
def test_only_what_this_process_may_use_counts(
    tmp_path: Path, allowed: int | None, quota: str | None, usable: int
) -> None:
    root = BOARDS["large pc"][1].write(tmp_path)
    if quota is not None:
        (root / "sys/fs/cgroup").mkdir(parents=True)
        (root / "sys/fs/cgroup/cpu.max").write_text(f"{quota}\n")
    facts = read(root, allowed)
    assert (facts.cores, facts.usable, facts.compute_cores) == (32, usable, usable)


def test_nothing_at_all_is_one_unknown_core(tmp_path: Path) -> None:
    assert read(tmp_path) == Facts("", (), "unknown", 1, 1, (), 0)


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_any_content_is_survived(
    tmp_path_factory: pytest.TempPathFactory, text: bytes, quota: bytes
) -> None:
    root = tmp_path_factory.mktemp("any")
    for name, content in {
        "proc/cpuinfo": b"processor : 0\nCPU part : " + text,
        "proc/meminfo": text,
        "proc/device-tree/compatible": text,
        "proc/device-tree/model": text,
        "sys/fs/cgroup/cpu.max": quota,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    facts = read(root)
    assert 1 <= facts.compute_cores <= facts.usable <= facts.cores
    assert facts.memory_mib >= 0


def test_this_machine_can_be_read() -> None:
    facts = read_here()
    assert facts.architecture != "unknown"
    assert facts.memory_mib > 100
