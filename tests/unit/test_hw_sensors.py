"""What is read of a board's sensors, of fixture trees; and that nothing in them can break it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw import memory, sensors, speed, thermal
from hw.throttle import Throttle, parse
from tests.boards import BOARDS, rpi_volt
from tests.boards import thermal as zones

GROUP = "sys/fs/cgroup/system.slice/assistant.service"


def lay(root: Path, files: dict[str, str]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return root


# --- heat -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("board", "celsius"),
    [
        ("pi4 4 GB", 52.582),
        ("pi5 8 GB", 52.582),
        ("orin nano", 51.531),  # a part that is switched off says -256
        ("rk3588", 44.384),
        ("notebook", 61.0),  # neither its wireless card nor its chipset
        ("pc", None),
    ],
)
def test_the_processors_hottest_zone(tmp_path: Path, board: str, celsius: float | None) -> None:
    assert sensors.read(BOARDS[board][1].write(tmp_path)).temperature_c == celsius


@pytest.mark.parametrize("said", ["off", "", "0", "-1", "999999", "12 34"])
def test_a_zone_that_talks_nonsense_is_no_zone(tmp_path: Path, said: str) -> None:
    root = lay(tmp_path, zones(("cpu-thermal", said), ("soc0-thermal", 48_000)))
    assert thermal.temperature_c(root) == 48.0


@pytest.mark.parametrize(
    ("devices", "slowed"),
    [
        ([("pwm-fan", "3")], None),
        ([("cpufreq-cpu0", "0"), ("pwm-fan", "3")], False),
        ([("thermal-cpufreq-0", "0"), ("thermal-cpufreq-1", "2")], True),
        ([("Processor", "1")], True),
        ([("cpufreq-cpu0", "much")], None),
    ],
)
def test_a_fan_that_turns_slows_nothing_down(
    tmp_path: Path, devices: list[tuple[str, str]], slowed: bool | None
) -> None:
    folder = "sys/class/thermal/cooling_device"
    for number, (kind, state) in enumerate(devices):
        lay(tmp_path, {f"{folder}{number}/type": kind, f"{folder}{number}/cur_state": state})
    assert thermal.slowed(tmp_path) is slowed
    assert sensors.read(tmp_path).slowed is slowed


# --- a Raspberry Pi's own account -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "bits"),
    [
        ("50005\n", 0x50005),
        ("0x50005", 0x50005),
        ("throttled=0x80008\n", 0x80008),
        ("0", 0),
        ("", None),
        ("throttled=", None),
        ("nonsense", None),
        ("123456789", None),
    ],
)
def test_throttle_bits_are_read(said: str, bits: int | None) -> None:
    assert parse(said) == (None if bits is None else Throttle(bits))


def test_throttle_bits_in_words() -> None:
    weak = Throttle(0x50005)
    assert weak.now == ("the supply's voltage is too low", "the processor is slowed down")
    assert weak.before == ("the supply's voltage was too low", "the processor was slowed down")
    assert (weak.under_voltage, weak.slowed) == (True, True)
    past = Throttle(0x80000)
    assert (past.now, past.slowed) == ((), False)
    assert past.before == ("the soft temperature limit was reached",)


@given(st.integers(0, 2**32 - 1))
def test_every_word_of_bits_has_its_words(bits: int) -> None:
    throttle = parse(f"{bits:x}")
    assert throttle is not None
    assert len(throttle.now) == (bits & 0xF).bit_count()
    assert len(throttle.before) == (bits >> 16 & 0xF).bit_count()
    assert throttle.under_voltage == bool(bits & 1)
    assert throttle.slowed == bool(bits & 0b1110)


@given(st.text())
def test_any_text_is_bits_or_none(said: str) -> None:
    assert parse(said) is None or parse(said) == Throttle(int(said.strip().split("=")[-1], 16))


@pytest.mark.parametrize(
    "folder",
    [
        "soc/soc:firmware",
        "soc@107c000000/soc@107c000000:firmware",
        "soc@107c000000:firmware",
    ],
)
def test_the_firmwares_word_is_found_wherever_it_is(tmp_path: Path, folder: str) -> None:
    lay(tmp_path, {f"sys/devices/platform/{folder}/get_throttled": "50005\n"})
    readings = sensors.read(tmp_path)
    assert readings.throttle == Throttle(0x50005)
    assert (readings.under_voltage, readings.slowed) == (True, True)


@pytest.mark.parametrize(("alarm", "low"), [(0, False), (1, True)])
def test_low_voltage_is_known_without_it(tmp_path: Path, alarm: int, low: bool) -> None:
    root = BOARDS["pi5 8 GB"][1].write(tmp_path)
    readings = sensors.read(lay(root, rpi_volt(alarm)))
    assert readings.throttle is None
    assert readings.under_voltage is low
    assert readings.slowed is None


# --- speed ----------------------------------------------------------------------------------------


def test_a_jetsons_power_mode_and_speed(tmp_path: Path) -> None:
    root = BOARDS["orin nano super"][1].write(tmp_path)
    readings = sensors.read(root)
    assert readings.power_mode == "25W"
    assert (readings.allowed_mhz, readings.possible_mhz) == (1_344, 1_984)
    assert readings.governors == ("schedutil",)
    (root / "etc/nvpmodel.conf").unlink()
    assert speed.power_mode(root) == "mode 1"


def test_the_fastest_cores_count(tmp_path: Path) -> None:
    readings = sensors.read(BOARDS["rk3588"][1].write(tmp_path))
    assert (readings.allowed_mhz, readings.possible_mhz) == (2_256, 2_400)
    assert readings.governors == ("ondemand", "performance")


# --- memory ---------------------------------------------------------------------------------------


def service(root: Path, **files: str) -> Path:
    """A service's control group, with a machine that has 4,000 MiB available."""
    lay(root, {"proc/meminfo": f"MemTotal: 8000000 kB\nMemAvailable: {4000 << 10} kB\n"})
    lay(root, {"proc/self/cgroup": "0::/system.slice/assistant.service\n"})
    return lay(root, {f"{GROUP}/memory.{name}": content for name, content in files.items()})


