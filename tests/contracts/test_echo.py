"""What every `EchoCanceller` promises, kept by a fake, by WebRTC, and by doing nothing at all."""

from dataclasses import dataclass

import numpy as np
import pytest

from assistant.audio.types import RATE, Pcm
from assistant.echo import BLOCK, EchoCanceller, EchoSettings
from assistant.engines import load
from assistant.evaluate.room import Room, level_dbfs, mixed, scaled
from tests.contracts.fakes_listening import recording, silence


class FakeEchoCanceller:
    """Knows the room: the echo is what was played, half as loud."""

    delay = 0

    def process(self, near: Pcm, far: Pcm) -> Pcm:
        if near.shape != far.shape or len(near) % BLOCK:
            raise ValueError("whole blocks of one length are needed")
        return near - far // 2

    def reset(self) -> None:
        """It remembers nothing."""


@dataclass(frozen=True)
class Subject:
    canceller: EchoCanceller
    least_db: float
    """What it takes off an echo at least."""
    own_room: bool = False
    """It cancels the plainest echo only."""
    changes_level: bool = False

    def echo(self, far: Pcm) -> Pcm:
        return far // 2 if self.own_room else mixed(Room(level_dbfs=-30, rt60_s=0.3).echo(far))


def build(**settings: object) -> EchoCanceller:
    def no_model(name: str) -> None:
        raise AssertionError(f"a front end needs no model, not even {name}")

    made: EchoCanceller = load("echo", EchoSettings.model_validate(settings), no_model)  # type: ignore[arg-type]
    return made


SUBJECTS = {
    "fake": lambda: Subject(FakeEchoCanceller(), 60, own_room=True),
    "webrtc": lambda: Subject(build(), 20),
    "webrtc, everything on": lambda: Subject(
        build(noise_suppression=1, gain_control=True), 15, changes_level=True
    ),
    "webrtc, no echo": lambda: Subject(build(cancel=False), -1),
    "none": lambda: Subject(build(engine="none"), -1),
}


@pytest.fixture(params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> Subject:
    return SUBJECTS[request.param]()


def voice() -> Pcm:
    return recording("hi_esp_turn_off_dining_room")[: 150 * BLOCK]


def played() -> Pcm:
    """A voice twice, between silences longer than the canceller needs to come to rest."""
    return np.concatenate([silence(0.2), voice(), silence(1.2), voice(), silence(1.2)])


def aligned(subject: Subject, result: Pcm) -> Pcm:
    """`result` where it belongs; its last samples are not known yet."""
    late = subject.canceller.delay
    return np.concatenate([result[late:], silence(late / RATE)])


def test_as_many_samples_come_out_as_go_in(subject: Subject) -> None:
    for blocks in (0, 1, 7):
        near = voice()[: blocks * BLOCK]
        result = subject.canceller.process(near, np.zeros_like(near))
        assert result.shape == near.shape
        assert result.dtype == np.int16


def test_where_the_stream_is_cut_does_not_matter(subject: Subject) -> None:
    far = played()
    near = subject.echo(far)
    whole = subject.canceller.process(near, far)
    subject.canceller.reset()
    random = np.random.default_rng(2)
    cuts = np.cumsum(random.integers(0, 9, len(far) // BLOCK)) * BLOCK
    parts = zip(np.split(near, cuts), np.split(far, cuts), strict=True)
    pieces = [subject.canceller.process(*part) for part in parts]
    assert np.array_equal(np.concatenate(pieces), whole)


def test_reset_forgets_everything(subject: Subject) -> None:
    far = played()
    first = subject.canceller.process(subject.echo(far), far)
    subject.canceller.reset()
    assert np.array_equal(subject.canceller.process(subject.echo(far), far), first)


def test_the_input_is_not_changed(subject: Subject) -> None:
    near, far = subject.echo(played()), played()
    near.flags.writeable = far.flags.writeable = False
    subject.canceller.process(near, far)


def test_shapes_that_differ_are_refused(subject: Subject) -> None:
    with pytest.raises(ValueError, match=r"shape|blocks"):
        subject.canceller.process(silence(0.02), silence(0.01))


def test_a_voice_passes_with_its_level_and_the_stated_delay(subject: Subject) -> None:
    near = np.concatenate([voice(), silence(0.1)])
    result = aligned(subject, subject.canceller.process(near, np.zeros_like(near)))
    if not subject.changes_level:
        assert level_dbfs(result) == pytest.approx(level_dbfs(near), abs=1)
    middle = slice(RATE // 2, len(near) - RATE // 2)
    shifts = range(-64, 65, 8)
    fit = [np.roll(result, s)[middle].astype(float) @ near[middle] for s in shifts]
    assert abs(shifts[int(np.argmax(fit))]) <= 8


def test_an_echo_is_cancelled(subject: Subject) -> None:
    far = played()
    near = subject.echo(far)
    result = aligned(subject, subject.canceller.process(near, far))
    again = slice(-len(voice()) - round(1.2 * RATE), -round(1.2 * RATE))
    assert level_dbfs(near[again]) - level_dbfs(result[again]) >= subject.least_db


def test_a_voice_over_an_echo_passes(subject: Subject) -> None:
    """As loud as the echo, once the canceller has heard an echo."""
    if subject.least_db < 0:
        pytest.skip("it cancels nothing")
    far = np.concatenate([played(), voice()])
    over = np.zeros(len(far))
    start = len(far) - len(voice())
    other = recording("said_whats_the_weather_like_in_new_york")[: len(voice())]
    over[start : start + len(other)] = scaled(other, -30)
    result = aligned(subject, subject.canceller.process(mixed(over, subject.echo(far)), far))
    both = slice(start, start + len(other))
    assert np.corrcoef(result[both], over[both])[0, 1] > 0.8
