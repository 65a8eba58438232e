"""ONNX: nothing outside the file, no size that does not fit, no operator of unknown origin."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.protobuf import field
from tests.quantize.damage import accepted, peak_bytes, refused, survives
from tools.quantize.fuzz.tiny import (
    OnnxTensor,
    onnx,
    onnx_graph_attribute,
    onnx_node,
    onnx_port,
    onnx_tensor_attribute,
)

_SMALL = onnx()
_GOOD = OnnxTensor("t", (2,), 1, struct.pack("<2f", 1, 2)).message()
_PLACE = field(13, field(1, "location") + field(2, "../../etc/passwd"))
_OUTSIDE = {
    "location": field(1, 2) + field(2, 1) + field(8, "t") + _PLACE + field(14, 1),
    "location without saying so": _GOOD + _PLACE,
    "saying so without location": _GOOD + field(14, 1),
    # Other readers keep the lower 32 bits of an enumeration.
    "in more bits": _GOOD + field(14, (1 << 32) + 1),
    "in a number of another kind": _GOOD + bytes([14 << 3 | 5]) + struct.pack("<I", 1),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("onnx") / "model.onnx"


def test_a_whole_file_is_described(path: Path) -> None:
    header = accepted(path, _SMALL)
    assert (header.format, header.architecture) == ("onnx", "network")
    assert header.quantisation == "float32, some bool"
    assert header.details["inputs"] == ("x float32 [1, 4]",)
    assert header.details["nodes"] == 6
    assert [each.name for each in header.tensors] == ["", "w", "c"]


def test_the_onnx_package_accepts_the_same(path: Path) -> None:
    onnx_package = pytest.importorskip("onnx")
    accepted(path, _SMALL)
    onnx_package.checker.check_model(str(path))


def _around(part: bytes) -> bytes:
    """A file whose graph has one more part."""
    graph = field(1, onnx_node("Relu", ["x"], ["y"])) + part + field(12, onnx_port("y", (1,)))
    return field(1, 8) + field(8, field(2, 13)) + field(7, graph)


def _places(tensor: bytes) -> dict[str, bytes]:
    """Files with this tensor wherever a file may have one."""
    sparse = field(1, tensor) + field(2, _GOOD) + field(3, 2)
    within = onnx_node("Constant", [], ["v"], onnx_tensor_attribute("value", tensor))
    body = field(1, within) + field(2, "body")
    function = field(1, "F") + field(10, "") + field(7, within)
    graph = onnx_graph_attribute("body", body)
    holder = onnx_graph_attribute("then_branch", field(1, onnx_node("Loop", [], ["l"], graph)))
    return {
        "initializer": onnx(tensors=[tensor]),
        "attribute": onnx([within]),
        "list of an attribute": onnx(
            [onnx_node("X", [], ["v"], field(1, "a") + field(10, tensor))]
        ),
        "subgraph": onnx([onnx_node("If", ["c"], ["v"], graph)]),
        "list of subgraphs": onnx([onnx_node("X", [], ["v"], field(1, "a") + field(11, body))]),
        "subgraph of a subgraph": onnx([onnx_node("If", ["c"], ["v"], holder)]),
        "function": onnx(around=field(25, function)),
        "default of a function": onnx(
            around=field(25, field(1, "F") + field(11, onnx_tensor_attribute("a", tensor)))
        ),
        "sparse attribute": onnx([onnx_node("X", [], ["v"], field(1, "a") + field(22, sparse))]),
        "sparse attributes": onnx([onnx_node("X", [], ["v"], field(1, "a") + field(23, sparse))]),
        "sparse initializer": _around(field(15, sparse)),
    }


@pytest.mark.parametrize("place", _places(b""))
@pytest.mark.parametrize("how", _OUTSIDE)
def test_data_in_another_file_are_refused_wherever_they_are(
    path: Path, place: str, how: str
) -> None:
    """CVE-2022-25882, CVE-2024-27318, CVE-2025-51480, CVE-2026-27489."""
    said = refused(path, _places(_OUTSIDE[how])[place])
    assert any(words in said for words in ("in another file", "impossible number", "is damaged"))


@pytest.mark.parametrize("place", _places(b""))
def test_the_same_places_are_good_for_data_in_the_file(path: Path, place: str) -> None:
    accepted(path, _places(_GOOD)[place])


@pytest.mark.parametrize(
    "tensor",
    [
        field(1, 3) + field(2, 1) + field(9, bytes(8)),
        field(1, 2) + field(2, 1) + field(9, bytes(9)),
        field(1, 2) + field(2, 1),
        field(1, 2**40) + field(1, 2**40) + field(2, 1) + field(9, b""),
        field(1, 0) + field(1, 2**63) + field(2, 1),
        field(1, -1) + field(2, 1) + field(9, b""),
        b"".join(field(1, 1) for _ in range(17)) + field(2, 1) + field(9, bytes(4)),
        field(1, 2) + field(2, 99) + field(9, bytes(8)),
        field(1, 2) + field(2, 0),
        field(1, 2) + field(2, 1) + field(9, bytes(8)) + field(9, bytes(8)),
        field(1, 2) + field(2, 7) + field(7, b"\1\2\3"),
        field(1, 3) + field(2, 8) + field(6, "a") + field(6, "b"),
        field(1, 3) + field(2, 22) + field(9, bytes(1)),
        field(1, 2) + field(2, 1) + field(8, b"\xff") + field(9, bytes(8)),
        field(1, 2) + field(2, 1) + field(3, b"") + field(9, bytes(8)),
    ],
)
def test_data_that_do_not_fit_their_shape_are_refused(path: Path, tensor: bytes) -> None:
    refused(path, onnx(tensors=[tensor]))


@pytest.mark.parametrize(
    "tensor",
    [
        field(1, 2) + field(2, 1) + field(4, bytes(8)),
        field(1, 3) + field(2, 7) + field(7, b"\1\x80\1\3"),
        field(1, 2) + field(2, 7) + field(7, 1) + field(7, 2),
        field(1, 3) + field(2, 22) + field(9, bytes(2)),
        field(1, 3) + field(2, 22) + field(5, b"\1\2"),
        field(1, 1) + field(2, 14) + field(4, bytes(8)),
        field(1, 2) + field(2, 8) + field(6, "a") + field(6, "b"),
        field(1, 0) + field(2, 1),
        field(2, 9) + field(9, b"\1"),
    ],
)
def test_every_way_to_store_numbers_is_known(path: Path, tensor: bytes) -> None:
    accepted(path, onnx(tensors=[tensor]))


def test_the_first_quantised_types_are_named(path: Path) -> None:
    weights = OnnxTensor("w", (4, 4), 3, bytes(16)).message()
    static = onnx([onnx_node("QuantizeLinear", ["x"], ["y"])], [weights])
    assert accepted(path, static).quantisation == "int8, static: int8"
    dynamic = onnx([onnx_node("DynamicQuantizeLinear", ["x"], ["y"])], [weights])
    assert accepted(path, dynamic).quantisation == "int8, dynamic: int8"


@pytest.mark.parametrize("domain", ["evil.ops", "com.microsoft.nchwc", "ai.onnx.training"])
def test_operators_of_unknown_origin_are_refused(path: Path, domain: str) -> None:
    node = onnx_node("X", ["x"], ["y"], domain=domain)
    assert domain in refused(path, onnx([node]))


def test_a_files_own_functions_are_known(path: Path) -> None:
    node = onnx_node("F", ["x"], ["y"], domain="mine")
    function = field(1, "F") + field(10, "mine") + field(7, onnx_node("Relu", ["x"], ["y"]))
    accepted(path, onnx([node], around=field(25, function)))


@pytest.mark.parametrize("version", [0, 5, 29, 2**63])
def test_other_operator_sets_are_refused(path: Path, version: int) -> None:
    assert "standard operators" in refused(path, onnx(opset=version))


def test_graphs_within_graphs_without_end_are_refused(path: Path) -> None:
    node = onnx_node("Relu", ["x"], ["y"])
    for _ in range(200):
        node = onnx_node("If", ["c"], ["y"], onnx_graph_attribute("then_branch", field(1, node)))
    assert "within each other" in refused(path, onnx([node]))


@pytest.mark.parametrize(
    ("op", "name", "value"),
    [
        ("GatherND", "batch_dims", -2),
        ("DepthToSpace", "blocksize", 2**60),
        ("DepthToSpace", "blocksize", 0),
        ("Conv", "group", 0),
        ("Softmax", "axis", 2**32),
    ],
)
def test_numbers_that_operators_divide_and_index_by_have_bounds(
    path: Path, op: str, name: str, value: int
) -> None:
    """onnxruntime reads elsewhere or stops at the first two (found by fuzzing)."""
    attribute = field(1, name) + field(3, value) + field(20, 2)
    assert f"impossible {name}" in refused(path, onnx([onnx_node(op, ["x"], ["y"], attribute)]))
    many = field(1, "strides") + field(8, 1) + field(8, value) + field(20, 7)
    if value <= 0:
        assert "strides" in refused(path, onnx([onnx_node(op, ["x"], ["y"], many)]))


def test_an_input_without_its_number_is_refused(path: Path) -> None:
    """onnxruntime takes the first of none (found by fuzzing)."""
    node = onnx_node("OneHot", ["x", "depth", "w"], ["y"])
    none = OnnxTensor("depth", (1, 0), 7, b"").message()
    one = OnnxTensor("depth", (), 7, struct.pack("<q", 3)).message()
    assert "must be one number" in refused(path, onnx([node], [none]))
    accepted(path, onnx([node], [one]))


def test_a_second_graph_is_refused(path: Path) -> None:
    """Other readers merge the two."""
    assert "twice" in refused(path, _SMALL + field(7, field(2, "more")))


def test_a_model_in_training_is_refused(path: Path) -> None:
    assert "training" in refused(path, onnx(around=field(20, b"")))


def test_millions_of_parts_are_refused_in_little_memory(path: Path) -> None:
    data = onnx(around=field(8, b"") * 350_000)  # the limit is 300,000
    assert "parts" in refused(path, data)
    peak_bytes(path, data)


def test_families_are_known_by_their_inputs_and_outputs(path: Path) -> None:
    graph = field(1, onnx_node("Relu", ["x"], ["y"])) + field(2, "g")
    wake = graph + field(11, onnx_port("x", (1, 16, 96))) + field(12, onnx_port("y", (1, 1)))
    start = field(1, 8) + field(8, field(2, 13))
    assert accepted(path, start + field(7, wake)).architecture == "wake word (openWakeWord)"


@given(seed=st.integers(0, 2**32))
def test_any_damage_is_survived(path: Path, seed: int) -> None:
    survives(path, _SMALL, seed)
