"""Key events of the kernel, as bytes, to presses. Pure; times are seconds of one clock.

https://docs.kernel.org/input/input.html; codes: include/uapi/linux/input-event-codes.h.
"""

import re
import struct
from collections.abc import Iterable
from typing import Literal

from hw.buttons.button import Press
from hw.buttons.press import HOLD_S, Presses

EVENT = struct.Struct("@llHHi")
"""`struct input_event`: seconds, microseconds, type, code, value; 24 bytes on 64-bit kernels."""
EV_SYN, EV_KEY = 0x00, 0x01
SYN_DROPPED = 3
"""The kernel had to leave out events."""
UP, DOWN, REPEAT = 0, 1, 2

TALK: dict[int, str] = {
    164: "KEY_PLAYPAUSE",
    169: "KEY_PHONE",
    0x1BD: "KEY_PICKUP_PHONE",
    0x246: "KEY_VOICECOMMAND",
    0x247: "KEY_ASSISTANT",
}
"""Pressed or held, like a button."""
AT_ONCE: dict[int, Literal["mute", "louder", "quieter"]] = {
    113: "mute",  # KEY_MUTE
    248: "mute",  # KEY_MICMUTE
    114: "quieter",  # KEY_VOLUMEDOWN
    115: "louder",  # KEY_VOLUMEUP
}


class Keys:
    """One input device."""

    def __init__(self, hold_s: float = HOLD_S) -> None:
        self._rest = b""
        self._talk = {code: Presses(hold_s, debounce_s=0.0) for code in TALK}

    @property
    def due_s(self) -> float | None:
        """When `at` is to be asked, if nothing comes before."""
        moments = (presses.due_s for presses in self._talk.values())
        return min((at for at in moments if at is not None), default=None)

    def push(self, data: bytes, now_s: float) -> list[Press]:
        """What was read just now, however it was cut."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        made: list[Press] = []
        for _, _, kind, code, value in EVENT.iter_unpack(data[:whole]):
            made += self._event(kind, code, value, now_s)
        return made

    def at(self, now_s: float) -> list[Press]:
        """What is known by now."""
        return [press for presses in self._talk.values() for press in presses.at(now_s)]

    def _event(self, kind: int, code: int, value: int, now_s: float) -> Iterable[Press]:
        if kind == EV_SYN and code == SYN_DROPPED:
            for presses in self._talk.values():
                presses.forget()
        if kind != EV_KEY:
            return []
        if code in TALK:
            return self._pressed(self._talk[code], value, now_s)
        act = AT_ONCE.get(code)
        # A volume key that is held goes on; a mute key does not flutter.
        wanted = (DOWN,) if act == "mute" else (DOWN, REPEAT)
        return [act] if act is not None and value in wanted else []

    @staticmethod
    def _pressed(presses: Presses, value: int, now_s: float) -> list[Press]:
        if value not in (UP, DOWN):
            return []
        return [*presses.edge(value == DOWN, now_s), *presses.at(now_s)]


def event_files(devices: str, name: str) -> list[str]:
    """Names such as "event3" of all that send keys and have `name` in theirs, large or small.
    `devices`: /proc/bus/input/devices."""
    found = []
    for block in devices.split("\n\n"):
        named = re.search(r'^N: Name="(.*)"$', block, re.MULTILINE)
        sends = re.search(r"^B: EV=([0-9a-f]+)$", block, re.MULTILINE)
        if named and sends and name.lower() in named[1].lower() and int(sends[1], 16) >> EV_KEY & 1:
            handlers = re.search(r"^H: Handlers=(.*)$", block, re.MULTILINE)
            found += re.findall(r"\bevent\d+\b", handlers[1] if handlers else "")
    return found
