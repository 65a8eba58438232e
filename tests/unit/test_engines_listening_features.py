"""openWakeWord's two shared graphs, computed another way: the numbers stay those of the files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.engines.mel_spectrogram import OVERLAP, MelSpectrogram
from assistant.engines.onnx import session
from assistant.engines.speech_embedding import BINS, SIZE, STEP, WINDOW, SpeechEmbedding
from assistant.engines.streaming import streaming
from assistant.errors import ModelError
from models.protobuf import field
from tests.contracts.fakes_listening import recording

ModelPath = Callable[[str], Path]
HOP = 1_280


@pytest.fixture
def mel_file(model: ModelPath) -> Path:
    return model("openwakeword-features")


@pytest.fixture
def embedding_file(mel_file: Path) -> Path:
    return mel_file.with_name("embedding_model.onnx")


def _rows(count: int) -> NDArray[np.float32]:
    """Mel frames as they come: about 0 to 3, correlated over time."""
    steps = np.random.default_rng(1).normal(0, 0.3, (count, BINS))
    return np.abs(np.cumsum(steps, axis=0) % 6 - 3).astype(np.float32)


@pytest.mark.models
def test_embeddings_are_those_of_the_whole_window(embedding_file: Path) -> None:
    whole, stepwise = session(embedding_file, 1), SpeechEmbedding(embedding_file)
    rows = _rows(400)
    found = [stepwise.push(rows[i : i + STEP]).copy() for i in range(0, len(rows), STEP)]
    for step in range(WINDOW // STEP, len(found)):
        end = (step + 1) * STEP
        window = rows[end - WINDOW : end].reshape(1, WINDOW, BINS, 1)
        expected = whole.run(None, {"input_1": window})[0].reshape(SIZE)
        assert np.abs(found[step] - expected).max() < 1e-4
    assert np.abs(found[-1] - found[-2]).max() > 1  # or the comparison was of nothing


@pytest.mark.models
def test_a_state_can_be_gone_back_to(embedding_file: Path) -> None:
    embedding, rows = SpeechEmbedding(embedding_file), _rows(40)
    for turns in (2, 3):
        for _ in range(turns):
            embedding.push(rows[:STEP])
        state = embedding.state()
        first = embedding.push(rows[STEP : 2 * STEP]).copy()
        embedding.push(rows[-STEP:])
        embedding.restore(state)
        assert np.array_equal(embedding.push(rows[STEP : 2 * STEP]), first)


@pytest.mark.models
def test_the_mel_spectrogram_is_that_of_the_file(mel_file: Path) -> None:
    graph, ours = session(mel_file, 1), MelSpectrogram(mel_file, HOP)
    clips = [recording(name) for name in ("alexa_100", "wyoming_hey_mycroft")]
    pcm = np.concatenate([*clips, np.zeros(4_000, np.int16), clips[0] // 300])
    padded = np.concatenate([np.zeros(OVERLAP, np.float32), pcm.astype(np.float32)])
    for i in range(0, len(pcm) - HOP, HOP):
        [[[expected]]] = graph.run(None, {"input": padded[None, i : i + HOP + OVERLAP]})
        found = ours.push(pcm[i : i + HOP])
        assert found.shape == (STEP, BINS)
        assert np.abs(found - expected).max() < 5e-3  # decibels


@pytest.mark.models
def test_another_network_is_refused(model: ModelPath, embedding_file: Path) -> None:
    for path in (model("openwakeword-features"), model("alexa")):
        with pytest.raises(ModelError, match="is damaged"):
            SpeechEmbedding(path)
    with pytest.raises(ModelError, match="is damaged"):
        MelSpectrogram(embedding_file, HOP)
    with pytest.raises(ValueError, match="a pooling does not fit the step"):
        streaming(embedding_file.read_bytes(), 12, BINS)


@pytest.mark.models
@pytest.mark.parametrize("kept", [0, 100, 5_000, 300_000])
def test_a_file_cut_short_is_refused(kept: int, embedding_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.onnx"
    path.write_bytes(embedding_file.read_bytes()[:kept])
    with pytest.raises(ModelError, match=r"short\.onnx is damaged"):
        SpeechEmbedding(path)
    with pytest.raises(ModelError, match=r"short\.onnx is damaged"):
        MelSpectrogram(path, HOP)


def test_a_missing_file_names_the_fix(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is missing; run `assistant models pull`"):
        SpeechEmbedding(tmp_path / "absent.onnx")
    with pytest.raises(ModelError, match="is missing; run `assistant models pull`"):
        MelSpectrogram(tmp_path / "absent.onnx", HOP)


@given(st.binary(max_size=60))
def test_rubbish_is_refused(data: bytes) -> None:
    for content in (data, field(7, data), field(7, field(1, data))):
        with pytest.raises((ValueError, LookupError)):
            streaming(content, STEP, BINS)
