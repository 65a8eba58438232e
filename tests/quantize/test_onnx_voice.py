"""A Piper voice is taken if it fits its settings and speaks; else a sentence says what is wrong."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import ModelProto
from typer.testing import CliRunner, Result

from assistant.engines.voice_parts import is_prepared
from assistant.errors import AssistantError, InputError, ModelError
from tests.quantize.toy_graphs import head, toy_voice_settings, voice, write_voice
from tools.quantize import provenance
from tools.quantize.cli import app
from tools.quantize.fuzz import tiny
from tools.quantize.onnx_models import graph, voice_settings, voices


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, ["convert", "voice", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def parsed(folder: Path, found: Any) -> voice_settings.VoiceSettings:
    path = folder / "settings.json"
    path.write_text(json.dumps(found))
    return voice_settings.read(path)


def test_a_voice_is_copied_cut_and_accounted_for(tmp_path: Path) -> None:
    path, out = write_voice(tmp_path), tmp_path / "out"
    config = path.with_name("toy.onnx.json").rename(tmp_path / "config.json")
    result = run(path, "--config", config, "--name", "en_GB-toy", "--out", out, "--json")
    told = json.loads(result.stdout)
    assert told["in_pieces"]
    assert told["sample_rate"] == 8_000
    assert told["seconds"] > 1
    stages = ["", ".decoder", ".flow", ".front", ".json", ".parts.json", ".provenance.json"]
    assert sorted(each.name for each in out.iterdir()) == [f"en_GB-toy.onnx{x}" for x in stages]
    made = out / "en_GB-toy.onnx"
    assert made.read_bytes() == path.read_bytes()
    assert is_prepared(made)
    assert [each.name for each in provenance.read(made).sources] == ["toy.onnx", "config.json"]


def test_a_voice_that_is_there_is_only_replaced_if_told(tmp_path: Path) -> None:
    path, out = write_voice(tmp_path), tmp_path / "out"
    run(path, "--out", out)
    with pytest.raises(InputError, match=r"is there already.*--force"):
        run(path, "--out", out)
    assert "Cut into stages" in run(path, "--out", out, "--force").stdout
    assert not [each for each in out.iterdir() if each.name.startswith(".")]


def test_a_voice_that_cannot_be_cut_is_kept_and_says_why(tmp_path: Path) -> None:
    model = voice()
    for node in model.graph.node:
        for number, name in enumerate(node.input):
            node.input[number] = name.replace("flow.flows", "other.flows")
    for weight in model.graph.initializer:
        weight.name = weight.name.replace("flow.flows", "other.flows")
    result = run(write_voice(tmp_path, model), "--out", tmp_path / "out")
    assert "only when all of it is computed: it cannot be cut: the graph has no flow" in (
        result.stdout
    )


def test_a_voice_of_several_speakers(tmp_path: Path) -> None:
    path = write_voice(tmp_path, voice(speaker=True), num_speakers=3, default_speaker_id=2)
    told = json.loads(run(path, "--out", tmp_path / "out", "--json").stdout)
    assert told["speakers"] == 3


WRONG: dict[str, dict[str, Any]] = {
    "phoneme_type is 'pinyin'": {"phoneme_type": "pinyin"},
    "num_symbols is missing": {"num_symbols": None},
    "num_symbols is '40', not a whole": {"num_symbols": "40"},
    "num_speakers is 0": {"num_speakers": 0},
    "num_speakers is True": {"num_speakers": True},
    "audio is missing": {"audio": None},
    "audio.sample_rate is 4": {"audio": {"sample_rate": 4}},
    "espeak.voice is missing": {"espeak": {}},
    "phoneme_id_map is missing": {"phoneme_id_map": []},
    "'_' has no list": {"phoneme_id_map": {"_": 0}},
    "'_' has no list of": {"phoneme_id_map": {"_": [True]}},
    "'a' is 40, but num_symbols is 40": {
        "phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [3, 40]}
    },
    r"has no '\^', which": {"phoneme_id_map": {"_": [0], "$": [2]}},
    "speaker_id_map names": {"speaker_id_map": {"granny": 1}},
    "default_speaker_id is 1": {"default_speaker_id": 1},
    "inference.length_scale is 0": {"inference": {"length_scale": 0}},
    "inference.noise_w is nan": {"inference": {"noise_w": float("nan")}},
    "inference.noise_scale is 'much'": {"inference": {"noise_scale": "much"}},
}


@pytest.mark.parametrize("what", WRONG)
def test_settings_that_are_wrong(tmp_path: Path, what: str) -> None:
    found = {
        name: value
        for name, value in (toy_voice_settings() | WRONG[what]).items()
        if value is not None
    }
    with pytest.raises(ModelError, match=what):
        parsed(tmp_path, found)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(list(toy_voice_settings())), inner, max_size=4)
        ),
    )
)
def test_settings_from_anywhere_are_taken_or_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, found: Any
) -> None:
    whole = toy_voice_settings() | found if isinstance(found, dict) else found
    try:
        settings = parsed(tmp_path_factory.getbasetemp(), whole)
    except ModelError as error:
        said = str(error)
    else:
        assert settings.highest_id < settings.symbols
        return
    assert said.endswith(": correct the settings of the voice.")


@pytest.mark.parametrize(
    ("model", "settings", "what"),
    [
        (head(), {}, "no Piper voice: it takes x"),
        (voice(speaker=True), {}, "takes a speaker .* num_speakers 1"),
        (voice(), {"num_speakers": 4}, "does not take a speaker .* num_speakers 4"),
        (voice(symbols=10), {}, "knows 10 phonemes, but its settings have 33"),
    ],
)
def test_a_graph_that_does_not_fit(
    tmp_path: Path, model: ModelProto, settings: dict[str, Any], what: str
) -> None:
    with pytest.raises(ModelError, match=what):
        run(write_voice(tmp_path, model, **settings), "--out", tmp_path / "out")
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize(
    ("loudness", "what"), [(0.0, "is silence"), (300.0, "clipped|which is noise")]
)
def test_a_voice_that_does_not_speak(tmp_path: Path, loudness: float, what: str) -> None:
    with pytest.raises(ModelError, match=rf"^toy\.onnx does not speak well: .*({what})"):
        run(write_voice(tmp_path, voice(loudness)), "--out", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("samples", "faults"),
    [
        (np.sin(np.arange(8_000)) * 0.1, 0),
        (np.full(8_000, np.nan), 1),
        (np.zeros(0), 1),
        (np.sin(np.arange(100)) * 0.1, 1),
        (np.sin(np.arange(80_000)) * 0.1, 1),
        (np.sin(np.arange(8_000)) * 1.3, 1),
    ],
)
def test_what_sounds_like_speech(samples: np.ndarray, faults: int) -> None:
    assert len(voices.judged(samples, 8_000, 10)[1]) >= faults
    assert bool(voices.judged(samples, 8_000, 10)[1]) == bool(faults)


def test_a_language_that_espeak_does_not_know(tmp_path: Path) -> None:
    found = toy_voice_settings(phoneme_type="espeak", espeak={"voice": "xx-nowhere"})
    with pytest.raises(ModelError, match=r"no voice 'xx-nowhere'.*espeak\.voice"):
        voices.ids(parsed(tmp_path, found), "Hello.")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"no model", "is no model file"),
        (b"\x08\x08", "is not an ONNX model"),
        (b"\xff" * 100, "is no model file"),
        (tiny.safetensors(), "is a file of safetensors, and no ONNX file"),
    ],
)
def test_what_is_no_onnx_file(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(content)
    with pytest.raises(AssistantError, match=what):
        graph.read(path)


def test_weights_in_other_files_are_refused(tmp_path: Path) -> None:
    model = voice()
    weight = model.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = weight.EXTERNAL
    weight.external_data.add(key="location", value="../../secret")
    with pytest.raises(ModelError, match=r"keeps the tensor 'emb\.weight' in another file"):
        run(write_voice(tmp_path, model), "--out", tmp_path / "out")


def test_names_stay_in_the_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no name for a voice"):
        run(write_voice(tmp_path), "--name", "../up", "--out", tmp_path / "out")


@pytest.mark.models
def test_the_voice_of_the_catalog(model: Any, tmp_path: Path) -> None:
    told = json.loads(run(model("en_US-joe-medium"), "--out", tmp_path, "--json").stdout)
    assert told["in_pieces"]
    assert 2 < told["seconds"] < 6
