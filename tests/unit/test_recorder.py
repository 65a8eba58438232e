"""What the recorder keeps, and for how long."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.app import Assistant
from assistant.audio import wav
from assistant.audio.ring import Ring
from assistant.audio.types import FRAME, RATE, Frame
from assistant.audio.virtual import VirtualLoudspeaker, VirtualMicrophone
from assistant.clock import SkippingClock
from assistant.config import Settings
from assistant.errors import InputError
from assistant.events import Entered, Fact, VoiceStarted, WakeDetected
from assistant.listen import Endpointer, Listener
from assistant.parts import Engines
from assistant.recorder import Recorder
from assistant.transitions import State
from tests.fakes import FakeVoiceDetector, FakeWakeDetector
from tests.sim import Scene
from tests.system.test_threads import Llm, Stt, Tts, Turn

NOW = datetime(2026, 5, 4, 3, 2, 1)


def recorded(scene: Scene, folder: Path) -> list[Path]:
    """The folders of all turns of the scene."""
    clock = SkippingClock()
    parts = Engines(FakeWakeDetector(), FakeVoiceDetector(), Turn(), Stt(), Llm(), Tts())
    assistant = Assistant(Settings(), parts, clock, VirtualLoudspeaker(clock, RATE))
    moments = (NOW + timedelta(seconds=each) for each in range(1_000))
    recorder = Recorder(assistant.ring, folder, 7, lambda: next(moments))
    assistant.runtime.observe(recorder)
    idle = State.IDLE
    assistant.listen_to(
        VirtualMicrophone(scene.render(), clock, lambda: assistant.conversation.state is idle)
    )
    assistant.run()
    recorder.close()
    return sorted(folder.iterdir())


def events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


def listened(path: Path) -> list[Fact]:
    pcm = wav.read(path)
    listener = Listener(
        FakeWakeDetector(), FakeVoiceDetector(), Endpointer(Settings().endpointing, 0.5)
    )
    return [
        fact
        for start in range(0, len(pcm) - FRAME + 1, FRAME)
        for fact in listener.push(Frame(start, pcm[start : start + FRAME]))
    ]


def test_each_turn_is_kept_with_its_words_and_sounds(tmp_path: Path) -> None:
    scene = Scene().silence(6).wake().say("what time is it", 1.0).silence(8)
    turns = recorded(scene.wake().say("light on", 0.6).silence(6), tmp_path / "turns")
    assert len(turns) == 2
    rows = events(turns[0])
    assert {"WakeDetected", "Transcribed", "Play", "Entered"} <= {row["event"] for row in rows}
    assert any(row.get("text") == "what time is it" for row in rows)
    assert len(wav.read(turns[0] / "reply.wav")) == 0.8 * RATE
    assert turns[0].stat().st_mode & 0o077 == 0, "nobody else may listen"


def test_listening_to_the_recording_finds_the_same_facts_at_the_same_samples(
    tmp_path: Path,
) -> None:
    scene = Scene().silence(7.3).wake().say("set a timer", 0.8).silence(0.4).say("for ten", 0.5)
    [turn] = recorded(scene.silence(8), tmp_path / "turns")
    kept = [
        (row["event"], row["at"])
        for row in events(turn)
        if row["event"] in ("WakeDetected", "VoicePaused", "VoiceResumed", "VoiceStopped")
    ]
    found = [
        (type(fact).__name__, fact.at)
        for fact in listened(turn / "request.wav")
        if not isinstance(fact, VoiceStarted)  # before the wake word, so not of this turn
    ]
    assert kept
    assert found[: len(kept)] == kept


def test_old_turns_are_deleted_and_nothing_else(tmp_path: Path) -> None:
    old, new = NOW - timedelta(days=8), NOW - timedelta(days=6)
    for each in (old, new):
        (tmp_path / each.strftime("%Y-%m-%dT%H-%M-%S.%f")).mkdir()
    (tmp_path / "2020-holiday").mkdir()
    Recorder(Ring(), tmp_path, 7, lambda: NOW).close()
    left = sorted(each.name for each in tmp_path.iterdir())
    assert left == ["2020-holiday", new.strftime("%Y-%m-%dT%H-%M-%S.%f")]


def test_a_folder_that_cannot_be_made_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"recorder\.folder"):
        Recorder(Ring(), tmp_path / "file" / "turns", 7, lambda: NOW)


def test_a_full_disk_costs_the_recording_and_nothing_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ring = Ring()
    ring.write(0, np.ones(RATE, np.int16))
    recorder = Recorder(ring, tmp_path / "turns", 7, lambda: NOW)
    recorder(0.0, WakeDetected("hey", 0.9, RATE // 2))
    recorder(0.0, Entered("listening"))
    (tmp_path / "turns" / NOW.strftime("%Y-%m-%dT%H-%M-%S.%f")).write_text("in the way")
    recorder(1.0, Entered("idle"))
    recorder.close()
    assert "could not be recorded" in caplog.text
