"""Which profile a board gets, and that no profile lets the engines fight for cores."""

from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hw.board import choose, here
from hw.facts import Architecture, Facts, read
from hw.profile import TAKE_TURNS, Board, Heat, Profile, ServiceShare, profiles
from hw.service_memory import ServiceMemory, service_memory
from models import catalog
from tests.boards import BOARDS, Tree

KINDS: tuple[Architecture, ...] = get_args(Architecture)
NAMES = sorted({name for tree_name in BOARDS for name in BOARDS[tree_name][1].compatible})


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_gets_its_profile(tmp_path: Path, board: str) -> None:
    name, tree = BOARDS[board]
    assert choose(read(tree.write(tmp_path))).profile.name == name


def test_every_profile_is_somebodys() -> None:
    assert {name for name, _ in BOARDS.values()} == set(profiles())


@pytest.mark.parametrize(
    ("board", "threads"),
    [
        ("pi5 8 GB", (3, 1, 2, 3, 2)),
        ("orin nano", (5, 1, 3, 5, 2)),
        ("orin nano, 7 W", (3, 1, 2, 3, 2)),
        ("rk3588", (3, 1, 2, 3, 2)),  # its four large cores
        ("pc", (2, 1, 2, 2, 2)),  # as all published figures were measured
    ],
)
def test_threads(tmp_path: Path, board: str, threads: tuple[int, ...]) -> None:
    made = choose(read(BOARDS[board][1].write(tmp_path))).threads
    assert (made.stt, made.turn, made.llm, made.prompt, made.tts) == threads


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.name)
def test_nobody_fights_for_cores(profile: Profile) -> None:
    for cores in range(1, 65):
        row = profile.threads_on(cores)
        assert max(row.stt, row.turn, row.llm, row.prompt, row.tts) <= cores
        assert row.llm + row.tts <= max(cores, TAKE_TURNS)
        if cores >= TAKE_TURNS:
            assert row.stt + row.turn <= cores
            assert max(row.stt, row.prompt) < cores  # one is for the audio


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.name)
def test_more_cores_never_mean_fewer_threads(profile: Profile) -> None:
    for fewer, more in pairwise(profile.threads_on(cores) for cores in range(1, 65)):
        pairs = zip(fewer.model_dump().values(), more.model_dump().values(), strict=True)
        assert all(one <= other for one, other in pairs)


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.name)
def test_proposed_models_exist_and_suit_the_board(profile: Profile) -> None:
    known = catalog.default_catalog()
    for row in profile.models:
        for models in filter(None, (row, row.cuda)):
            for role in ("stt", "llm", "tts", *(["smaller"] if models.smaller else [])):
                entry = known.entry(getattr(models, role))
                assert entry.kind == ("llm" if role == "smaller" else role)
                assert row.board is None or row.board in entry.boards, (profile.name, entry.name)


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.name)
def test_what_a_hot_board_falls_back_to_is_smaller(profile: Profile) -> None:
    known = catalog.default_catalog()
    for models in (one for row in profile.models for one in (row, row.cuda) if one is not None):
        if models.smaller:
            small, large = known.entry(models.smaller), known.entry(models.llm)
            assert small.bytes < large.bytes / 1.5
        else:
            assert models.llm == "smollm2-135m-instruct", "there is a smaller one"


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.name)
def test_heat_is_met_before_the_board_meets_it(profile: Profile) -> None:
    heat = profile.heat
    assert heat.resume_c < heat.shed_c <= heat.throttle_c - 3
    assert "ublished" in heat.source or "stimated" in heat.source


def test_limits_of_heat_must_rise() -> None:
    good = profiles()["pi5"].heat.model_dump()
    for wrong in ({"shed_c": 81}, {"hard_c": 80}, {"shed_c": 44}):
        with pytest.raises(ValidationError, match="rise"):
            Heat.model_validate(good | wrong)


def test_a_model_for_a_gpu_is_only_proposed_where_there_is_one() -> None:
    with_gpu = {name for name, one in profiles().items() if any(row.cuda for row in one.models)}
    assert with_gpu == {"orin-nano", "orin-nx", "agx-orin"}


@pytest.mark.parametrize("board", BOARDS)
def test_the_service_leaves_memory_to_the_system(tmp_path: Path, board: str) -> None:
    facts = read(BOARDS[board][1].write(tmp_path))
    limits = choose(facts).service_memory
    assert limits == service_memory(facts.memory_mib, choose(facts).profile.service)
    assert 0 < limits.high_mib < limits.max_mib < 0.86 * facts.memory_mib
    assert limits.max_mib <= 8192


