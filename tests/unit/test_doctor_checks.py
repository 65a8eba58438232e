"""Each check by itself, from facts that are given to it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.devices import Device
from assistant.config import Settings
from assistant.doctor import (
    configuration,
    governor,
    installed,
    permissions,
    processor,
    python,
    sound,
    system,
)
from assistant.doctor.check import Check, Level, told, worst
from assistant.errors import ModelError
from hw.instructions import report
from hw.memory import Memory
from hw.permissions import Permissions
from hw.sensors import Readings
from hw.throttle import Throttle
from models.store import Store
from tests.fake_models import wheel_catalog

PI_5 = "processor : 0\nFeatures : asimd asimddp fphp asimdhp\nCPU part : 0xd0b\n"
ZERO = "processor : 0\nFeatures : asimd\nCPU part : 0xd03\n"
WHEEL = "CPU : NEON = 1 | ARM_FMA = 1 | "
MIB = 2**20


def levels(checks: list[Check]) -> dict[str, Level]:
    """And whatever is not green says what to do, in a sentence."""
    for check in checks:
        assert check.text.endswith((".", "?")), check
        assert check.remedy.endswith(".") == (check.level != "green"), check
    return {check.name: check.level for check in checks}


@given(st.lists(st.sampled_from(["green", "yellow", "red"])))
def test_the_worst_decides(given_levels: list[Level]) -> None:
    found = worst([Check("x", level, "") for level in given_levels])
    assert found == next((each for each in ("red", "yellow") if each in given_levels), "green")


def test_a_sentence_is_split_into_what_is_wrong_and_what_to_do() -> None:
    assert told("x", "red", "It broke; a thing; do this.", "Y.") == Check(
        "x", "red", "It broke; a thing.", "Do this."
    )
    assert told("x", "red", "It broke.", "Y.") == Check("x", "red", "It broke.", "Y.")


@pytest.mark.parametrize(
    ("version", "level"),
    [((3, 10, 9), "red"), ((3, 11, 0), "green"), ((3, 13, 2), "green"), ((3, 14, 0), "red")],
)
def test_python(version: tuple[int, int, int], level: Level) -> None:
    assert levels([python.check(version)]) == {"python": level}


def test_python_is_what_the_project_asks_for() -> None:
    oldest, newest = (".".join(map(str, each)) for each in (python.OLDEST, python.NEWEST))
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    assert f'requires-python = ">={oldest},<3.{int(newest.split(".")[1]) + 1}"' in project


def test_an_engine_that_wastes_the_processor_is_yellow() -> None:
    built = {"whisper.cpp": WHEEL, "llama.cpp": f"{WHEEL}DOTPROD = 1 | FP16_VA = 1 | "}
    made = list(processor.checks(report(PI_5, built)))
    assert levels(made) == {"processor": "green", "whisper.cpp": "yellow", "llama.cpp": "green"}
    assert made[1].text.startswith("It was built without dotprod")
    assert made[1].remedy == "Run `make native`."


def test_a_slow_processor_is_yellow() -> None:
    made = levels(list(processor.checks(report(ZERO, {"onnxruntime": None}))))
    assert made == {"processor": "yellow", "onnxruntime": "green"}


def test_a_library_that_does_not_load_is_red() -> None:
    assert levels([processor.broken(ImportError("no libggml.so"))]) == {"engines": "red"}


@pytest.mark.parametrize(
    ("governors", "level"),
    [
        ([], "green"),
        (["performance", "performance"], "green"),
        (["schedutil"], "green"),
        (["performance", "ondemand"], "yellow"),
        (["powersave"], "yellow"),
    ],
)
def test_governor(tmp_path: Path, governors: list[str], level: Level) -> None:
    for index, name in enumerate(governors):
        folder = tmp_path / f"sys/devices/system/cpu/cpufreq/policy{index}"
        folder.mkdir(parents=True)
        (folder / "scaling_governor").write_text(f"{name}\n")
    made = governor.check(tmp_path)
    assert levels([made]) == {"governor": level}
    assert ("ondemand" in made.text) == ("ondemand" in governors)


def test_permissions() -> None:
    may = permissions.checks(Permissions(lock_memory=True, niceness=-11))
    assert levels(list(may)) == {"audio first": "green", "memory lock": "green"}
    may_not = list(permissions.checks(Permissions(lock_memory=False, niceness=0)))
    assert levels(may_not) == {"audio first": "yellow", "memory lock": "yellow"}
    assert "LimitNICE=-11" in may_not[0].remedy
    assert "LimitMEMLOCK=infinity" in may_not[1].remedy


def test_models_are_there_missing_or_damaged(tmp_path: Path) -> None:
    store = Store(tmp_path / "models", wheel_catalog(tmp_path / "wheels"))
    wanted = installed.entries(store, ["alexa", "features", "alexa"])
    assert [entry.name for entry in wanted] == ["alexa", "features"]
    missing = installed.check(store, wanted)
    assert levels([missing]) == {"models": "red"}
    assert missing.remedy == "Run `assistant models pull alexa features`."
    store.pull(["alexa", "features"], tmp_path / "wheels")
    assert levels([installed.check(store, wanted)]) == {"models": "green"}
    assert levels([installed.check(store, wanted, read_all=True)]) == {"models": "green"}
    file = store.path("alexa")
    file.write_bytes(bytes(file.stat().st_size))
    assert levels([installed.check(store, wanted)]) == {"models": "green"}  # nothing was read
    assert "alexa" in installed.check(store, wanted, read_all=True).text


def test_a_model_that_nobody_knows_is_red(tmp_path: Path) -> None:
    store = Store(tmp_path, wheel_catalog(tmp_path / "wheels"))
    with pytest.raises(ModelError) as caught:
        installed.entries(store, ["alexia"])
    assert levels([installed.unusable(caught.value)]) == {"models": "red"}


def test_the_default_configuration_needs_what_the_default_bundle_has() -> None:
    store = Store()
    bundle = {entry.name for entry in store.catalog.bundle("default")}
    assert set(installed.required(Settings())) == bundle
    no_turn = Settings.model_validate({"turn": {"engine": "none"}})
    assert set(installed.required(no_turn)) == bundle - {Settings().turn.model}


@pytest.mark.parametrize(
    ("total", "available", "level"),
    [(4_000, 3_000, "green"), (4_000, 100, "yellow"), (400, 300, "red")],
)
def test_memory(total: int, available: int, level: Level) -> None:
    store = Store()
    wanted = installed.entries(store, installed.required(Settings()))
    assert sum(entry.bytes for entry in wanted) > 200 * MIB
    assert levels([installed.memory(wanted, total, available)]) == {"memory": level}


def device(name: str, inputs: int, outputs: int) -> Device:
    return Device(
        0, name, inputs, outputs, 48_000, default_input=inputs > 0, default_output=outputs > 0
    )


def test_devices_are_there_or_waited_for() -> None:
    both = [device("headset", 1, 2)]
    assert levels(list(sound.checks(both, Settings()))) == {
        "microphone": "green",
        "loudspeaker": "green",
    }
    none = list(sound.checks([], Settings()))
    assert levels(none) == {"microphone": "yellow", "loudspeaker": "yellow"}
    assert none[0].remedy == "Plug it in, or see `assistant devices`."


@pytest.mark.parametrize(
    ("text", "level", "says"),
    [
        ("", "green", "is valid"),
        ("[stt]\nmodle = 1", "red", "line 2: unknown key stt.modle"),
        ("[skills]\nenabled = ['cook']", "red", "skills.enabled"),
        ("[llm]\nengine = 'oracle'", "red", "llm.engine"),
        ("[turn]\nengine = 'none'", "green", "is valid"),
    ],
)
def test_configuration(tmp_path: Path, text: str, level: Level, says: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    settings, made = configuration.check(path)
    assert (settings is None) == (level == "red")
    assert levels([made]) == {"configuration": level}
    assert says in made.text


def readings(bits: int | None, slowed: bool | None = None, low: bool | None = None) -> Readings:
    throttle = None if bits is None else Throttle(bits)
    if throttle is not None:
        low, slowed = throttle.under_voltage, throttle.slowed
    memory = Memory(available_mib=1000)
    return Readings(50.0, throttle, low, slowed, None, (), None, None, memory)


@pytest.mark.parametrize(
    ("found", "levels"),
    [
        (readings(None), []),
        (readings(0), [("supply", "green")]),
        (readings(0x50000), [("supply", "yellow")]),
        (readings(0x50005), [("supply", "red"), ("speed", "yellow")]),
        (readings(None, low=True), [("supply", "red")]),
        (readings(None, slowed=True), [("speed", "yellow")]),
    ],
)
def test_the_supply(found: Readings, levels: list[tuple[str, str]]) -> None:
    assert [(check.name, check.level) for check in system.supply(found)] == levels


def test_a_kernel_that_keeps_no_account_of_memory_is_told_of() -> None:
    assert not list(system.controllers("cpuset cpu io memory pids\n"))
    assert not list(system.controllers(""))
    (check,) = system.controllers("cpuset cpu io pids\n")
    assert "cgroup_enable=memory" in check.remedy
