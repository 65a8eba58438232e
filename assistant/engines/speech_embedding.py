"""Google's speech embedding (Lin et al. 2020), as openWakeWord ships it, one step at a time.

8 new mel frames of 32 bins  ->  the embedding (96 numbers) of the last 76
"""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from assistant.engines.onnx import damaged, opened
from assistant.engines.streaming import streaming
from assistant.errors import ModelError

WINDOW, STEP, BINS = 76, 8, 32
"""Mel frames (10 ms) that one embedding covers, mel frames between two, and numbers in each."""

SIZE = 96
"""Numbers in an embedding."""

_Floats = NDArray[np.float32]


class SpeechEmbedding:
    """Sees each mel frame once; what its layers need again of the last ones is kept."""

    def __init__(self, path: Path) -> None:
        """ModelError if the file cannot be read, or is another network."""
        if not path.is_file():
            raise ModelError(f"The model file {path} is missing; run `assistant models pull`.")
        try:
            graph = streaming(path.read_bytes(), STEP, BINS)
        except (ValueError, LookupError) as error:
            raise damaged(path) from error
        self._session = opened(graph.content, path, threads=1)
        self._rows = _tensor((1, 1, STEP, BINS))
        self._embedding = _tensor((1, SIZE, 1, 1))
        # Bound once, and twice over: what one call leaves behind is what the next begins with.
        self._kept = [{name: _tensor(shape) for name, shape in graph.kept.items()} for _ in "01"]
        self._calls = []
        for before, after in (self._kept, self._kept[::-1]):
            call = self._session.io_binding()
            call.bind_ortvalue_input(graph.input, self._rows)
            call.bind_ortvalue_output(graph.output, self._embedding)
            for name in graph.kept:
                call.bind_ortvalue_input(name, before[name])
                call.bind_ortvalue_output(f"{name}.next", after[name])
            self._calls.append(call)
        self._turn = 0

    def push(self, rows: _Floats) -> _Floats:
        """`rows`: the next mel frames, shape (8, 32). Shape (96,), valid until the next call."""
        self._rows.update_inplace(rows.reshape(1, 1, STEP, BINS))
        self._session.run_with_iobinding(self._calls[self._turn])
        self._turn = 1 - self._turn
        embedding: _Floats = self._embedding.numpy().reshape(SIZE)
        return embedding

    def state(self) -> dict[str, _Floats]:
        """What the frames so far have left behind."""
        return {name: kept.numpy().copy() for name, kept in self._kept[self._turn].items()}

    def restore(self, state: dict[str, _Floats]) -> None:
        """Go on as from then."""
        for name, kept in state.items():
            self._kept[self._turn][name].update_inplace(kept)


def _tensor(shape: tuple[int, ...]) -> onnxruntime.OrtValue:
    return onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros(shape, np.float32))
