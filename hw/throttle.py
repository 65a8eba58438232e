"""What the firmware of a Raspberry Pi says about its supply and its heat: a word of eight bits that
count. https://www.raspberrypi.com/documentation/computers/os.html, `vcgencmd get_throttled`."""

import re
from dataclasses import dataclass

_NOW = (
    (0, "the supply's voltage is too low"),
    (1, "the processor's speed is capped"),
    (2, "the processor is slowed down"),
    (3, "the soft temperature limit is reached"),
)
_BEFORE = (
    (16, "the supply's voltage was too low"),
    (17, "the processor's speed was capped"),
    (18, "the processor was slowed down"),
    (19, "the soft temperature limit was reached"),
)
_UNDER_VOLTAGE, _SLOWED = 0b0001, 0b1110


@dataclass(frozen=True, slots=True)
class Throttle:
    bits: int

    @property
    def under_voltage(self) -> bool:
        """Right now."""
        return bool(self.bits & _UNDER_VOLTAGE)

    @property
    def slowed(self) -> bool:
        """Right now, because of heat or of the supply."""
        return bool(self.bits & _SLOWED)

    @property
    def now(self) -> tuple[str, ...]:
        """In words; nothing if all is well."""
        return tuple(words for bit, words in _NOW if self.bits >> bit & 1)

    @property
    def before(self) -> tuple[str, ...]:
        """What happened since somebody last asked. That is since the start of the board only where
        nobody else asks: the kernel's own driver (`raspberrypi-hwmon`) does every two seconds, and
        has these bits cleared."""
        return tuple(words for bit, words in _BEFORE if self.bits >> bit & 1)


def parse(said: str) -> Throttle | None:
    """As the kernel writes it ("50005") or the firmware's own tool ("throttled=0x50005"); None if
    it is neither."""
    found = re.fullmatch(r"(?:throttled=)?(?:0[xX])?([0-9a-fA-F]{1,8})", said.strip())
    return Throttle(int(found[1], 16)) if found else None
