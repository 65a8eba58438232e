"""`assistant eval` from the command line, with engines that look at the samples."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from assistant.audio import quiet, wav
from assistant.audio.types import RATE, Cancelled, Frame, Pcm
from assistant.commands import endpoint, evaluate, measuring
from assistant.config import Settings
from assistant.errors import AssistantError, InputError
from assistant.llm import Message
from assistant.stt import Transcript
from assistant.wake import Detection
from models.store import Store


class Ears:
    """All engines: loud is voice and wake word; every utterance is "set a timer"."""

    def __init__(self, answer: Callable[[Frame], Any]) -> None:
        self.push = answer

    def reset(self) -> None:
        pass

    def transcribe(self, pcm: Pcm, cancelled: Cancelled) -> Transcript:
        return Transcript("Set a timer.")

    def probability(self, pcm: Pcm) -> float:
        return 0.8

    def ends(self, messages: Sequence[Message], cancelled: Cancelled) -> float | None:
        return 0.5

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def loudness(frame: Frame) -> float:
    return min(1.0, float(np.abs(frame.pcm.astype(np.int32)).mean()) / 10_000)


def detection(frame: Frame) -> Detection:
    return Detection("alexa", loudness(frame), frame.end)


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """Fake engines in place; the list tells which were loaded with which settings."""
    calls: list[tuple[str, Any]] = []

    def load(role: str, settings: Any, model: Callable[[str], Path]) -> Ears:
        calls.append((role, settings))
        return Ears(detection if role == "wake" else loudness)

    def load_role(role: str, settings: Settings, store: Store) -> Ears | None:
        if role == "turn" and settings.turn.engine == "none":
            return None
        return load(role, getattr(settings, role), store.path)

    monkeypatch.setattr(evaluate, "load_engine", load)
    monkeypatch.setattr(endpoint, "load_engine", load_role)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")
    return calls


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two spoken requests, one wake word, ten seconds of noise."""
    loud = np.full(RATE, 9_000, np.int16)
    spoken = np.concatenate([quiet.noise(0.5, -60), loud])
    for name, pcm in {"a": spoken, "b": spoken, "w": spoken, "n": quiet.noise(10, -60)}.items():
        wav.write(tmp_path / f"{name}.wav", pcm)
    rows = [
        {"file": "a.wav", "set": "home", "text": "set a timer", "speech_end_s": 1.5},
        {"file": "b.wav", "set": "home", "text": "set two timers", "speaker": "x"},
        {"file": "w.wav", "set": "wake", "text": "alexa", "lang": "en", "seconds": 1.5},
        {"file": "n.wav", "set": "quiet", "text": None, "label": "noise: rain"},
    ]
    path = tmp_path / "manifest.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(evaluate.app, [str(one) for one in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def run_json(*arguments: object) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return parsed


def test_stt(corpus: Path, loaded: list[tuple[str, Any]]) -> None:
    made = run_json("stt", corpus, "--set", "home", "--model", "m", "--threads", 3, "--worst", 5)
    ((role, settings),) = loaded
    assert (role, settings.model, settings.threads) == ("stt", "m", 3)
    home = made["result"]["sets"]["home"]
    assert (home["words"], home["substitutions"]) == (6, 2)
    assert home["wer"] == pytest.approx(2 / 6)
    assert [one["heard"] for one in made["result"]["worst"]] == ["set a timer"]
    assert "EnglishTextNormalizer" in made["settings"]["normalizer"]


def test_every_report_says_on_what_and_where_it_was_measured(
    corpus: Path, loaded: list[tuple[str, Any]]
) -> None:
    made = run_json("stt", corpus, "--language", "fr")
    assert made["kind"] == "stt"
    assert made["date"].endswith("+00:00")
    assert made["dataset"]["rows"] == 4
    assert made["dataset"]["used_by_set"] == {"home": 2, "quiet": 1}
    assert made["dataset"]["skipped"] == {"other language than fr": 1}
    assert len(made["dataset"]["sha256"]) == 64
    assert made["machine"]["cores"] >= 1
    assert made["machine"]["packages"]["numpy"] == np.__version__
    assert made["settings"]["language"] == "fr"
    assert made["result"]["total"]["hallucinated"] == 2


def test_wake(corpus: Path, loaded: list[tuple[str, Any]]) -> None:
    made = run_json("wake", corpus, "--phrase", "alexa", "--threshold", 0.7)
    ((_, settings),) = loaded
    assert (settings.phrases, settings.refractory_s) == (("alexa",), 0)
    assert settings.threshold < 1e-3
    result = made["result"]
    assert (result["positives"], result["negatives"]) == (1, 3)
    assert result["negative_seconds"] == 13
    assert made["settings"]["threshold"] == 0.7
    # The two loud requests fire too.
    assert (result["chosen"]["missed"], result["chosen"]["false_accepts"]) == (0, 2)