def test_the_profile_decides_what_the_service_may_have() -> None:
    share = ServiceShare(high_percent=60, max_percent=80, most_mib=4000)
    assert service_memory(5000, share) == ServiceMemory(
        3000, 4000, ("MemoryHigh=60%", "MemoryMax=80%")
    )
    assert service_memory(5010, share) == ServiceMemory(
        2955, 3957, ("MemoryHigh=59%", "MemoryMax=79%")
    )
    assert service_memory(8000, share) == ServiceMemory(
        2960, 4000, ("MemoryHigh=37%", "MemoryMax=50%")
    )
    assert service_memory(2**20, share).settings == ("MemoryHigh=1%", "MemoryMax=1%")
    assert service_memory(0, share).settings == ("MemoryHigh=60%", "MemoryMax=80%")
    with pytest.raises(ValidationError, match="slowed down before"):
        ServiceShare(high_percent=80, max_percent=80, most_mib=4000)


def test_what_is_hidden_in_a_container_is_said(tmp_path: Path) -> None:
    (tmp_path / ".dockerenv").touch()
    root = Tree(("0xd0b",) * 4, 8_000_000).write(tmp_path)
    assert "may be hidden from what runs in a container (docker)" in choose(read(root)).why[0]


def test_boards_have_the_catalogs_names() -> None:
    assert get_args(Board) == get_args(catalog.Board)


def test_memory_decides_about_models(tmp_path: Path) -> None:
    sizes = {
        name: choose(read(BOARDS[name][1].write(tmp_path / name))).models.board
        for name in ("pi5 4 GB", "pi5 8 GB", "pi5 16 GB")
    }
    assert list(sizes.values()) == ["pi5-4gb", "pi5-8gb", "pi5-16gb"]


@given(
    st.builds(
        Facts,
        model=st.text(max_size=20),
        compatible=st.lists(st.sampled_from(NAMES) | st.text(max_size=20)).map(tuple),
        architecture=st.sampled_from(KINDS),
        cores=st.integers(1, 256),
        usable=st.integers(1, 256),
        small=st.lists(st.just("Cortex-A55"), max_size=8).map(tuple),
        memory_mib=st.integers(0, 1_000_000),
    )
)
def test_every_machine_gets_a_board_and_reasons(facts: Facts) -> None:
    board = choose(facts)
    assert board == choose(facts)
    assert len(board.why) >= 7
    assert all(reason.endswith(".") for reason in board.why)
    assert board.threads.stt <= facts.compute_cores


def test_small_cores_and_limits_are_explained(tmp_path: Path) -> None:
    facts = read(BOARDS["rk3588"][1].write(tmp_path), allowed=range(6))
    why = " ".join(choose(facts).why)
    assert "Of 8 cores this process may use 6." in why
    assert "4 of 8 cores are small (Cortex-A55)" in why


def test_nothing_known_asks_for_least(tmp_path: Path) -> None:
    board = choose(read(tmp_path))
    assert board.profile.name == "generic-aarch64"
    assert set(board.threads.model_dump().values()) == {1}
    assert "could not be read" in " ".join(board.why)


def test_more_exact_names_come_first(tmp_path: Path) -> None:
    tree = Tree(("0xd0b",) * 4, 1, "A Pi in a box", ("nvidia,p3767-0000", "brcm,bcm2712"))
    assert choose(read(tree.write(tmp_path))).profile.name == "orin-nx"


@pytest.mark.parametrize(
    ("field", "rows"),
    [
        ("threads", [{"cores": 2}]),
        ("threads", [{"cores": 1}, {"cores": 1}]),
        ("models", [{"memory_mib": 1}]),
        ("models", [{"memory_mib": 0}, {"memory_mib": 0}]),
    ],
)
def test_rows_must_begin_low_and_rise(field: str, rows: list[dict[str, int]]) -> None:
    good = profiles()["pi5"].model_dump()
    good[field] = [good[field][0] | row for row in rows]
    with pytest.raises(ValidationError, match="rows"):
        Profile.model_validate(good)


def test_this_machine_has_a_board() -> None:
    assert here() is here()
    assert here().facts.cores >= 1
