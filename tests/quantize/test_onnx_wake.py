"""A wake word is taken if the engine can use it and it keeps quiet where nothing is said."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto
from typer.testing import CliRunner, Result

from assistant.audio import wav
from assistant.audio.types import RATE
from assistant.engines import openwakeword
from assistant.errors import AssistantError, InputError, ModelError
from tests.quantize.toy_graphs import head, voice
from tools.quantize import provenance
from tools.quantize.cli import app
from tools.quantize.onnx_models import heads

AUDIO = Path(__file__).parents[1] / "audio"


class _Hiss:
    """Features that are the loudness of each hop, in place of two graphs of megabytes."""

    def __init__(self, melspectrogram: Path, embedding: Path, keep: int) -> None:
        self.latest = np.zeros((keep, 96), np.float32)

    def reset(self) -> None:
        self.latest[:] = 0

    def push(self, block: np.ndarray) -> None:
        self.latest = np.roll(self.latest, -1, axis=0)
        self.latest[-1] = np.abs(block).mean() / 1_000


@pytest.fixture
def hiss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openwakeword, "Features", _Hiss)
    monkeypatch.setattr(heads, "Features", _Hiss)


def written(folder: Path, model: ModelProto) -> Path:
    path = folder / "toy.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def run(*arguments: str | Path) -> Result:
    options = ["--features", "melspectrogram.onnx"]
    result = CliRunner().invoke(app, ["convert", "wake", *map(str, arguments), *options])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.usefixtures("hiss")
def test_a_wake_word_is_copied_and_accounted_for(tmp_path: Path) -> None:
    path, out = written(tmp_path, head()), tmp_path / "out" / "granny.onnx"
    told = json.loads(run(path, "--out", out, "--json").stdout)
    assert told["window"] == 16
    assert told["silence"] < 0.01
    assert not told["batch_fixed"]
    assert out.read_bytes() == path.read_bytes()
    assert provenance.read(out).command == "convert wake"
    with pytest.raises(InputError, match=r"is there already.*--force"):
        run(path, "--out", out)


@pytest.mark.usefixtures("hiss")
def test_a_free_number_of_examples_becomes_one(tmp_path: Path) -> None:
    out = tmp_path / "granny.onnx"
    result = run(written(tmp_path, head(batch="batch")), "--out", out)
    assert "Its number of examples was free, and is 1 now." in result.stdout
    assert heads.check_graph(onnx.load(out), "granny") == 16


@pytest.mark.parametrize(
    ("model", "what"),
    [
        (head(classes=7), "tells 7 classes apart.*a model for each phrase"),
        (head(size=97), "takes 1 x 16 x 97 and gives 1 x 1"),
        (head(window=300), "takes 1 x 300 x 96"),
        (voice(), "has 3 inputs and 1 outputs"),
    ],
)
def test_a_graph_that_the_engine_cannot_use(tmp_path: Path, model: ModelProto, what: str) -> None:
    out = tmp_path / "out.onnx"
    with pytest.raises(ModelError, match=what):
        run(written(tmp_path, model), "--out", out)
    assert not out.exists()


@pytest.mark.usefixtures("hiss")
@pytest.mark.parametrize(
    ("model", "what"),
    [
        (head(bias=1), "gives silence a score of 0.73.*wake the assistant all day"),
        (head(last="Identity"), "not one from 0 to 1: export it with its last sigmoid"),
        (head(bias=float("nan")), "gives a score of nan"),
    ],
)
def test_scores_that_make_no_sense(tmp_path: Path, model: ModelProto, what: str) -> None:
    with pytest.raises(ModelError, match=what):
        run(written(tmp_path, model), "--out", tmp_path / "out.onnx")


@pytest.mark.usefixtures("hiss")
def test_one_that_hears_only_noise(tmp_path: Path) -> None:
    model = head(bias=-4)
    for weight in model.graph.initializer:
        if weight.name in ("w1", "w2"):
            values = np.abs(onnx.numpy_helper.to_array(weight)) * 10
            weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))
    with pytest.raises(ModelError, match=r"gives noise a score of 1\.00"):
        run(written(tmp_path, model), "--out", tmp_path / "out.onnx")


@pytest.mark.usefixtures("hiss")
def test_one_that_does_not_hear_its_phrase(tmp_path: Path) -> None:
    said = tmp_path / "said.wav"
    wav.write(said, np.zeros(RATE, np.int16), RATE)
    with pytest.raises(ModelError, match=r"recording 1, in which its phrase is said, a score of"):
        run(written(tmp_path, head()), "--out", tmp_path / "out.onnx", "--said", said)


@pytest.mark.parametrize(
    ("opset", "what"),
    [
        (99, r"toy\.onnx has version 99 of the standard operators"),
        (28, r"does not open toy-out\.onnx \(operators of ONNX version 28\)"),
    ],
)
def test_operators_of_no_known_version(tmp_path: Path, opset: int, what: str) -> None:
    model = head()
    model.opset_import[0].version = opset
    with pytest.raises(AssistantError, match=what):
        run(written(tmp_path, model), "--out", tmp_path / "toy-out.onnx")


@pytest.mark.models
def test_a_wake_word_of_the_catalog(model: Callable[[str], Path], tmp_path: Path) -> None:
    out = tmp_path / "out.onnx"
    arguments = ["convert", "wake", str(model("alexa")), "--out", str(out)]
    result = CliRunner().invoke(
        app, [*arguments, "--said", str(AUDIO / "alexa_100.flac"), "--json"]
    )
    told = json.loads(result.stdout)
    assert told["said"][0] > 0.9
    with pytest.raises(ModelError, match="its phrase is said"):
        heads.try_to_hear(
            out,
            heads.FeatureFiles.beside(model("openwakeword-features")),
            [wav.read(AUDIO / "ohf_hey_mycroft_2.flac")],
        )
