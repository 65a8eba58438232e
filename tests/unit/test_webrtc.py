"""What is WebRTC's and the Kalman filter's own, beyond the contract of an `EchoCanceller`."""

import numpy as np
import pytest

from assistant.audio.types import RATE, Pcm
from assistant.echo import BLOCK, EchoSettings
from assistant.engines.kalman import KalmanFilter
from assistant.engines.residual import ResidualExpander
from assistant.engines.webrtc import TAIL, WebRtc
from assistant.evaluate.room import Room, level_dbfs, mixed
from tests.contracts.fakes_listening import recording, silence


def voice() -> Pcm:
    return recording("said_whats_the_weather_like_in_new_york")[: 200 * BLOCK]


def blocks(pcm: Pcm) -> list[Pcm]:
    return list(pcm.reshape(-1, BLOCK))


def filtered(near: Pcm, far: Pcm) -> Pcm:
    subject = KalmanFilter()
    pairs = zip(blocks(near), blocks(far), strict=True)
    return np.concatenate([subject.block(*pair) for pair in pairs])


def test_between_rest_and_work_no_sample_is_lost_repeated_or_bent() -> None:
    """A tone goes on undisturbed while the loudspeaker sounds, unheard, and is silent again."""
    size = 6 * RATE
    tone = (3_000 * np.sin(2 * np.pi * 400 * np.arange(size) / RATE)).astype(np.int16)
    far = np.zeros(size, np.int16)
    far[2 * RATE : 2 * RATE + 4 * BLOCK] = np.random.default_rng(1).normal(0, 100, 4 * BLOCK)
    result = WebRtc(EchoSettings()).process(tone, far).astype(np.float64)
    again = result[RATE:]
    period = RATE // 400
    jumps = np.abs(again[period:] - again[:-period])
    assert jumps.max() < 300  # a lost sample would make 470 of it, a lost block up to 6,000


