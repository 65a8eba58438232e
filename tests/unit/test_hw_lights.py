"""Bytes for LEDs, the SPI bus they are sent on, and the ring on a terminal."""

import io
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hw.hats import hats
from hw.lights import apa102, spi, ws2812
from hw.lights.ring import Rgb, led_parts
from hw.lights.spi import MOST_BYTES, SpiBus, spi_bus
from hw.lights.strip import CHIPS
from hw.lights.terminal import drawn, places, terminal
from tests.contracts.fakes_panel import FakeSpi

PART = st.integers(0, 255)
COLOUR: st.SearchStrategy[Rgb] = st.tuples(PART, PART, PART)
COLOURS = st.lists(COLOUR, min_size=1, max_size=64)
BRIGHTNESS = st.floats(0.001, 1.0)


# -- colours ---------------------------------------------------------------------------------------


@given(COLOUR, BRIGHTNESS)
def test_an_led_is_never_brighter_than_allowed_and_never_dark_by_rounding(
    colour: Rgb, brightness: float
) -> None:
    parts = led_parts(colour, brightness)
    assert all(0 <= part <= max(1, round(255 * brightness)) for part in parts)
    assert any(parts) == any(colour)


@given(PART, PART, BRIGHTNESS)
def test_more_is_never_less(one: int, other: int, brightness: float) -> None:
    fewer, more = sorted((one, other))
    assert led_parts((fewer,) * 3, brightness) <= led_parts((more,) * 3, brightness)


def test_half_on_a_screen_is_a_fifth_of_the_light() -> None:
    assert led_parts((128, 255, 0), 1.0) == (56, 255, 0)


# -- APA102 ----------------------------------------------------------------------------------------


def test_apa102_by_hand() -> None:
    full = apa102.encode([(255, 0, 0), (0, 255, 255)], 1.0)
    assert full.hex(" ") == "00 00 00 00 ff 00 00 ff ff ff ff 00 00 00 00 00 00"
    assert apa102.encode([(255, 255, 255)], 1 / 31)[4:8].hex() == "e1ffffff"


@given(COLOURS, BRIGHTNESS)
def test_apa102_frames(colours: list[Rgb], brightness: float) -> None:
    data = apa102.encode(colours, brightness)
    lights = data[4 : 4 + 4 * len(colours)]
    assert data[:4] == bytes(4)
    end = data[4 + len(lights) :]
    assert not any(end)
    assert len(end) >= 4 + len(colours) / 16, "half a clock for each light, after 32"
    for light, colour in zip(struct.iter_unpack("4B", lights), colours, strict=True):
        assert light[0] >> 5 == 0b111
        # Current and share of time together: as bright as asked for, or one step beside.
        share = (light[0] & 31) / 31 * max(light[1:]) / 255
        wanted = brightness * (max(colour) / 255) ** 2.2
        assert share == pytest.approx(wanted, abs=1 / 255 * (light[0] & 31) / 31)


# -- WS2812 ----------------------------------------------------------------------------------------


@given(COLOURS, BRIGHTNESS)
def test_ws2812_pulses_can_be_read_back(colours: list[Rgb], brightness: float) -> None:
    data = ws2812.encode(colours, brightness)
    body = data[len(ws2812.RESET) : -len(ws2812.RESET)]
    assert data[: len(ws2812.RESET)] == data[-len(ws2812.RESET) :] == ws2812.RESET
    line = "".join(f"{byte:08b}" for byte in body)
    pulses = [line[at : at + 3] for at in range(0, len(line), 3)]
    assert set(pulses) <= {"100", "110"}
    bits = "".join(pulse[1] for pulse in pulses)
    read = [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]
    wanted = [led_parts(colour, brightness) for colour in colours]
    assert read == [part for red, green, blue in wanted for part in (green, red, blue)]


