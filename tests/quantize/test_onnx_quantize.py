"""Smaller versions of ONNX models: written if the assistant takes them, not if known to hurt."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from onnx import ModelProto, TensorProto, helper, numpy_helper
from typer.testing import CliRunner, Result

from assistant.audio import wav
from assistant.engines.voice_parts import is_prepared, open_parts
from assistant.errors import InputError, ModelError
from models.storage import sha256
from tests.quantize.toy_graphs import head, voice, write_voice
from tools.quantize import provenance
from tools.quantize.cli import app
from tools.quantize.onnx_models import graph, harms
from tools.quantize.onnx_models.families import family
from tools.quantize.onnx_models.heads import FeatureFiles, try_to_hear
from tools.quantize.onnx_models.quantizer import quantized
from tools.quantize.onnx_models.recipe import TARGETS, Recipe
from tools.quantize.onnx_models.stored import rounded_by_channel
from tools.quantize.onnx_models.voices import Inputs

AUDIO = Path(__file__).parents[1] / "audio"


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, ["quantize", "onnx", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def scores(model: ModelProto, given: np.ndarray) -> np.ndarray:
    opened = onnxruntime.InferenceSession(model.SerializeToString())
    found: np.ndarray = opened.run(None, {opened.get_inputs()[0].name: given})[0]
    return found


def windows(count: int = 20) -> Iterator[Inputs]:
    some = np.random.default_rng(1)
    for _ in range(count):
        yield {"x": some.normal(0, 10, (1, 16, 96)).astype(np.float32)}


# --- every version of a small model ---------------------------------------------------------------

OPERATORS = {
    "int8-dynamic": "MatMulInteger",
    "int8-static": "QuantizeLinear",
    "float16": "Cast",
    "float16-weights": "Cast",
    "int8-weights": "Mul",
}


@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("per_channel", [False, True])
def test_a_version_is_smaller_and_scores_alike(to: str, per_channel: bool) -> None:
    model = head(bias=0)
    before = model.SerializeToString()
    recipe = Recipe.model_validate({"to": to, "per_channel": per_channel})
    made = quantized(model, recipe, "toy", windows())
    assert model.SerializeToString() == before
    assert OPERATORS[to] in graph.summary(made, 0).operators
    assert made.ByteSize() < model.ByteSize() * (0.6 if "float16" in to else 0.4)
    [given] = list(windows(1))
    assert abs(scores(made, given["x"]) - scores(model, given["x"])).max() < 0.02
    assert graph.dtype(made.graph.input[0]) == graph.dtype(made.graph.output[0]) == "float32"


@pytest.mark.parametrize("method", ["entropy", "percentile"])
def test_ranges_from_histograms(method: str) -> None:
    recipe = Recipe.model_validate({"to": "int8-static", "method": method})
    made = quantized(head(bias=0), recipe, "toy", windows())
    [given] = list(windows(1))
    assert abs(scores(made, given["x"]) - scores(head(bias=0), given["x"])).max() < 0.05


def test_weights_inside_of_nodes_are_kept_smaller_too() -> None:
    def branch(name: str) -> Any:
        weight = numpy_helper.from_array(np.full((32, 16), 0.1, np.float32), f"{name}.w")
        node = helper.make_node("MatMul", ["x", f"{name}.w"], [f"{name}.y"])
        gives = helper.make_tensor_value_info(f"{name}.y", TensorProto.FLOAT, [1, 16])
        return helper.make_graph([node], name, [], [gives], [weight])

    nodes = [
        helper.make_node("Constant", [], ["yes"], value=numpy_helper.from_array(np.array(True))),
        helper.make_node("If", ["yes"], ["y"], then_branch=branch("a"), else_branch=branch("b")),
    ]
    takes = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 32])
    gives = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 16])
    model = helper.make_model(
        helper.make_graph(nodes, "g", [takes], [gives]),
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
    )
    for to in ("float16-weights", "int8-weights"):
        made = quantized(model, Recipe.model_validate({"to": to}), "toy")
        assert scores(made, np.ones((1, 32), np.float32)) == pytest.approx(3.2, abs=0.01)


@given(
    arrays(
        np.float32,
        array_shapes(min_dims=2, max_dims=3, max_side=5),
        elements=st.floats(-1e3, 1e3, width=32),
    ),
    st.integers(-1, 1),
)
def test_no_number_is_off_by_more_than_half_a_step(weight: np.ndarray, axis: int) -> None:
    rounded, scale = rounded_by_channel(weight, axis)
    assert scale.size == weight.shape[axis]
    assert (np.abs(rounded * scale - weight) <= scale * 0.5001 + 1e-6).all()


# --- what is left out -----------------------------------------------------------------------------


_ALL = ("Gemm", "MatMul", "Relu", "Sigmoid", "Flatten")


@pytest.mark.parametrize("to", TARGETS)
def test_operators_that_are_left_out(to: str) -> None:
    recipe = Recipe.model_validate({"to": to, "exclude_ops": _ALL})
    with pytest.raises(ModelError, match=f"Nothing in toy can be quantized to {to}"):
        quantized(head(), recipe, "toy", windows())


def test_one_of_two_layers_left_out() -> None:
    model = head()
    graph.named(model)
    second = [node.name for node in model.graph.node if node.op_type == "Gemm"][1]
    for to in TARGETS:
        recipe = Recipe.model_validate({"to": to, "exclude_nodes": (second,)})
        made = quantized(model, recipe, "toy", windows())
        kept = {each.name: each.data_type for each in made.graph.initializer}
        assert kept["w2"] == TensorProto.FLOAT, to
        assert "w1" not in kept or kept["w1"] != TensorProto.FLOAT, to


def test_nodes_that_are_left_out() -> None:
    model = voice()
    graph.named(model)
    decoder = harms.decoder_nodes(model)
    kinds = {node.op_type for node in model.graph.node if node.name in decoder}
    assert kinds == {"Conv", "LeakyRelu", "ConvTranspose", "Tanh"}
    assert harms.excluded_nodes(model, ["/dec/*"]) == {"/dec/post"}
    assert len(harms.excluded_nodes(model, ["flow"])) == 1
    with pytest.raises(InputError, match=r"is called 'nobody': --list-nodes"):
        harms.excluded_nodes(model, ["nobody"])
    recipe = Recipe(to="int8-dynamic", exclude_nodes=("decoder",))
    made = quantized(model, recipe, "toy")
    names = {weight.name for weight in made.graph.initializer}
    assert {"dec.conv_pre.weight", "dec.ups.0.weight"} <= names
    assert "flow.flows.0.pre.weight" not in names


def test_a_list_of_all_nodes(tmp_path: Path) -> None:
    listed = run(write_voice(tmp_path), "--list-nodes").stdout.splitlines()
    assert "/dec/post\tConv" in listed
    assert len(listed) == len(voice().graph.node)


# --- what is refused ------------------------------------------------------------------------------


def forbidden(to: str, model: ModelProto, **options: Any) -> list[str]:
    graph.named(model)
    recipe = Recipe.model_validate({"to": to} | options)
    return list(harms.harms(model, family(model), recipe))


def test_what_is_known_to_hurt_a_voice() -> None:
    assert "ConvTranspose" in forbidden("int8-static", voice())[0]
    assert "decoder in int8" in forbidden("int8-dynamic", voice())[0]
    partly = forbidden("int8-static", voice(), exclude_ops=("ConvTranspose",))
    assert "decoder in int8" in partly[0]
    for to in ("int8-static", "int8-dynamic"):
        assert not forbidden(to, voice(), exclude_nodes=("decoder",))
        assert not forbidden(to, voice(), exclude_ops=("ConvTranspose", "Conv"))
        assert not forbidden(to, head())
    for to in ("float16", "float16-weights", "int8-weights"):
        assert not forbidden(to, voice())


def test_what_is_quantized_is_not_quantized_again(tmp_path: Path) -> None:
    for to in ("int8-dynamic", "int8-static", "int8-weights"):
        path = tmp_path / "toy.onnx"
        made = quantized(head(), Recipe.model_validate({"to": to}), "toy", windows())
        path.write_bytes(made.SerializeToString())
        with pytest.raises(ModelError, match=r"is quantized already.*float32 version"):
            run(path, "--to", "float16", "--force-known-bad", "--out-dir", tmp_path)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ([], "Say which versions to write: give some of int8-dynamic"),
        (["--to", "int4"], "'int4' is no version"),
        (["--to", "int8-static"], "needs examples.*--calibrate"),
        (["--to", "float16", "--method", "guess"], "'guess' is no method"),
        (["--to", "float16", "--exclude-node", "nobody"], "'nobody'"),
    ],
)
def test_options_that_are_wrong(tmp_path: Path, options: list[str], what: str) -> None:
    with pytest.raises(InputError, match=what):
        run(write_voice(tmp_path), *options, "--out-dir", tmp_path)


# --- from file to files ---------------------------------------------------------------------------


def test_versions_of_a_voice_speak_in_pieces(tmp_path: Path) -> None:
    path, out = write_voice(tmp_path), tmp_path / "out"
    result = run(path, "--to", "int8-weights, float16-weights", "--out-dir", out)
    assert "float16-weights" in result.stdout
    for to in ("int8-weights", "float16-weights"):
        made = out / f"toy-{to}.onnx"
        assert made.stat().st_size < path.stat().st_size
        assert is_prepared(made)
        assert open_parts(made, 1) is not None
        account = provenance.read(made)
        assert account.settings == {"to": to}
        assert account.sources[0].sha256 == sha256(path)
    with pytest.raises(InputError, match=r"is there already.*--force"):
        run(path, "--to", "float16-weights", "--out-dir", out)


def test_what_is_forced_is_written_and_says_what_is_wrong(tmp_path: Path) -> None:
    path, out = write_voice(tmp_path), tmp_path / "out"
    sentences = tmp_path / "sentences.txt"
    sentences.write_text("the kettle is on.\nyour timer is done.\n")
    wanted: list[str | Path] = [
        path,
        "--to",
        "int8-static",
        "--calibrate",
        sentences,
        "--out-dir",
        out,
    ]
    with pytest.raises(ModelError, match=r"toy\.onnx is not quantized to int8-static: .*force-kn"):
        run(*wanted)
    assert not out.exists()
    told = json.loads(run(*wanted, "--force-known-bad", "--json").stdout)
    [version] = told["versions"]
    assert (told["family"], version["to"]) == ("voice", "int8-static")
    assert version["operators"]["QuantizeLinear"] > 1
    assert "only when all of it is computed" in version["notes"][0]
    assert {each.name for each in provenance.read(Path(version["file"])).sources} == {
        "toy.onnx",
        "sentences.txt",
    }


def test_what_would_be_of_no_use_is_not_written(tmp_path: Path) -> None:
    model = voice()
    for weight in model.graph.initializer:  # beyond the largest number of float16
        if weight.name == "dec.conv_pre.weight":
            values = numpy_helper.to_array(weight) * np.float32(3e5)
            weight.CopyFrom(numpy_helper.from_array(values, weight.name))
    path, out = write_voice(tmp_path, model), tmp_path / "out"
    with pytest.raises(ModelError, match=r"As float16, toy\.onnx would be of no use") as told:
        run(path, "--to", "float16", "--out-dir", out)
    assert ".quantize-" not in str(told.value)
    assert not list(out.iterdir())


def test_recordings_do_not_calibrate_a_voice_nor_sentences_a_wake_word(tmp_path: Path) -> None:
    path = tmp_path / "head.onnx"
    onnx.save(head(), path)
    sentences = tmp_path / "sentences.txt"
    sentences.write_text("alexa\n")
    with pytest.raises(InputError, match="no manifest of recordings"):
        run(path, "--to", "int8-static", "--calibrate", sentences, "--out-dir", tmp_path)
    empty = tmp_path / "empty.txt"
    empty.write_text("\n\n")
    with pytest.raises(InputError, match="holds no sentence"):
        run(
            write_voice(tmp_path),
            "--to",
            "int8-static",
            "--calibrate",
            empty,
            "--out-dir",
            tmp_path,
            "--exclude-node",
            "decoder",
        )


# --- the models of the catalog --------------------------------------------------------------------


@pytest.mark.models
def test_a_wake_word_still_hears_its_phrase(model: Callable[[str], Path], tmp_path: Path) -> None:
    rows = [{"file": str(path)} for path in sorted(AUDIO.glob("*.flac"))[:6]]
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("\n".join(map(json.dumps, rows)))
    calibrate: list[str | Path] = ["--calibrate", manifest, "--out-dir", tmp_path]
    run(model("hey_jarvis"), "--to", "int8-static,int8-dynamic,int8-weights", *calibrate)
    features = FeatureFiles.beside(model("openwakeword-features"))
    said = [wav.read(AUDIO / "hey_jarvis_what_time_is_it.flac")]
    for path in sorted(tmp_path.glob("*.onnx")):
        assert try_to_hear(path, features, said).said[0] > 0.9
    assert len(list(tmp_path.glob("*.onnx"))) == 3


@pytest.mark.models
def test_detectors(model: Callable[[str], Path], tmp_path: Path) -> None:
    run(model("silero-vad"), "--to", "int8-dynamic", "--out-dir", tmp_path)
    smaller = tmp_path / "silero_vad-int8-dynamic.onnx"
    assert smaller.stat().st_size < model("silero-vad").stat().st_size / 2
    with pytest.raises(ModelError, match="quantized already"):
        run(model("smart-turn-v3.2"), "--to", "float16", "--out-dir", tmp_path)
    embedding = model("openwakeword-features").with_name("embedding_model.onnx")
    for path, what in ((embedding, "as a stream"), (model("openwakeword-features"), "filters")):
        with pytest.raises(ModelError, match=what):
            run(path, "--to", "int8-dynamic", "--out-dir", tmp_path)


@pytest.mark.models
def test_a_voice_of_a_quarter_of_the_size(model: Callable[[str], Path], tmp_path: Path) -> None:
    voice_file = model("en_US-joe-medium")
    run(voice_file, "--to", "int8-weights", "--out-dir", tmp_path)
    made = tmp_path / "en_US-joe-medium-int8-weights.onnx"
    assert made.stat().st_size < voice_file.stat().st_size / 3
    assert is_prepared(made)