def test_wake_uses_the_thresholds_of_the_configuration(
    corpus: Path, loaded: list[tuple[str, Any]], tmp_path: Path
) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text("[wake]\nthresholds = {alexa = 0.95}\nrefractory_s = 1.0\n")
    made = run_json("wake", corpus, "--phrase", "alexa", "--config", settings)
    assert made["settings"]["threshold"] == 0.95
    assert made["settings"]["refractory_s"] == 1.0
    assert made["result"]["chosen"]["missed"] == 1


def test_endpoint(corpus: Path, loaded: list[tuple[str, Any]]) -> None:
    made = run_json("endpoint", corpus)
    assert sorted(role for role, _ in loaded) == ["llm", "stt", "turn", "vad"]
    assert made["dataset"]["skipped"] == {"nobody is known to speak": 1}
    chosen = made["result"]["chosen_timer"]
    assert (chosen["cut_off"], chosen["undecided"]) == (0, 0)
    assert chosen["delay_p50_s"] == pytest.approx(chosen["silence_s"], abs=0.033)


def test_a_pause_in_each_recording_and_half_of_the_speakers(
    corpus: Path, loaded: list[tuple[str, Any]]
) -> None:
    made = run_json("endpoint", corpus, "--hesitate")
    timers = {one["silence_s"]: one["cut_off"] for one in made["result"]["timers"]}
    assert timers[0.2] == 3
    assert timers[1.6] == 0
    assert made["settings"]["hesitate_s"] == [0.3, 1.0]
    used = [run_json("endpoint", corpus, "--half", half) for half in ("tune", "report")]
    assert sum(one["dataset"]["used"] for one in used) == 3


def test_endpoint_without_a_turn_detector(
    corpus: Path, loaded: list[tuple[str, Any]], tmp_path: Path
) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text('[turn]\nengine = "none"\n')
    made = run_json("endpoint", corpus, "--config", settings)
    assert sorted(role for role, _ in loaded) == ["llm", "stt", "vad"]
    assert made["result"]["turn_detector"] == []


@pytest.mark.parametrize(
    "arguments", [("stt", "--worst", "3"), ("wake", "--phrase", "alexa"), ("endpoint",)]
)
def test_people_get_tables_and_a_picture(
    corpus: Path, loaded: list[tuple[str, Any]], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    command, *options = arguments
    picture = tmp_path / "x.png"
    shown = run(command, corpus, *options, "--plot", picture)
    assert "95" in shown
    assert "SHA-256" in shown
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_picture_of_recordings_without_speech(
    corpus: Path, loaded: list[tuple[str, Any]], tmp_path: Path
) -> None:
    run("stt", corpus, "--set", "quiet", "--plot", tmp_path / "x.png")
    assert (tmp_path / "x.png").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("stt", "absent.jsonl"), "absent.jsonl cannot be read"),
        (("stt", "MANIFEST", "--set", "z"), "no set 'z'"),
        (("stt", "MANIFEST", "--set", "home", "--plot", "x.pdf"), "PNG"),
        (("stt", "MANIFEST", "--set", "home", "--plot", "/absent/x.png"), "existing folder"),
        (("stt", "MANIFEST", "--threads", "0"), "--threads: "),
        (("stt", "MANIFEST", "--config", "absent.toml"), "absent.toml"),
        (("wake", "MANIFEST", "--phrase", "hey_jarvis"), "with and without 'hey jarvis'"),
        (("wake", "MANIFEST", "--phrase", "alexa", "--threshold", "1.5"), "--threshold: "),
        (("endpoint", "MANIFEST", "--set", "quiet"), "nobody is known to speak"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_sentence(
    corpus: Path, loaded: list[tuple[str, Any]], arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(AssistantError) as refused:
        run(*(str(corpus) if one == "MANIFEST" else one for one in arguments))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert loaded == []


def test_a_recording_that_went_bad_is_named(corpus: Path, loaded: list[tuple[str, Any]]) -> None:
    (corpus.parent / "b.wav").write_bytes(b"no longer audio")
    with pytest.raises(InputError, match=r"b\.wav is not usable audio"):
        run("stt", corpus)


def test_a_figure_that_is_not_a_number_never_reaches_json(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = measuring.Measuring(corpus, None, None, None)
    with pytest.raises(ValueError, match="JSON"):
        made.finish("stt", {}, {"wer": float("nan")}, as_json=True)
    assert capsys.readouterr().out == ""
