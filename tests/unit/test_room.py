"""The simulated room: delay, level, reverberation, distortion, clocks; and what is said in it."""

import numpy as np
import pytest

from assistant.audio.types import RATE, Pcm
from assistant.evaluate.room import Room, level_dbfs, mixed, scaled
from assistant.evaluate.selftalk import WAKES, sentences


def click(at_s: float, seconds: float) -> Pcm:
    pcm = np.zeros(round(seconds * RATE), np.int16)
    pcm[round(at_s * RATE)] = 20_000
    return pcm


def tone(hertz: float, seconds: float = 1.0, size: float = 10_000) -> Pcm:
    t = np.arange(round(seconds * RATE)) / RATE
    return (size * np.sin(2 * np.pi * hertz * t)).astype(np.int16)


def test_the_echo_comes_after_the_delay_and_not_before() -> None:
    heard = Room(delay_s=0.1, bend=0).echo(click(0.2, 1))
    assert np.abs(heard).argmax() == round(0.3 * RATE)
    assert not np.abs(heard[: round(0.3 * RATE) - 1]).max() > 1e-6


def test_the_echo_has_its_level_and_silence_stays_silent() -> None:
    noise = np.random.default_rng(1).normal(0, 5_000, RATE).astype(np.int16)
    assert level_dbfs(Room(level_dbfs=-31).echo(noise)) == pytest.approx(-31, abs=0.1)
    assert not Room().echo(np.zeros(RATE, np.int16)).any()


def test_pauses_do_not_count_for_the_level() -> None:
    noise = np.random.default_rng(1).normal(0, 5_000, RATE)
    paused = np.concatenate([noise, np.zeros(9 * RATE)])
    assert level_dbfs(paused) == pytest.approx(level_dbfs(noise), abs=0.01)
    assert level_dbfs(scaled(paused, -40)) == pytest.approx(-40, abs=0.01)
    assert level_dbfs(np.zeros(RATE)) == level_dbfs(np.zeros(0)) == -120


@pytest.mark.parametrize("rt60_s", [0.2, 0.6])
def test_the_tail_dies_away_by_60_db_in_the_stated_time(rt60_s: float) -> None:
    response = Room(rt60_s=rt60_s).response()
    half, size = round(rt60_s * RATE / 2), round(0.02 * RATE)
    early, late = (level_dbfs(32_768 * response[at : at + size]) for at in (size, half + size))
    assert early - late == pytest.approx(30, abs=3)
    assert (response**2).sum() == pytest.approx(1)


def test_the_same_seed_is_the_same_room_and_another_is_not() -> None:
    pcm = click(0.1, 0.5)
    assert np.array_equal(Room(seed=3).echo(pcm), Room(seed=3).echo(pcm))
    assert not np.array_equal(Room(seed=3).echo(pcm), Room(seed=4).echo(pcm))


def test_a_bent_cone_adds_overtones() -> None:
    def distortion(bend: float) -> float:
        room = Room(bend=bend, rt60_s=0.01, delay_s=0)
        power = np.abs(np.fft.rfft(room.echo(tone(500, 2, size=16_384))[RATE:])) ** 2
        return float(np.sqrt((power[1_000] + power[1_500] + power[2_000]) / power[500]))

    assert distortion(0.0) < 1e-3
    assert 0.01 < distortion(0.3) < 0.06
    assert distortion(1.0) > 2 * distortion(0.3)


@pytest.mark.parametrize("ppm", [-50.0, 50.0])
def test_a_clock_that_is_off_plays_the_same_faster_or_slower(ppm: float) -> None:
    """A tone at 1,000 Hz and nothing else, at another pitch."""
    room = Room(skew_ppm=ppm, bend=0, delay_s=0, rt60_s=0.01, level_dbfs=-13)
    heard = room.echo(tone(1_000, 10))[RATE:-RATE]
    t = np.arange(RATE, 9 * RATE) / RATE
    wanted = np.exp(2j * np.pi * 1_000 * (1 + ppm * 1e-6) * t)
    fit = abs(heard @ wanted) / np.linalg.norm(heard) / np.sqrt(len(t) / 2)
    assert fit == pytest.approx(1, abs=1e-3)


def test_the_converter_clips() -> None:
    loud = np.full(100, 30_000.0)
    assert mixed(loud, loud).max() == 32_767
    assert mixed(-loud, -loud).min() == -32_768


def test_two_hundred_different_sentences_with_a_wake_word_in_each() -> None:
    made = sentences(200)
    assert len(set(made)) == 200
    counts = [sum(wake.lower() in one.lower() for one in made) for wake in WAKES]
    assert sum(counts) == 200
    assert max(counts) - min(counts) <= 1
    assert sentences(200) == made
    assert sentences(200, seed=2) != made
    assert all(one[0].isupper() and one.endswith((".", "?")) for one in made)