def test_the_services_limit_may_be_the_tighter_one(tmp_path: Path) -> None:
    root = service(
        tmp_path,
        high=f"{1000 << 20}\n",
        max=f"{1200 << 20}\n",
        current=f"{900 << 20}\n",
        stat=f"anon 1\nactive_file {200 << 20}\ninactive_file {50 << 20}\nunevictable 7\n",
    )
    found = memory.read(root)
    assert (found.available_mib, found.limit_mib, found.left_mib) == (4000, 1000, 350)
    assert found.free_mib == 350


def test_no_limit_is_no_limit(tmp_path: Path) -> None:
    found = memory.read(service(tmp_path, high="max\n", max="max\n", current="1\n"))
    assert (found.limit_mib, found.left_mib, found.free_mib) == (None, None, 4000)


def test_a_service_beyond_its_limit_has_nothing_left(tmp_path: Path) -> None:
    found = memory.read(service(tmp_path, high="1000000\n", current="2000000\n"))
    assert found.left_mib == 0


def test_pressure_is_the_worse_of_machine_and_service(tmp_path: Path) -> None:
    root = service(tmp_path, pressure="some avg10=12.50 avg60=1.00 avg300=0.10 total=9\n")
    lay(root, {"proc/pressure/memory": "some avg10=0.30 avg60=0.00\nfull avg10=99.0\n"})
    assert memory.read(root).pressure_percent == 12.5


def test_a_machine_that_tells_nothing(tmp_path: Path) -> None:
    found = sensors.read(tmp_path)
    assert found.memory == memory.Memory(None)
    assert found.memory.free_mib is None
    assert (found.temperature_c, found.under_voltage, found.slowed) == (None, None, None)
    assert (found.power_mode, found.governors, found.allowed_mhz) == (None, (), None)


PATHS = (
    "proc/meminfo",
    "proc/self/cgroup",
    "proc/pressure/memory",
    "sys/fs/cgroup/memory.high",
    "sys/fs/cgroup/memory.current",
    "sys/fs/cgroup/memory.stat",
    "sys/class/thermal/thermal_zone0/type",
    "sys/class/thermal/thermal_zone0/temp",
    "sys/class/thermal/cooling_device0/type",
    "sys/class/thermal/cooling_device0/cur_state",
    "sys/class/hwmon/hwmon0/name",
    "sys/class/hwmon/hwmon0/in0_lcrit_alarm",
    "sys/devices/platform/soc/soc:firmware/get_throttled",
    "sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq",
    "sys/devices/system/cpu/cpufreq/policy0/cpuinfo_max_freq",
    "sys/devices/system/cpu/cpufreq/policy0/scaling_governor",
    "var/lib/nvpmodel/status",
    "etc/nvpmodel.conf",
)
LINES = st.sampled_from(
    (
        *(b"cpu-thermal", b"cpufreq", b"rpi_volt", b"0::/../..", b"0::/a", b"pmode:0001"),
        *(b"some avg10=1.5", b"-7", b"9" * 30, b"< POWER_MODEL ID=1 NAME=15W >"),
    )
)


@given(st.dictionaries(st.sampled_from(PATHS), st.binary(max_size=40) | LINES))
def test_any_content_is_survived(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    root = tmp_path_factory.mktemp("any")
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    found = sensors.read(root)
    assert found.temperature_c is None or 0 < found.temperature_c <= 125
    assert found.memory.left_mib is None or found.memory.left_mib >= 0


def test_this_machine_can_be_read() -> None:
    assert sensors.read().memory.free_mib