def test_after_a_long_silence_the_first_word_is_cancelled_too() -> None:
    room = Room(level_dbfs=-30, rt60_s=0.3)
    far = np.concatenate([silence(0.5), voice(), silence(10), voice(), silence(0.5)])
    near = room.echo(far) + np.random.default_rng(1).normal(0, 10, len(far))
    subject = WebRtc(EchoSettings())
    result = subject.process(mixed(near), far)
    second = len(far) - len(voice()) - RATE // 2
    first_word = slice(second, second + RATE // 2)
    assert level_dbfs(mixed(near)[first_word]) - level_dbfs(result[first_word]) > 15


def test_a_resting_canceller_gives_what_the_working_one_would() -> None:
    noise = np.random.default_rng(2).normal(0, 300, 3 * RATE).astype(np.int16)
    far = np.zeros_like(noise)
    far[:BLOCK] = 1
    result = WebRtc(EchoSettings()).process(noise, far)
    resting = WebRtc(EchoSettings()).process(noise, np.zeros_like(far))
    working = slice(RATE // 2, TAIL)
    assert np.corrcoef(result[working], resting[working])[0, 1] > 0.999
    assert np.array_equal(result[TAIL + 4 * BLOCK :], resting[TAIL + 4 * BLOCK :])


def test_noise_suppression_and_gain_control_do_what_they_say() -> None:
    hum = np.random.default_rng(3).normal(0, 200, 4 * RATE).astype(np.int16)
    silent = np.zeros_like(hum)
    suppressed = WebRtc(EchoSettings(cancel=False, noise_suppression=4)).process(hum, silent)
    assert level_dbfs(suppressed[2 * RATE :]) < level_dbfs(hum) - 10
    soft = np.concatenate([voice() // 20] * 4)
    louder = WebRtc(EchoSettings(cancel=False, gain_control=True)).process(soft, soft * 0)
    assert level_dbfs(louder[-2 * RATE :]) > level_dbfs(soft[-2 * RATE :]) + 6


def test_without_anything_switched_on_the_signal_is_the_microphones() -> None:
    subject = WebRtc(EchoSettings(cancel=False, high_pass=False))
    assert np.array_equal(subject.process(voice(), voice() * 0), voice())
    assert subject.delay == 0


def test_the_filter_learns_a_linear_room_and_leaves_what_is_not_of_it() -> None:
    far = np.random.default_rng(4).normal(0, 2_000, 4 * RATE).astype(np.int16)
    near = mixed(Room(level_dbfs=-30, rt60_s=0.2, bend=0).echo(far))
    left = filtered(near, far)
    assert level_dbfs(near) - level_dbfs(left[-RATE:]) > 25
    assert np.array_equal(filtered(near, far * 0), near)


def test_the_filter_goes_on_learning_while_somebody_speaks() -> None:
    far = np.random.default_rng(5).normal(0, 2_000, 6 * RATE).astype(np.int16)
    echo = Room(level_dbfs=-30, rt60_s=0.2, bend=0).echo(far)
    over = np.zeros(len(far))
    over[2 * RATE : 4 * RATE] = np.random.default_rng(6).normal(0, 1_500, 2 * RATE)
    left = filtered(mixed(echo, over), far)
    alone = slice(round(4.2 * RATE), round(5.2 * RATE))
    assert level_dbfs(mixed(echo)[alone]) - level_dbfs(left[alone]) > 15


@pytest.mark.parametrize("delay_s", [0.0, 0.1])
def test_the_filter_finds_its_way_back_when_the_loudspeaker_is_moved(delay_s: float) -> None:
    far = np.random.default_rng(7).normal(0, 2_000, 8 * RATE).astype(np.int16)
    rooms = [Room(0.05, 0.2, -30), Room(delay_s, 0.2, -30, seed=9)]
    one, other = (room.echo(far) for room in rooms)
    near = mixed(np.concatenate([one[: 3 * RATE], other[3 * RATE :]]))
    left = filtered(near, far)
    assert level_dbfs(near[-RATE:]) - level_dbfs(left[-RATE:]) > 15


def expanded(left: Pcm, heard: Pcm) -> Pcm:
    subject = ResidualExpander()
    pairs = zip(blocks(left), blocks(heard), strict=True)
    return np.concatenate([subject.block(*pair) for pair in pairs])


@pytest.mark.parametrize(("below_db", "after_db"), [(0, 0), (-10, -10), (-18, -18), (-30, -50)])
def test_what_is_far_below_the_echo_is_made_quieter_still(below_db: int, after_db: int) -> None:
    heard = np.random.default_rng(8).normal(0, 10_000, RATE).astype(np.int16)
    left = np.rint(heard * 10 ** (below_db / 20)).astype(np.int16)
    result = expanded(left, heard)[RATE // 2 :]
    assert level_dbfs(result) - level_dbfs(heard) == pytest.approx(after_db, abs=1)


def test_a_pause_of_the_reply_does_not_let_the_next_scrap_pass() -> None:
    loud = np.random.default_rng(9).normal(0, 10_000, RATE).astype(np.int16)
    pause = np.random.default_rng(10).normal(0, 20, 3 * RATE // 10).astype(np.int16)
    heard = np.concatenate([loud, pause, loud])
    left = np.concatenate([loud // 100, pause, loud // 100])
    scrap = expanded(left, heard)[-RATE:][: RATE // 10]
    assert level_dbfs(scrap) < level_dbfs(left[-RATE:]) - 20


def test_a_person_who_begins_after_the_reply_is_heard_at_once() -> None:
    loud = np.random.default_rng(11).normal(0, 10_000, RATE).astype(np.int16)
    person = loud // 4
    result = expanded(np.concatenate([loud // 100, person]), np.concatenate([loud, person]))
    assert level_dbfs(result[RATE:][: RATE // 10]) > level_dbfs(person) - 3
