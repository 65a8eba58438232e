"""Which cores are set apart for the audio on which board, and where that is better left alone."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.board import choose
from hw.facts import Facts, read
from hw.pins import Pins, pins
from tests.boards import BOARDS


def of(tmp_path: Path, board: str, allowed: range | None = None) -> Pins:
    return choose(read(BOARDS[board][1].write(tmp_path), allowed)).pins


@pytest.mark.parametrize(
    ("board", "audio", "engines"),
    [
        ("orin nano", (0,), (1, 2, 3, 4, 5)),
        ("orin nx", (0,), (1, 2, 3, 4, 5, 6, 7)),
        ("agx orin", (0,), tuple(range(1, 12))),
        ("rk3588", (0,), (4, 5, 6, 7)),  # a small core for the audio, all large ones for the rest
        ("large pc", (0,), tuple(range(1, 32))),
    ],
)
def test_boards_with_cores_to_spare(
    tmp_path: Path, board: str, audio: tuple[int, ...], engines: tuple[int, ...]
) -> None:
    found = of(tmp_path, board)
    assert (found.audio, found.engines) == (audio, engines)


@pytest.mark.parametrize(
    ("board", "reason"),
    [
        ("pi zero 2 w", "would leave them 3 of 4"),
        ("pi4 4 GB", "4 threads of the engines are wanted at once"),
        ("pi5 8 GB", "would leave them 3 of 4"),
        ("orin nano, 7 W", "would leave them 3 of 4"),
        ("pc", "would leave them 1 of 2"),
        ("notebook", "would leave them 6 of 8"),  # a core is two processors there
    ],
)
def test_boards_where_the_kernel_shares_better(tmp_path: Path, board: str, reason: str) -> None:
    found = of(tmp_path, board)
    assert not found.advised
    assert found.why.startswith("No core should be set apart here: ")
    assert reason in found.why


def test_only_processors_that_may_be_used_are_given_away(tmp_path: Path) -> None:
    assert of(tmp_path, "rk3588", range(4, 8)).audio == ()
    assert of(tmp_path / "nx", "orin nx", range(2, 8)).audio == (2,)


def test_a_limit_of_time_is_no_core(tmp_path: Path) -> None:
    root = BOARDS["orin nx"][1].write(tmp_path)
    (root / "sys/fs/cgroup").mkdir(parents=True)
    (root / "sys/fs/cgroup/cpu.max").write_text("600000 100000\n")
    assert "one of time" in choose(read(root)).pins.why


@given(st.integers(1, 64), st.integers(0, 16), st.booleans())
def test_nobody_is_left_without_cores(cores: int, small: int, smt: bool) -> None:
    processors = tuple(range(cores))
    facts = Facts(
        *("", (), "aarch64", cores, cores, ("Cortex-A55",) * min(small, cores - 1), 8_000),
        processors=processors,
        small_processors=processors[: min(small, cores - 1)],
        siblings=tuple((n, n + 1) for n in range(0, cores - 1, 2)) if smt else (),
    )
    board = choose(facts)
    found = board.pins
    threads = board.threads
    assert found.why.endswith(".")
    assert found.advised == bool(found.engines)
    assert not set(found.audio) & set(found.engines)
    if found.advised:
        most = max(threads.stt, threads.prompt, threads.llm + threads.tts)
        assert len(found.engines) >= most
        assert found == pins(replace(facts, memory_mib=1), threads)
