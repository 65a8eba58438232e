"""From the files of a board to what is done about them: `Warden`, on fixture trees."""

import logging
from pathlib import Path

import pytest

from assistant.events import Shed
from assistant.ladder import Condition, Limits
from assistant.llm import LlmSettings
from assistant.warden import LOOK_S, Warden, condition, limits, size_mib, smaller
from hw import sensors
from hw.board import choose
from hw.facts import read
from models.store import Store
from tests.boards import BOARDS, rpi_volt, thermal


def lay(root: Path, files: dict[str, str]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return root


@pytest.fixture
def pi(tmp_path: Path) -> Path:
    return BOARDS["pi5 8 GB"][1].write(tmp_path)


def warden(root: Path, told: list[Shed]) -> Warden:
    return Warden(limits(choose(read(root))), told.append, lambda: sensors.read(root))


def test_a_pi_at_79_81_and_86_degrees(pi: Path, caplog: pytest.LogCaptureFixture) -> None:
    told: list[Shed] = []
    looking = warden(pi, told)
    seconds = 0.0
    for celsius in (60, 79, 81, 86, 60):
        lay(pi, thermal(("cpu-thermal", celsius * 1000)))
        for _ in range(10):  # five seconds
            looking.look(seconds)
            seconds += 0.5
    assert [shed.rung for shed in told] == ["fewer_threads", "smaller_model", "skills_only"]
    assert looking.shed == told[-1]
    assert caplog.messages == [
        "The processor has 79 °C. (fewer threads)",
        "The processor has 81 °C. (smaller model)",
        "The processor has 86 °C. (skills only)",
    ]
    for _ in range(400):
        looking.look(seconds)
        seconds += 0.5
    assert [shed.rung for shed in told[3:]] == ["smaller_model", "fewer_threads", "full"]


def test_the_board_is_looked_at_every_other_second(pi: Path) -> None:
    looks = 0

    def count() -> sensors.Readings:
        nonlocal looks
        looks += 1
        return sensors.read(pi)

    looking = Warden(Limits(), lambda shed: None, count)
    for n in range(100):
        looking.look(0.5 * n)
    assert looks == 50 / LOOK_S


def test_a_weak_supply_is_told_once(pi: Path, caplog: pytest.LogCaptureFixture) -> None:
    lay(pi, rpi_volt(1))
    told: list[Shed] = []
    looking = warden(pi, told)
    with caplog.at_level(logging.WARNING):
        for n in range(500):
            looking.look(2.0 * n)
    assert len(caplog.messages) == 1
    assert "the supply's voltage is too low" in caplog.messages[0]
    assert told == []


def test_what_nobody_knows_weighs_nothing(tmp_path: Path) -> None:
    assert condition(sensors.read(tmp_path)) == Condition()
    told: list[Shed] = []
    looking = warden(tmp_path, told)
    for n in range(100):
        looking.look(2.0 * n)
    assert told == []


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_has_limits_in_order(tmp_path: Path, board: str) -> None:
    found = limits(choose(read(BOARDS[board][1].write(tmp_path))), 500, 100)
    assert found.resume_c < found.shed_c < found.throttle_c < found.hard_c
    assert 10 <= found.scarce_mib < found.low_mib <= 256
    assert (found.full_mib, found.smaller_mib) == (500, 100)
    assert limits(choose(read(tmp_path)), 500).smaller_mib == 500, "there is no smaller one"


class Shelf(Store):
    """Has these language models."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self._there = {self.catalog.entry(name).files[0].path for name in names}

    def is_installed(self, entry: object) -> bool:
        return getattr(entry, "files")[0].path in self._there  # noqa: B009


@pytest.mark.parametrize(
    ("board", "settings", "there", "expected"),
    [
        ("pi5 8 GB", {"model": "qwen2.5-0.5b-instruct"}, ["smollm2-135m-instruct"], True),
        ("pi5 8 GB", {"model": "qwen2.5-0.5b-instruct"}, [], False),
        ("pi5 8 GB", {"model": "smollm2-135m-instruct"}, ["smollm2-135m-instruct"], False),
        (
            "pi5 8 GB",
            {"model": "qwen2.5-0.5b-instruct", "smaller": ""},
            ["smollm2-135m-instruct"],
            False,
        ),
        (
            "pi4 4 GB",  # whose profile proposes the smallest there is, and none for it
            {"model": "qwen3-0.6b", "smaller": "smollm2-135m-instruct"},
            ["smollm2-135m-instruct"],
            True,
        ),
        ("pi4 4 GB", {"model": "qwen3-0.6b", "smaller": "smollm2-135m-instruct"}, [], False),
        ("pi4 4 GB", {"model": "qwen3-0.6b", "smaller": "nobody-knows-1b"}, [], False),
        ("pi5 8 GB", {"model": "nobody-knows-1b"}, ["smollm2-135m-instruct"], False),
    ],
)
def test_what_is_fallen_back_to(
    tmp_path: Path, board: str, settings: dict[str, str], there: list[str], expected: bool
) -> None:
    found = smaller(
        LlmSettings.model_validate(settings),
        choose(read(BOARDS[board][1].write(tmp_path))),
        Shelf(*there),
    )
    assert found == ("smollm2-135m-instruct" if expected else "")


def test_the_larger_of_two_that_fit_is_taken(tmp_path: Path) -> None:
    orin = choose(read(BOARDS["orin nx"][1].write(tmp_path)))
    there = Shelf("qwen2.5-0.5b-instruct", "llama-3.2-1b-instruct")
    assert smaller(LlmSettings(model="qwen3-4b"), orin, there) == "llama-3.2-1b-instruct"
    assert smaller(LlmSettings(model="llama-3.2-1b-instruct"), orin, there) == (
        "qwen2.5-0.5b-instruct"
    )


def test_a_model_takes_more_than_its_file() -> None:
    store = Store()
    assert size_mib("", store) == size_mib("nobody-knows-1b", store) == 0
    assert 93 < size_mib("smollm2-135m-instruct", store) < 200
