"""The configuration: every mistake is one sentence that says where."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import THREADS, Settings, load, threads_of, where_stated
from assistant.errors import ConfigError
from hw import board
from hw.profile import Threads

TWO_CORES = Threads(stt=2, turn=1, llm=2, prompt=2, tts=2)
"""What the fields' own defaults suit."""


def read(tmp_path: Path, text: str, threads: Threads = TWO_CORES, **environment: str) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return load(path, environment, threads, promoted={})


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Settings()


def test_threads_are_the_boards_unless_they_are_written_down(tmp_path: Path) -> None:
    profile = Threads(stt=5, turn=1, llm=3, prompt=4, tts=2)
    assert threads_of(read(tmp_path, "", profile)) == profile
    written = read(
        tmp_path,
        '[stt]\nthreads = 1\n[llm]\nthreads = "auto"\n[tts]\nspeed = 1.1\n',
        profile,
        ASSISTANT_TTS__THREADS="7",
        ASSISTANT_LLM__PROMPT_THREADS="auto",
    )
    assert threads_of(written) == profile.model_copy(update={"stt": 1, "tts": 7})


def test_every_number_of_threads_may_be_the_boards() -> None:
    sections = {
        (section, key)
        for section in Settings.model_fields
        for key in getattr(Settings(), section).model_dump()
        if key.endswith("threads")
    }
    assert sections == set(THREADS)
    assert set(THREADS.values()) == set(Threads.model_fields)


def test_it_is_known_where_a_setting_is_stated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[tts]\n[stt]\nthreads = 2\nmodel = "x"\n[wake.models]\nalexa = "y"\n')
    assert where_stated(("stt", "model"), path, {}) == f"{path}, line 4"
    assert where_stated(("wake", "models", "alexa"), path, {}) == f"{path}, line 6"
    assert where_stated(("tts", "voice"), path, {}) is None
    assert where_stated(("llm", "model"), path, {}) is None
    monkeypatch.setenv("ASSISTANT_STT__MODEL", "z")
    assert where_stated(("stt", "model"), path) == "ASSISTANT_STT__MODEL"


def test_without_being_told_it_is_this_board(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.touch()
    assert threads_of(load(path, {}, promoted={})) == board.here().threads


def test_file_then_environment(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        '[stt]\nmodel = "whisper-base-q8_0"\nthreads = 3\n',
        ASSISTANT_STT__THREADS="4",
        ASSISTANT_TTS__VOICE="en_GB-alba-medium",
        ASSISTANT_WAKE__PHRASES='["alexa"]',
        ASSISTANT_DATA_DIR="/somewhere",
    )
    assert settings.stt.model == "whisper-base-q8_0"
    assert settings.stt.threads == 4
    assert settings.tts.voice == "en_GB-alba-medium"
    assert settings.wake.phrases == ("alexa",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[stt]\n\nmodle = 'x'", ["line 3", "unknown key stt.modle", "model"]),
        ("[speech]\nmodel = 'x'", ["line 1", "unknown key speech", "stt"]),
        ("[stt]\nthreads = 'many'", ["line 2", "stt.threads", "integer", 'or write "auto"']),
        ("[turn]\nthreads = 0", ["line 2", "turn.threads", "greater than or equal to 1"]),
        ("[llm]\nmax_tokens = 'auto'", ["line 2", "llm.max_tokens", "integer"]),
        ("stt = 3", ["line 1", "stt"]),
        ("[stt]\nthreads = 0", ["line 2", "stt.threads", "greater than or equal to 1"]),
        ("[endpointing]\npause_s = 3\nstop_s = 1", ["line 1", "pause_s must not be larger"]),
        ("[llm]\nmax_tokens = 1000", ["line 1", "max_tokens must not be more than half"]),
        ("[wake]\nrefractory_s = inf", ["line 2", "wake.refractory_s"]),
        ("x = " + "[" * 5000, ["too deeply"]),
        ("[conversation]\nsilence_s = 4", ["conversation.silence_s", "endpointing.stop_s"]),
        ("[stt", ["not valid TOML"]),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, text: str, says: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    message = str(caught.value)
    assert "config.toml" in message
    assert "\n" not in message
    for part in says:
        assert part in message


def test_a_mistake_in_the_environment_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_STT__THREADS", "0")
    with pytest.raises(ConfigError, match=r"^ASSISTANT_STT__THREADS: stt\.threads"):
        load(None)


def test_a_variable_with_one_underscore_is_not_ignored() -> None:
    with pytest.raises(ConfigError, match="did you mean ASSISTANT_STT__MODEL"):
        load(None, {"ASSISTANT_STT_MODEL": "whisper-base-q8_0"})
    load(None, {"ASSISTANT_DATA_DIR": "/x", "ASSISTANTS": "2"})


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "missing.toml", {})


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(path, {})
    path.write_bytes(b"#" * 2_000_000)
    with pytest.raises(ConfigError, match="too large"):
        load(path, {})


@given(st.text(max_size=200))
def test_any_text_is_settings_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode("utf-8", errors="replace"))
    assert "any.toml" in (_complaint(path) or "any.toml")


def _complaint(path: Path) -> str | None:
    try:
        load(path, {})
    except ConfigError as error:
        return str(error)
    return None
