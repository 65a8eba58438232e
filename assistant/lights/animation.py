"""The pictures of each scene: colours of every light as a function of time. Pure.

Each scene has its own colour *and* its own figure, so that it can be told without colour vision:

    whole ring, steady      listening        two opposite lights, steady   microphone closed
    whole ring, breathing   speaking         half a ring, steady           a device is missing
    halves in turn          ringing          every second light, pulsing   a failure
    comet going round       thinking         one light, steady             does less for now
    soft dot going round    starting         dark                          waits

Nothing is brighter or darker again more than about once a second: at most three flashes a second
are taken to be harmless (WCAG 2.2, success criterion 2.3.1). What stands still says so, so that
nobody has to wake up for it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from assistant.lights.scene import Scene, Shown

Rgb = tuple[int, int, int]
"""Red, green, blue, 0 to 255, as a screen shows them (sRGB)."""

STEP_S = 0.05
"""Between two pictures of something that moves."""
FEWEST = 3
"""Lights: with fewer, figures cannot be told from each other."""
DARK: Rgb = (0, 0, 0)
MARK: Rgb = (255, 70, 40)
"""Of a closed microphone."""
_ROW = 6
"""With fewer lights than this they are taken to stand in a row, not in a ring."""
_GAP = 8
"""From so many lights on, those beside a mark are dark, so that it stands out."""

Level = Callable[[int, int, float], float]
"""(index of the light, number of lights, seconds since the scene began) -> 0 to 1."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture."""

    colours: tuple[Rgb, ...]
    next_s: float | None
    """Seconds since the scene began, of the next picture that differs; None: it stays."""


@dataclass(frozen=True, slots=True)
class Animation:
    """How one scene is drawn."""

    colour: Rgb
    level: Level
    period_s: float = 0.0
    """After which it repeats; 0: it does not."""
    rest_s: float | None = None
    """From when on it stands still; None: it always moves."""


def frame(shown: Shown, t_s: float, pixels: int) -> Frame:
    """The picture `t_s` seconds after the scene began, of so many lights (at least `FEWEST`)."""
    animation = ANIMATIONS[shown.scene]
    levels = [animation.level(index, pixels, t_s) for index in range(pixels)]
    colours = [_scaled(animation.colour, level) for level in levels]
    if shown.muted:
        _mark(colours)
    still = animation.rest_s is not None and t_s >= animation.rest_s
    return Frame(tuple(colours), None if still else t_s + STEP_S)


def marks(pixels: int) -> tuple[int, int]:
    """The two lights that stand for a closed microphone: opposite each other."""
    return 0, pixels - 1 if pixels < _ROW else pixels // 2


def _mark(colours: list[Rgb]) -> None:
    pixels = len(colours)
    for index in marks(pixels):
        if pixels >= _GAP:
            colours[index - 1] = colours[(index + 1) % pixels] = DARK
        colours[index] = MARK


def _scaled(colour: Rgb, level: float) -> Rgb:
    red, green, blue = (round(part * min(1.0, max(0.0, level))) for part in colour)
    return red, green, blue


def _wave(t_s: float, period_s: float) -> float:
    """0 at first, 1 after half a period, 0 again."""
    return 0.5 - 0.5 * math.cos(2 * math.pi * t_s / period_s)


def _starting(index: int, pixels: int, t_s: float) -> float:
    """A soft dot goes round in three seconds."""
    away = (index / pixels - t_s / 3.0) % 1.0
    near = min(away, 1.0 - away) * min(pixels, 5)
    return 0.55 * (0.5 + 0.5 * math.cos(math.pi * near)) if near < 1.0 else 0.0


def _listening(index: int, pixels: int, t_s: float) -> float:
    """All of it, within a fifth of a second; then it waits, as whoever listens does."""
    return 0.3 + 0.7 * min(1.0, t_s / 0.2)


def _thinking(index: int, pixels: int, t_s: float) -> float:
    """A comet: its head one light wide, its tail half a ring."""
    behind = (t_s / 1.5 - index / pixels) % 1.0
    ahead = (1.0 - behind) * pixels
    return max(0.04, 1.0 - behind / 0.5, 1.0 - ahead)


def _speaking(index: int, pixels: int, t_s: float) -> float:
    return 0.35 + 0.65 * _wave(t_s, 2.0)


def _ringing(index: int, pixels: int, t_s: float) -> float:
    half = 0.8 * (2 * index >= pixels)
    return 0.1 + 0.9 * _wave(t_s + 0.8 + half, 1.6)


def _failed(index: int, pixels: int, t_s: float) -> float:
    return _wave(t_s, 1.0) if index % 2 == 0 else 0.0


def _muted(index: int, pixels: int, t_s: float) -> float:
    """Only the marks."""
    return 0.0


def _broken(index: int, pixels: int, t_s: float) -> float:
    return 0.85 if 2 * index < pixels else 0.0


def _shed(index: int, pixels: int, t_s: float) -> float:
    return 0.85 if index == 0 else 0.0


def _idle(index: int, pixels: int, t_s: float) -> float:
    return 0.0


_BLUE, _VIOLET, _GREEN = (0, 150, 255), (176, 110, 255), (0, 205, 120)
_AMBER, _RED, _ORANGE, _WHITE = (255, 190, 0), (255, 45, 20), (255, 120, 0), (235, 235, 255)

ANIMATIONS = {
    Scene.RINGING: Animation(_AMBER, _ringing, period_s=1.6),
    Scene.FAILED: Animation(_RED, _failed, period_s=1.0),
    Scene.SPEAKING: Animation(_GREEN, _speaking, period_s=2.0),
    Scene.THINKING: Animation(_VIOLET, _thinking, period_s=1.5),
    Scene.MUTED: Animation(MARK, _muted, rest_s=0.0),
    Scene.LISTENING: Animation(_BLUE, _listening, rest_s=0.2),
    Scene.BROKEN: Animation(_RED, _broken, rest_s=0.0),
    Scene.STARTING: Animation(_WHITE, _starting, period_s=3.0),
    Scene.SHED: Animation(_ORANGE, _shed, rest_s=0.0),
    Scene.IDLE: Animation(_WHITE, _idle, rest_s=0.0),
}
