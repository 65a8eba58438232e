"""Importance matrices: how strongly each input of a matrix is driven by a text.

For each column of a matrix, the sum of the squares of what it was multiplied with, and over how
many tokens. llama.cpp's quantiser then spends its precision where the sums are large. The file is
its own: GGUF with NAME.in_sum2 [counts, inputs] and NAME.counts [counts, 1] for each tensor NAME,
and imatrix.datasets, imatrix.chunk_count and imatrix.chunk_size (tools/imatrix/imatrix.cpp).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from assistant.errors import InputError
from assistant.evaluate.extras import need

_SUMS, _COUNTS = ".in_sum2", ".counts"
_DATASETS = "imatrix.datasets"
_CHUNKS = "imatrix.chunk_count"
_CHUNK_TOKENS = "imatrix.chunk_size"


class Importance:
    """The sums, to be added to. Sums are float64 here and float32 in the file."""

    def __init__(self, datasets: Sequence[str], chunks: int, chunk_tokens: int) -> None:
        self.datasets = tuple(datasets)
        """Names of the texts."""
        self.chunks = chunks
        self.chunk_tokens = chunk_tokens
        self._sums: dict[str, NDArray[np.float64]] = {}
        self._counts: dict[str, NDArray[np.int64]] = {}

    @property
    def names(self) -> list[str]:
        """Of the tensors, in order."""
        return sorted(self._sums)

    def add(self, name: str, inputs: NDArray[np.float32], matrices: int = 1) -> None:
        """What a tensor was multiplied with. inputs: [parts, tokens, columns]; with several
        matrices in one tensor, the parts belong to them in turn. All of them count as one, as each
        sees every token."""
        parts, tokens, columns = inputs.shape
        sums, counts = self._entry(name, matrices, columns, counted=1)
        for part in range(parts):
            sums[part % matrices] += np.square(inputs[part], dtype=np.float64).sum(0)
        counts += parts * tokens // matrices

    def add_chosen(
        self, name: str, inputs: NDArray[np.float32], chosen: NDArray[np.int32], matrices: int
    ) -> None:
        """What the experts in one tensor were multiplied with. inputs: [tokens, 1 or used,
        columns]; chosen: [tokens, used], the expert that each was given to."""
        columns = inputs.shape[2]
        sums, counts = self._entry(name, matrices, columns, counted=matrices)
        squares = np.broadcast_to(np.square(inputs, dtype=np.float64), (*chosen.shape, columns))
        np.add.at(sums, chosen, squares)
        np.add.at(counts, chosen, 1)

    def means(self) -> dict[str, NDArray[np.float32]]:
        """Mean squares as the quantiser wants them, one after the other; 1 where an expert was
        never asked, so that all of its columns count alike."""
        return {
            name: np.where(
                self._counts[name][:, None] > 0,
                self.sums(name) / np.maximum(self._counts[name][:, None], 1).astype(np.float32),
                np.float32(1),
            ).ravel()
            for name in self.names
        }

    def sums(self, name: str) -> NDArray[np.float32]:
        """[counts, inputs], as in the file."""
        return _float32(self._sums[name]).reshape(len(self._counts[name]), -1)

    def counts(self, name: str) -> NDArray[np.int64]:
        """Tokens: [matrices], or [1] if they all saw the same."""
        return self._counts[name].copy()

    def finite(self) -> bool:
        return all(np.isfinite(_float32(sums)).all() for sums in self._sums.values())

    def save(self, path: Path) -> None:
        """Write the file. Raises OSError."""
        gguf = need("gguf", "quantize")
        writer = gguf.GGUFWriter(path, arch="imatrix")
        writer.add_type("imatrix")
        writer.add_array(_DATASETS, list(self.datasets))
        writer.add_uint32(_CHUNKS, self.chunks)
        writer.add_uint32(_CHUNK_TOKENS, self.chunk_tokens)
        for name in self.names:
            sums, counts = self.sums(name), self._counts[name].astype(np.float32)
            # ggml has no dimension of one row: such a matrix is a vector.
            writer.add_tensor(name + _SUMS, sums if len(sums) > 1 else sums[0])
            writer.add_tensor(name + _COUNTS, counts[:, None] if len(sums) > 1 else counts)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file of ours or of llama.cpp. Raises InputError if it is none."""
        gguf = need("gguf", "quantize")
        try:
            reader = gguf.GGUFReader(path)
            made = cls(
                reader.get_field(_DATASETS).contents(),
                int(reader.get_field(_CHUNKS).contents()),
                int(reader.get_field(_CHUNK_TOKENS).contents()),
            )
            made._take({tensor.name: np.array(tensor.data) for tensor in reader.tensors})
        # Whatever its reader meets in a file that is something else.
        except (OSError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
            raise InputError(
                f"{path} is no importance matrix: make one with `quantize imatrix`."
            ) from error
        return made

    def _take(self, tensors: dict[str, NDArray[np.float32]]) -> None:
        """Raises KeyError or ValueError if they do not belong together."""
        for key, sums in tensors.items():
            if key.endswith(_SUMS):
                name = key.removesuffix(_SUMS)
                counts = np.rint(tensors[name + _COUNTS].ravel()).astype(np.int64)
                if sums.dtype != np.float32 or not counts.size or (counts < 0).any():
                    raise ValueError(name)
                self._sums[name] = sums.astype(np.float64).reshape(counts.size, -1)
                self._counts[name] = counts
        if not self._sums or not self.finite():
            raise ValueError("no sums")

    def _entry(
        self, name: str, matrices: int, columns: int, counted: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        if name not in self._sums:
            self._sums[name] = np.zeros((matrices, columns))
            self._counts[name] = np.zeros(counted, np.int64)
        return self._sums[name], self._counts[name]


def _float32(values: NDArray[np.float64]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # infinite then, and refused where that matters
        return values.astype(np.float32)
