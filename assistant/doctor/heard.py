"""What the microphone made of silence and of a tone from the loudspeaker."""

from collections.abc import Iterator

import numpy as np

from assistant.audio import trial
from assistant.audio.trial import FLOOR_DBFS, Together
from assistant.audio.types import Pcm
from assistant.doctor.check import Check, told
from assistant.errors import DeviceError

_BLOCK_S = 0.05
_WINDOW_S = 0.25
_LASTING = 5
"""Windows, half over each other, that a tone fills; a click or a word has fewer."""
LOUD_DBFS = -40.0
"""The quietest tenth of a second in a kitchen is below this, unless the gain is far too high."""
FAINT_DBFS = -75.0
"""A voice across the room is some 25 dB above the noise of a usable microphone."""
OFFSET = 0.05
"""Of full scale. More of it takes room from loud voices."""
CLEAR_DB = 6.0
"""The tone was heard if it is this much above what was there before."""


def checks(trial_: Together) -> Iterator[Check]:
    """The loudspeaker, the microphone, and whether the one hears the other."""
    played = trial_.played
    text = f"A tone was played in {played.seconds:.1f} s at {played.rate:,} Hz."
    yield Check("loudspeaker test", "green", text)
    found = _microphone(trial_.heard, trial_.rate)
    yield found
    if found.level != "red":
        yield _loopback(tone_db(trial_))


def refused(error: DeviceError) -> Check:
    """For when a device could not be opened, or stalled."""
    otherwise = "See `assistant devices`; only one program can use a card: stop the service first."
    return told("sound test", "red", str(error), otherwise)


def noise_floor_dbfs(pcm: Pcm, rate: int) -> float:
    """Of the quietest tenth of all pieces."""
    size = max(1, round(_BLOCK_S * rate))
    levels = [trial.rms(pcm[at : at + size]) for at in range(0, len(pcm) - size + 1, size)]
    return trial.dbfs(float(np.quantile(levels, 0.1))) if levels else FLOOR_DBFS


def offset(pcm: Pcm) -> float:
    """The mean, as a part of full scale."""
    return float(abs(np.mean(pcm))) / 32768 if len(pcm) else 0.0


def tone_db(trial_: Together) -> float:
    """How much louder the tone's frequency is from its beginning on than before."""
    start = round(trial_.tone_s * trial_.rate)
    before = max(_amplitudes(trial_.heard[:start], trial_.rate), default=0.0)
    after = sorted(_amplitudes(trial_.heard[start:], trial_.rate), reverse=True)
    lasting = after[_LASTING - 1] if len(after) >= _LASTING else 0.0
    return trial.dbfs(lasting) - trial.dbfs(before)


def _amplitudes(pcm: Pcm, rate: int) -> list[float]:
    """Of the tone's frequency, window by window."""
    size = round(_WINDOW_S * rate)
    t = np.arange(size) / rate
    wave = np.hanning(size) * np.exp(-2j * np.pi * trial.TONE_HZ * t)
    starts = range(0, len(pcm) - size + 1, max(1, size // 2))
    found = (abs(np.dot(pcm[at : at + size].astype(np.float64), wave)) for at in starts)
    return [float(each) * 4 / size for each in found]


def _microphone(pcm: Pcm, rate: int) -> Check:
    name, level = "microphone test", trial.dbfs(trial.peak(pcm))
    floor, clipped = noise_floor_dbfs(pcm, rate), trial.clipped(pcm)
    if not len(pcm):
        remedy = "End what else uses it, or see `assistant devices`."
        return Check(name, "red", "Nothing arrived from it.", remedy)
    if level <= FLOOR_DBFS:
        remedy = "Switch it on, or unmute it: `alsamixer`, F4 for recording."
        return Check(name, "red", "It delivers only zeros: it is muted or broken.", remedy)
    text = f"Peak {level:.0f} dBFS, noise {floor:.0f} dBFS."
    if clipped:
        remedy = "Lower its gain (`alsamixer`, F4), or [speaker] volume."
        return Check(name, "yellow", f"{text} {clipped} samples are cut off.", remedy)
    if offset(pcm) > OFFSET:
        remedy = "Use another microphone or sound card: this one has an electrical fault."
        return Check(name, "yellow", f"{text} Its zero is {offset(pcm):.0%} off.", remedy)
    if floor > LOUD_DBFS:
        remedy = "Lower its gain (`alsamixer`, F4), or move it away from fans."
        return Check(name, "yellow", f"{text} There is much noise.", remedy)
    if level < FAINT_DBFS:
        remedy = "Raise its gain: `alsamixer`, F4."
        return Check(name, "yellow", f"{text} It is very soft.", remedy)
    return Check(name, "green", text)


def _loopback(louder_db: float) -> Check:
    if louder_db >= CLEAR_DB:
        text = f"The microphone hears the loudspeaker, {louder_db:.0f} dB above the room."
        return Check("loopback", "green", text)
    return Check(
        "loopback",
        "yellow",
        "The microphone does not hear the loudspeaker: right for a headset, otherwise one of them "
        "is the wrong device, or turned down.",
        "Choose them by name (`assistant devices`) and turn up the loudspeaker: `alsamixer`.",
    )
