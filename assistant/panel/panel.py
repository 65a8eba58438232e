"""The front panel: an observer with one thread for the lights, and one for the button.

Neither can hurt the assistant: lights that cannot be reached are tried again now and then, and so
is a button; both are told of once.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from assistant.events import Message
from assistant.lights.show import Show
from hw.buttons.button import Button, Press
from hw.buttons.waiting import Waiting
from hw.lights.ring import LightRing

log = logging.getLogger(__name__)

LIGHTS_AGAIN_S = 10.0
"""Between two tries to reach lights that have failed."""
BUTTON_AGAIN_S = 2.0
"""The same for a button: a speakerphone may be plugged in again at any time."""
CLOSING_S = 0.5
"""Lights that are not dark by then hang."""

OpenRing = Callable[[], AbstractContextManager[LightRing]]
OpenButton = Callable[[Waiting], AbstractContextManager[Button]]


class Controls(Protocol):
    """What buttons do. Called in their thread."""

    def talk(self) -> None:
        """As if the wake word had just been heard."""
        ...

    def hush(self) -> None:
        """Stop what rings."""
        ...

    def toggle_mute(self) -> None:
        """Close the microphone, or open it again."""
        ...

    def turn_volume(self, up: bool) -> None:
        """One step."""
        ...


class Panel:
    """Told of everything; made by one thread, which starts and closes it."""

    def __init__(
        self,
        controls: Controls,
        pixels: int,
        open_ring: OpenRing | None = None,
        open_button: OpenButton | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`pixels`: how many lights the ring has. `clock`: seconds, never back."""
        self._controls = controls
        self._clock = clock
        self._show = Show(pixels, clock())
        self._changed = threading.Condition()
        """Guards the show."""
        self._news = False
        self._over = False
        self._waiting = Waiting()
        self._threads: list[threading.Thread] = []
        if open_ring is not None:
            self._add("lights", lambda: self._light(open_ring))
        if open_button is not None:
            self._add("button", lambda: self._attend(open_button))

    def _add(self, name: str, work: Callable[[], None]) -> None:
        self._threads.append(threading.Thread(target=work, name=name, daemon=True))

    def start(self) -> None:
        """From now on it shines and listens to its button."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Dark, and no press counts any more."""
        with self._changed:
            self._over = True
            self._changed.notify()
        self._waiting.end()
        until_s = time.monotonic() + CLOSING_S
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until_s - time.monotonic()))

    def __call__(self, now: float, message: Message) -> None:
        """Observer; `now` is of another clock."""
        with self._changed:
            if self._show.tell(message, self._clock()):
                self._news = True
                self._changed.notify()

    def _light(self, open_ring: OpenRing) -> None:
        trouble = _Trouble("lights")
        while not self._over:
            try:
                with open_ring() as ring:
                    self._shine(ring, trouble)
            except OSError as error:
                trouble.tell(error)
                with self._changed:
                    self._changed.wait_for(lambda: self._over, LIGHTS_AGAIN_S)

    def _shine(self, ring: LightRing, trouble: "_Trouble") -> None:
        """Until it is over."""
        last = None
        while True:
            with self._changed:
                self._news = False
                picture = self._show.picture(self._clock())
            if self._over:
                return
            if picture.colours != last:
                ring.show(picture.colours)
                last = picture.colours
                trouble.over()
            until_s = picture.until_s
            left_s = None if until_s is None else max(0.0, until_s - self._clock())
            with self._changed:
                self._changed.wait_for(lambda: self._news or self._over, left_s)

    def _attend(self, open_button: OpenButton) -> None:
        trouble = _Trouble("button")
        while not self._waiting.over:
            try:
                with open_button(self._waiting) as button:
                    trouble.over()
                    for press in button.presses():
                        self._pressed(press)
            except OSError as error:
                trouble.tell(error)
                self._waiting.wait(timeout_s=BUTTON_AGAIN_S)

    def _pressed(self, press: Press) -> None:
        if self._over:
            return
        match press:
            case "press":
                with self._changed:
                    ringing = self._show.ringing
                (self._controls.hush if ringing else self._controls.talk)()
            case "hold" | "mute":
                self._controls.toggle_mute()
            case "louder" | "quieter":
                self._controls.turn_volume(press == "louder")


class _Trouble:
    """Told of once, however long it lasts."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._told = False

    def tell(self, error: OSError) -> None:
        level = logging.DEBUG if self._told else logging.WARNING
        log.log(level, "the %s cannot be reached, and will be tried again: %s", self._what, error)
        self._told = True

    def over(self) -> None:
        if self._told:
            log.warning("the %s can be reached again", self._what)
        self._told = False