def test_ws2812_keeps_the_times_of_the_data_sheet() -> None:
    bit_s = 1 / ws2812.SPEED_HZ
    assert 0.2e-6 <= bit_s <= 0.5e-6, "high for 0"
    assert 0.65e-6 <= 2 * bit_s <= 0.95e-6, "high for 1"
    assert 1.1e-6 <= 3 * bit_s <= 1.4e-6
    assert len(ws2812.RESET) * 8 * bit_s >= 280e-6
    assert len(ws2812.encode([(0, 0, 0)], 1.0)) >= 96, "below it a Pi 4 leaves gaps"


# -- SPI -------------------------------------------------------------------------------------------


def test_every_frame_fits_into_one_write() -> None:
    for chip in CHIPS.values():
        assert len(chip.encode([(255, 255, 255)] * 64, 1.0)) <= MOST_BYTES


def test_the_bus_is_set_up_and_written_to(tmp_path: Path) -> None:
    fake = FakeSpi(tmp_path)
    with spi_bus(fake.path, 2_400_000, fake.ioctl) as bus:
        bus.write(b"abc")
    assert fake.sent() == b"abc"
    assert fake.ioctls == [
        (spi.WR_MODE, b"\0"),
        (spi.WR_BITS_PER_WORD, b"\x08"),
        (spi.WR_MAX_SPEED_HZ, (2_400_000).to_bytes(4, "little")),
    ]
    fake.close()


def test_the_requests_are_those_of_the_kernels_header() -> None:
    def iow(number: int, size: int) -> int:
        """_IOW('k', number, size) of include/uapi/asm-generic/ioctl.h, as on x86-64 and ARM."""
        return 1 << 30 | size << 16 | ord("k") << 8 | number

    assert (iow(1, 1), iow(3, 1)) == (spi.WR_MODE, spi.WR_BITS_PER_WORD)
    assert iow(4, 4) == spi.WR_MAX_SPEED_HZ


def test_what_is_no_bus_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), spi_bus(tmp_path / "none", 1):
        pass
    plain = tmp_path / "plain"
    plain.touch()
    with pytest.raises(OSError, match="ioctl"), spi_bus(plain, 1):
        pass


def test_more_than_the_kernel_takes_is_refused() -> None:
    with pytest.raises(OSError, match="4097 bytes"):
        SpiBus(-1).write(bytes(4097))


def test_a_part_of_the_data_is_an_error() -> None:
    reader, writer = os.pipe2(os.O_NONBLOCK)
    filled = 0
    while filled < 65536 - 2048:  # a pipe holds 64 KiB
        filled += os.write(writer, bytes(2048))
    os.write(writer, bytes(100))
    with pytest.raises(OSError, match=r"part|unavailable"):
        SpiBus(writer).write(bytes(4096))
    os.close(reader)
    os.close(writer)


# -- the terminal ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pixels", range(3, 65))
def test_every_light_has_a_place_of_its_own(pixels: int) -> None:
    at = places(pixels)
    assert len(set(at)) == pixels
    assert min(min(place) for place in at) == 0
    assert drawn([(255, 0, 0)] * pixels, at).plain.count("●") == pixels


def test_the_ring_goes_clockwise_from_the_top() -> None:
    rows, columns = zip(*places(12), strict=True)
    assert (rows[0], columns[0]) == (0, max(columns) // 2)
    assert columns[3] == max(columns)
    assert rows[6] == max(rows)
    assert columns[9] == 0


def test_without_a_terminal_nothing_is_drawn() -> None:
    console = Console(file=io.StringIO())
    with pytest.raises(OSError, match="no terminal"), terminal(12, console):
        pass


# -- boards ----------------------------------------------------------------------------------------


def test_boards_are_known() -> None:
    assert {
        name: (hat.leds, hat.pixels, hat.button, hat.power) for name, hat in hats().items()
    } == {
        "respeaker-2mic": ("apa102", 3, 17, None),
        "respeaker-4mic": ("apa102", 12, None, 5),
        "respeaker-6mic": ("apa102", 12, None, 5),
    }
