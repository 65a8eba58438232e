"""The short sounds: how long, how loud, and without a click."""

import numpy as np
import pytest

from assistant.audio.earcons import LEVEL_DBFS, NOTES, earcon


def test_each_has_notes_and_a_level() -> None:
    assert NOTES.keys() == LEVEL_DBFS.keys()
    assert min(LEVEL_DBFS, key=lambda name: LEVEL_DBFS[name]) == "thinking"
    assert max(LEVEL_DBFS, key=lambda name: LEVEL_DBFS[name]) == "timer"


@pytest.mark.parametrize("name", NOTES)
@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
def test_it_is_short_as_loud_as_it_should_be_and_without_clicks(name: str, rate: int) -> None:
    sound = earcon(name, rate)
    level = np.abs(sound.pcm.astype(np.int32))
    peak_dbfs = 20 * np.log10(level.max() / 32767)
    assert 0.1 < sound.seconds < (1.5 if name == "timer" else 0.5)
    assert LEVEL_DBFS[name] - 4 < peak_dbfs <= LEVEL_DBFS[name]
    assert level[0] == 0
    assert level[-1] < 200
