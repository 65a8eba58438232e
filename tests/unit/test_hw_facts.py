"""What is read of a machine's files."""

from collections.abc import Collection
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
        processors=(0, 1, 2, 3),
        printed_mib=8_192,
    )


@pytest.mark.parametrize(
    ("board", "printed_mib"),
    [
        ("pi zero 2 w", 512),
        ("pi4 2 GB", 2_048),
        ("pi4 8 GB", 8_192),
        ("pi5 2 GB", 2_048),
        ("pi5 16 GB", 16_384),
        ("orin nano", 0),
    ],
)
def test_a_pi_knows_what_is_printed_on_it(tmp_path: Path, board: str, printed_mib: int) -> None:
    facts = read(BOARDS[board][1].write(tmp_path))
    assert facts.printed_mib == printed_mib
    assert not printed_mib or 0.8 * printed_mib < facts.memory_mib < printed_mib


def test_an_old_revision_code_says_nothing(tmp_path: Path) -> None:
    tree = Tree(("0xd03",), 900_000, "Raspberry Pi 2 Model B", revision="0010")
    assert read(tree.write(tmp_path)).printed_mib == 0


def test_the_release_of_a_jetson(tmp_path: Path) -> None:
    assert read(BOARDS["orin nx"][1].write(tmp_path)).jetson_linux == "36.4.3"


def test_processors_that_share_a_core(tmp_path: Path) -> None:
    root = BOARDS["notebook"][1].write(tmp_path)
    assert read(root).siblings == ((0, 4), (1, 5), (2, 6), (3, 7))
    assert read(root, allowed=(0, 1, 5)).siblings == ((1, 5),)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        (".dockerenv", "", "docker"),
        ("run/.containerenv", "", "podman"),
        ("run/systemd/container", "systemd-nspawn\n", "systemd-nspawn"),
    ],
)
def test_a_container_is_seen(tmp_path: Path, file: str, content: str, said: str) -> None:
    assert read(tmp_path).container == ""
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(content)
    assert read(tmp_path).container == said


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
        (range(3), None, 3),
        (None, "200000 100000", 2),
        (None, "50000 100000", 1),
        (None, "max 100000", 32),
        ((31,), "200000 100000", 1),
        (range(64), "nonsense", 32),
    ],
)
def test_only_what_this_process_may_use_counts(
    tmp_path: Path, allowed: Collection[int] | None, quota: str | None, usable: int
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
        "etc/nv_tegra_release": text,
        "sys/devices/system/cpu/cpu0/topology/thread_siblings_list": text,
        "run/systemd/container": text,
        "proc/device-tree/compatible": text,
        "proc/device-tree/model": text,
        "sys/fs/cgroup/cpu.max": quota,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    facts = read(root)
    assert 1 <= facts.compute_cores <= facts.usable <= facts.cores
    assert facts.memory_mib >= 0
    assert set(facts.small_processors) <= set(facts.processors)


def test_this_machine_can_be_read() -> None:
    facts = read_here()
    assert facts.architecture != "unknown"
    assert facts.memory_mib > 100
