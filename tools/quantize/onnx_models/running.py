"""A model that came from anywhere, opened as the engines open theirs."""

from pathlib import Path

import onnxruntime

from assistant.engines.onnx import session
from assistant.errors import ModelError
from tools.quantize.onnx_models import graph


def opened(path: Path, threads: int = 1) -> onnxruntime.InferenceSession:
    """Raises ModelError if onnxruntime refuses it."""
    try:
        return session(path, threads)
    except ModelError as error:  # which would say: pull it again
        version = graph.opset(graph.read(path))
        raise ModelError(
            f"onnxruntime {onnxruntime.__version__} does not open {path} (operators of ONNX "
            f"version {version}): export it again, perhaps with a lower opset."
        ) from error
