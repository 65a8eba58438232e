"""The session factory: its options, and its two user-facing failures."""

from pathlib import Path

import numpy as np
import pytest

from assistant.engines.onnx import session
from assistant.errors import ModelError


def _field(number: int, value: bytes | int) -> bytes:
    """One protobuf field, short values only."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def _identity_model() -> bytes:
    """The smallest ONNX file: y = x, one float. Field numbers are those of onnx.proto3."""
    tensor_type = _field(1, 1) + _field(2, _field(1, _field(1, 1)))
    value = _field(2, _field(1, tensor_type))
    node = _field(1, b"x") + _field(2, b"y") + _field(4, b"Identity")
    graph = _field(1, node) + _field(2, b"g")
    graph += _field(11, _field(1, b"x") + value) + _field(12, _field(1, b"y") + value)
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, 13))


def test_a_session_has_the_threads_asked_for_and_does_not_spin(tmp_path: Path) -> None:
    path = tmp_path / "identity.onnx"
    path.write_bytes(_identity_model())
    opened = session(path, 2)
    options = opened.get_session_options()
    assert options.intra_op_num_threads == 2
    assert options.inter_op_num_threads == 1
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert opened.get_providers() == ["CPUExecutionProvider"]
    assert opened.run(None, {"x": np.ones(1, np.float32)}) == [1.0]


def test_a_missing_file_names_itself_and_the_fix(tmp_path: Path) -> None:
    path = tmp_path / "absent.onnx"
    with pytest.raises(ModelError, match=r"absent\.onnx is missing; run `assistant models pull`"):
        session(path, 1)


@pytest.mark.parametrize("content", [b"", b"not a model", _identity_model()[:-20]])
def test_a_damaged_file_names_itself_and_the_fix(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"bad\.onnx is damaged; .*`assistant models pull`"):
        session(path, 1)
