"""What every `LightRing` promises, kept by a fake, by LEDs on a made-up SPI bus, by a terminal."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from hw.lights.ring import LightRing, Rgb
from hw.lights.strip import Kind, strip
from hw.lights.terminal import terminal
from hw.lights.ws2812 import RESET
from tests.contracts.fakes_panel import FakeSpi

PIXELS = 12
DARK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)


class FakeRing:
    """A `LightRing` that keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[Rgb, ...]] = []
        self.gone = False

    def show(self, colours: Sequence[Rgb]) -> None:
        if self.gone:
            raise OSError("the lights are gone")
        self.shown.append(tuple(colours))

    @contextmanager
    def open(self) -> Iterator[LightRing]:
        try:
            yield self
        finally:
            self.shown.append((DARK,) * PIXELS)


@dataclass(frozen=True)
class Subject:
    open: Callable[[], AbstractContextManager[LightRing]]
    lit: Callable[[], list[bool]]
    """Which lights shine, after all that was shown since the last time."""
    first: int = 0
    """Where the first one stands in that list."""


def lit_apa102(data: bytes) -> list[bool]:
    """Of the last frame, as a chain of LEDs takes it."""
    size = 4 + 4 * PIXELS + 4 + 1
    assert len(data) % size == 0
    frame = data[-size:]
    assert frame[:4] == bytes(4)
    lights = [frame[at : at + 4] for at in range(4, 4 + 4 * PIXELS, 4)]
    assert all(light[0] >> 5 == 0b111 for light in lights)
    assert not any(frame[4 + 4 * PIXELS :])
    return [any(light[1:]) and light[0] & 31 > 0 for light in lights]


def lit_ws2812(data: bytes) -> list[bool]:
    size = 2 * len(RESET) + 9 * PIXELS
    assert len(data) % size == 0
    frame = data[-size:][len(RESET) : -len(RESET)]
    pulses = f"{int.from_bytes(frame):0{len(frame) * 8}b}"
    bits = [{"100": False, "110": True}[pulses[at : at + 3]] for at in range(0, len(pulses), 3)]
    return [any(bits[at : at + 24]) for at in range(0, len(bits), 24)]


def lit_on_terminal(text: str) -> list[bool]:
    """By reading order, from the last drawing; nothing is drawn any more after the end."""
    if text.endswith("\x1b[2K"):
        return [False] * PIXELS
    colours = re.findall(r"\x1b\[38;2;(\d+);(\d+);(\d+)m●", text)[-PIXELS:]
    return [max(map(int, colour)) > 60 for colour in colours]


@pytest.fixture
def fake() -> Subject:
    ring = FakeRing()
    return Subject(ring.open, lambda: [any(colour) for colour in ring.shown[-1]])


def on_spi(folder: Path, ending: ExitStack, kind: Kind) -> Subject:
    spi = FakeSpi(folder)
    ending.callback(spi.close)
    read = lit_apa102 if kind == "apa102" else lit_ws2812
    return Subject(lambda: strip(kind, spi.path, PIXELS, 0.25, spi.ioctl), lambda: read(spi.sent()))


def drawn() -> Subject:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, color_system="truecolor", width=80)
    # A circle is read row by row, and the first light is the middle one of the first row.
    return Subject(
        lambda: terminal(PIXELS, console), lambda: lit_on_terminal(screen.getvalue()), first=1
    )


@pytest.fixture(params=["fake", "apa102", "ws2812", "terminal"])
def subject(request: pytest.FixtureRequest, fake: Subject, tmp_path: Path) -> Iterator[Subject]:
    with ExitStack() as ending:
        if request.param == "fake":
            yield fake
        elif request.param == "terminal":
            yield drawn()
        else:
            yield on_spi(tmp_path, ending, request.param)


def test_what_is_shown_shines(subject: Subject) -> None:
    with subject.open() as ring:
        ring.show([WHITE] * PIXELS)
        assert subject.lit() == [True] * PIXELS
        ring.show([DARK] * PIXELS)
        assert subject.lit() == [False] * PIXELS


def test_the_first_light_is_the_first_one(subject: Subject) -> None:
    with subject.open() as ring:
        ring.show([(255, 70, 40)] + [DARK] * (PIXELS - 1))
        lit = subject.lit()
    assert lit.count(True) == 1
    assert lit.index(True) == subject.first


def test_it_is_dark_in_the_end(subject: Subject) -> None:
    with subject.open() as ring:
        ring.show([WHITE] * PIXELS)
        assert any(subject.lit())
    assert not any(subject.lit())


def test_it_is_dark_after_an_error_of_its_user(subject: Subject) -> None:
    def use() -> None:
        with subject.open() as ring:
            ring.show([WHITE] * PIXELS)
            assert any(subject.lit())
            raise RuntimeError("somebody else's")

    with pytest.raises(RuntimeError):
        use()
    assert not any(subject.lit())


def test_it_can_be_opened_again(subject: Subject) -> None:
    for _ in range(2):
        with subject.open() as ring:
            ring.show([WHITE] * PIXELS)
            assert all(subject.lit())
