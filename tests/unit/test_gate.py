"""The gate: shut over what only hums, open over anything that might be a word."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.audio.types import FRAME, RATE, Frame, Pcm
from assistant.gate import Backlog, LevelGate
from tests.contracts.fakes_listening import recording

Wave = NDArray[np.float64]
SETTLED_S = 6.0
"""The noise is known after 4 s, and the gate stays open for one more."""


def noise(seconds: float, level_db: float, slope: float = 0.0, seed: int = 0) -> Wave:
    """Gaussian noise; `slope`: its amplitude falls as frequency ** -slope above 30 Hz."""
    n = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=n))
    hertz = np.maximum(np.fft.rfftfreq(n, 1 / RATE), 30)
    return scaled(np.fft.irfft(spectrum * hertz**-slope, n), level_db)


def hum(seconds: float, level_db: float) -> Wave:
    t = np.arange(round(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * 50 * k * t) / k for k in (1, 2, 3))
    return scaled(np.asarray(wave), level_db) + noise(seconds, level_db - 20)


def scaled(wave: Wave, level_db: float) -> Wave:
    """To this RMS, dB of full scale."""
    louder: Wave = wave / np.sqrt(np.mean(wave**2)) * 32_768 * 10 ** (level_db / 20)
    return louder


def opened(gate: LevelGate, wave: Wave, start: int = 0) -> NDArray[np.bool_]:
    """Whether the gate was open, a frame."""
    pcm = np.clip(np.rint(wave), -32_768, 32_767).astype(np.int16)
    return np.array(
        [
            gate.hears(Frame(start + i, pcm[i : i + FRAME]))
            for i in range(0, len(pcm) - FRAME + 1, FRAME)
        ]
    )


def frames(seconds: float) -> int:
    return round(seconds * RATE / FRAME)


STEADY: dict[str, Callable[[float], Wave]] = {
    "digital silence": lambda s: np.zeros(round(s * RATE)),
    "the last bit": lambda s: noise(s, -90),
    "faint hiss": lambda s: noise(s, -70),
    "a fan": lambda s: noise(s, -45, 0.5),
    "a loud fan": lambda s: noise(s, -25, 0.5),
    "hiss": lambda s: noise(s, -35),
    "mains hum": lambda s: hum(s, -35),
}


@pytest.mark.parametrize("name", STEADY)
def test_steady_noise_shuts_it(name: str) -> None:
    found = opened(LevelGate(), STEADY[name](30))
    assert found[frames(SETTLED_S) :].mean() < 0.01


@pytest.mark.parametrize("name", STEADY)
@pytest.mark.parametrize("clip", ["alexa_100", "wyoming_hey_jarvis", "ohf_hey_mycroft_2"])
def test_a_word_as_loud_as_the_noise_opens_it(name: str, clip: str) -> None:
    gate, background = LevelGate(), STEADY[name](12)
    assert not opened(gate, background[: 10 * RATE])[-1]
    level = max(20 * np.log10(np.std(background) / 32_768 + 1e-9), -50)
    word = scaled(recording(clip).astype(np.float64), level)[: 2 * RATE]
    word = word + background[-len(word) :]
    assert opened(gate, word, 10 * RATE).any()


def test_it_opens_at_once_in_the_beginning() -> None:
    """Nothing is known of the noise yet, so everything counts."""
    assert opened(LevelGate(), noise(0.5, -40))[frames(0.1) :].all()


def test_a_fan_that_starts_is_noise_after_some_seconds() -> None:
    gate = LevelGate()
    opened(gate, noise(10, -70))
    found = opened(gate, noise(20, -40, seed=1))
    assert found[frames(0.2) : frames(3)].all()
    assert not found[frames(SETTLED_S) :].any()


def test_noise_that_rises_slowly_does_not_open_it() -> None:
    wave = noise(30, -60) * 10 ** (np.linspace(0, 10, 30 * RATE) / 20)  # a third of a dB a second
    assert opened(LevelGate(), wave)[frames(SETTLED_S) :].mean() < 0.05


def test_noise_that_ends_is_forgotten_at_once() -> None:
    gate = LevelGate()
    opened(gate, noise(10, -30))
    opened(gate, noise(2, -60))
    assert opened(gate, noise(0.5, -45))[-1]


def test_it_stays_open_for_a_second() -> None:
    gate = LevelGate()
    opened(gate, np.zeros(10 * RATE))
    assert opened(gate, noise(0.3, -30))[-1]
    found = opened(gate, np.zeros(3 * RATE))
    assert found[: frames(1)].all()
    assert not found[frames(2) :].any()


def test_a_reset_forgets_the_noise() -> None:
    gate, wave = LevelGate(), noise(8, -40)
    first = opened(gate, wave)
    assert not first[-1]
    gate.reset()
    assert np.array_equal(opened(gate, wave), first)


def _numbered(start: int) -> Frame:
    pcm: Pcm = np.zeros(FRAME, np.int16)
    return Frame(start, pcm)


@given(st.lists(st.booleans(), max_size=60), st.integers(2, 9), st.integers(1, 20))
def test_a_backlog_gives_frames_in_order_and_loses_only_the_oldest(
    takes: list[bool], at_once: int, longest: int
) -> None:
    backlog, given_out, waiting = Backlog(longest, at_once), [], 0
    for number, take in enumerate(takes):
        backlog.push(_numbered(number))
        waiting = min(waiting + 1, longest)
        if take:
            found = [frame.start for frame in backlog.take()]
            assert len(found) == min(waiting, at_once)
            assert found == list(range(number + 1 - waiting, number + 1 - waiting + len(found)))
            waiting -= len(found)
            given_out += found
    assert given_out == sorted(set(given_out))
