"""What flows into a model's matrices while llama.cpp computes, seen through ctypes.

llama.cpp shows each tensor of its graph to a callback, as a pointer. What it was computed from
stands in the struct itself, for which ggml has no accessors: it is declared here as in ggml.h of
the version that is installed, and compared with what ggml's own functions say of a tensor that is
known before anything is believed.
"""

import ctypes
from functools import cache
from typing import Any

import numpy as np
from llama_cpp._ggml import libggml
from numpy.typing import NDArray

from assistant.errors import AssistantError, ModelError, StageError
from tools.quantize.llama.importance import Importance

_F32, _I32 = 0, 26
"""ggml_type."""
_MULTIPLY, _MULTIPLY_CHOSEN = b"MUL_MAT", b"MUL_MAT_ID"
_DIMENSIONS = 4
_LAYERS = "blk."
_OUTPUT = "output.weight"


class _Tensor(ctypes.Structure):
    """ggml_tensor."""


_Tensor._fields_ = [
    ("type", ctypes.c_int),
    ("buffer", ctypes.c_void_p),
    ("ne", ctypes.c_int64 * _DIMENSIONS),
    ("nb", ctypes.c_size_t * _DIMENSIONS),
    ("op", ctypes.c_int),
    ("op_params", ctypes.c_int32 * 16),
    ("flags", ctypes.c_int32),
    ("src", ctypes.POINTER(_Tensor) * 10),
    ("view_src", ctypes.c_void_p),
    ("view_offs", ctypes.c_size_t),
    ("data", ctypes.c_void_p),
    ("name", ctypes.c_char * 64),
    ("extra", ctypes.c_void_p),
    ("padding", ctypes.c_char * 8),
]


class _InitParams(ctypes.Structure):
    """ggml_init_params."""

    _fields_ = (
        ("mem_size", ctypes.c_size_t),
        ("mem_buffer", ctypes.c_void_p),
        ("no_alloc", ctypes.c_bool),
    )


@cache
def _ggml() -> ctypes.CDLL:
    """ggml's functions. Raises ModelError if its tensors are not laid out as declared here."""
    library: ctypes.CDLL = libggml
    pointer = ctypes.POINTER(_Tensor)
    signatures: tuple[tuple[Any, ...], ...] = (
        ("ggml_init", ctypes.c_void_p, _InitParams),
        ("ggml_free", None, ctypes.c_void_p),
        ("ggml_new_tensor_2d", pointer, ctypes.c_void_p, ctypes.c_int, *[ctypes.c_int64] * 2),
        ("ggml_mul_mat", pointer, ctypes.c_void_p, pointer, pointer),
        ("ggml_set_name", pointer, pointer, ctypes.c_char_p),
        ("ggml_op_desc", ctypes.c_char_p, ctypes.c_void_p),
        ("ggml_get_data", ctypes.c_void_p, pointer),
        ("ggml_nbytes", ctypes.c_size_t, pointer),
        ("ggml_backend_tensor_get", None, pointer, ctypes.c_void_p, *[ctypes.c_size_t] * 2),
    )
    for name, result, *arguments in signatures:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    if not _as_declared(library):
        raise ModelError(
            "The llama.cpp that is installed lays its tensors out in another way than the one "
            "this was written for: install llama-cpp-python 0.3.36."
        )
    return library


def _as_declared(library: ctypes.CDLL) -> bool:
    """Whether a tensor that ggml made looks as it must."""
    context = library.ggml_init(_InitParams(1 << 16, None, False))
    try:
        weights = library.ggml_new_tensor_2d(context, _F32, 7, 5)
        inputs = library.ggml_new_tensor_2d(context, _F32, 7, 3)
        product = library.ggml_mul_mat(context, weights, inputs)
        library.ggml_set_name(product, b"known")
        seen = product.contents
        return (
            (seen.type, seen.name) == (_F32, b"known")
            and [*seen.ne] == [5, 3, 1, 1]
            and [*seen.nb] == [4, 20, 60, 60]
            and [_address(source) for source in seen.src]
            == [_address(weights), _address(inputs), *[None] * 8]
            and seen.data == library.ggml_get_data(product)
            and library.ggml_op_desc(product) == _MULTIPLY
        )
    finally:
        library.ggml_free(context)


def _address(pointer: Any) -> int | None:
    return ctypes.cast(pointer, ctypes.c_void_p).value


class Collector:
    """Adds up what flows into the matrices of a model's layers."""

    def __init__(self, importance: Importance, output: bool) -> None:
        """`output`: also of the matrix that gives the logits, where it is one of its own. Raises
        ModelError if this llama.cpp is not the one that this was written for."""
        self._importance = importance
        self._output = output
        self._library = _ggml()
        self.fault: AssistantError | None = None
        """Why it stopped."""

    def look(self, address: int, ask: bool) -> bool:
        """What llama.cpp calls: first whether the tensor is of interest, then, once it is computed,
        for the tensor. False then stops the computation."""
        operation = self._library.ggml_op_desc(address)
        if operation not in (_MULTIPLY, _MULTIPLY_CHOSEN):
            return not ask
        tensor = _Tensor.from_address(address)
        name = _bare(tensor.src[0].contents.name.decode("utf-8", "replace"))
        if not self._wanted(name) or tensor.src[1].contents.type != _F32:
            return not ask
        if ask:
            return True
        try:
            self._add(name, tensor, operation == _MULTIPLY_CHOSEN)
        except AssistantError as error:  # it cannot be raised through C: see `fault`
            self.fault = error
        return self.fault is None

    def _wanted(self, name: str) -> bool:
        return name.startswith(_LAYERS) or (self._output and name == _OUTPUT)

    def _add(self, name: str, tensor: _Tensor, chosen: bool) -> None:
        weights = tensor.src[0].contents
        inputs = self._values(tensor.src[1], np.float32)
        if not np.isfinite(inputs).all():
            raise StageError("llm", "infinite", f"{name} was given values that are no numbers.")
        if chosen:
            if len(inputs) != 1:
                raise StageError("llm", "shape", f"{name} is used in a way that is not known here.")
            experts = self._values(tensor.src[2], np.int32)[0, 0]
            self._importance.add_chosen(name, inputs[0], experts, weights.ne[2])
        else:
            self._add_all(name, weights, inputs)

    def _add_all(self, name: str, weights: _Tensor, inputs: NDArray[np.float32]) -> None:
        """inputs: [outer parts, parts, tokens, columns]"""
        matrices = weights.ne[2] * weights.ne[3]
        outer, parts, tokens, columns = inputs.shape
        if matrices > 1 and (outer, parts) != (weights.ne[3], weights.ne[2]):
            raise StageError("llm", "shape", f"{name} is used in a way that is not known here.")
        self._importance.add(name, inputs.reshape(outer * parts, tokens, columns), matrices)

    def _values(self, pointer: Any, dtype: type[np.generic]) -> NDArray[Any]:
        """A copy of a tensor, wherever it lies: [ne3, ne2, ne1, ne0]."""
        tensor = pointer.contents
        size = self._library.ggml_nbytes(pointer)
        buffer = np.empty(size, np.uint8)
        self._library.ggml_backend_tensor_get(pointer, buffer.ctypes.data, 0, size)
        return np.ndarray(
            tuple(reversed(tensor.ne)), dtype, buffer, strides=tuple(reversed(tensor.nb))
        )


def _bare(name: str) -> str:
    """A name without what the scheduler puts around it: "CUDA0#blk.0.attn_k.weight#0"."""
    parts = name.split("#")
    return parts[1] if len(parts) > 1 else name
