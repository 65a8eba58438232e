"""What every `Button` promises, kept by a fake, by a line of the header, by a speakerphone."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hw import gpio
from hw.buttons.button import Button, Press
from hw.buttons.header import header_button
from hw.buttons.keys import DOWN, UP
from hw.buttons.speakerphone import speakerphone
from hw.buttons.waiting import Waiting
from tests.contracts.fakes_panel import FakeSpeakerphone, Header, install

HOLD_S = 0.06
KEY_PHONE = 169


class FakeButton:
    """A `Button` that is pressed before anybody looks."""

    def __init__(self) -> None:
        self.pending: list[Press] = []
        self.gone = False

    @contextmanager
    def open(self, waiting: Waiting) -> Iterator[Button]:
        self._waiting = waiting
        yield self

    def presses(self) -> Iterator[Press]:
        while not self._waiting.over:
            if self.pending:
                yield self.pending.pop(0)
            elif self.gone:
                raise OSError("the button is gone")
            else:
                self._waiting.wait()


@dataclass(frozen=True)
class Subject:
    open: Callable[[Waiting], AbstractContextManager[Button]]
    press: Callable[[], None]
    hold: Callable[[], None]
    """Down, and not up again."""
    unplug: Callable[[], None] | None = None


def faked() -> Subject:
    fake = FakeButton()
    return Subject(
        fake.open,
        lambda: fake.pending.append("press"),
        lambda: fake.pending.append("hold"),
        lambda: setattr(fake, "gone", True),
    )


def on_header(header: Header) -> Subject:
    def press() -> None:
        now = time.monotonic()
        header.edge(True, now - 0.1)
        header.edge(False, now - 0.06)

    return Subject(
        lambda waiting: header_button(17, "", True, HOLD_S, waiting),
        press,
        lambda: header.edge(True, time.monotonic()),
    )


def on_speakerphone(root: Path) -> Subject:
    phone = FakeSpeakerphone(root)

    def press() -> None:
        phone.key(KEY_PHONE, DOWN)
        phone.key(KEY_PHONE, UP)

    return Subject(
        lambda waiting: speakerphone("jabra", HOLD_S, waiting, root),
        press,
        lambda: phone.key(KEY_PHONE, DOWN),
        phone.unplug,
    )


@pytest.fixture
def header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Header]:
    made = Header({"gpiochip0": "gpio-brcmstb", "gpiochip4": "pinctrl-rp1"})
    folder = install(made, tmp_path, monkeypatch)
    real = gpio.chip
    monkeypatch.setattr("hw.buttons.header.chip", lambda label: real(label, folder))
    yield made
    made.close()


@pytest.fixture(params=["fake", "header", "speakerphone"])
def subject(request: pytest.FixtureRequest, header: Header, tmp_path: Path) -> Subject:
    makers: dict[str, Callable[[], Subject]] = {
        "fake": faked,
        "header": lambda: on_header(header),
        "speakerphone": lambda: on_speakerphone(tmp_path / "root"),
    }
    return makers[request.param]()


def test_a_press_is_told(subject: Subject) -> None:
    with subject.open(Waiting()) as button:
        presses = button.presses()
        for _ in range(2):
            subject.press()
            assert next(presses) == "press"


def test_a_hold_is_told_while_the_button_is_down(subject: Subject) -> None:
    with subject.open(Waiting()) as button:
        subject.hold()
        assert next(button.presses()) == "hold"


def test_it_ends_when_waiting_is_over(subject: Subject) -> None:
    waiting = Waiting()
    with subject.open(waiting) as button:
        subject.press()
        presses = button.presses()
        next(presses)
        waiting.end()
        assert list(presses) == []


def test_one_that_is_gone_is_an_error(subject: Subject) -> None:
    if subject.unplug is None:
        pytest.skip("what is soldered on stays")
    with subject.open(Waiting()) as button:
        subject.unplug()
        with pytest.raises(OSError, match="gone"):
            next(button.presses())


def test_it_can_be_opened_again(subject: Subject) -> None:
    for _ in range(2):
        with subject.open(Waiting()) as button:
            subject.press()
            assert next(button.presses()) == "press"
