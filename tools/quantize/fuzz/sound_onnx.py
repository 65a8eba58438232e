"""Networks of one operator as voices and detectors use it, which run as they stand.

What is changed in one of these is not refused before it is computed.
"""

from collections.abc import Mapping
from typing import NamedTuple

Value = int | str | tuple[int, ...]


class Weights(NamedTuple):
    """An input that is in the file: numbers of this type, or of these values."""

    shape: tuple[int, ...]
    type: int = 1
    values: tuple[int, ...] | None = None


class Operator(NamedTuple):
    """A node between the network's input `x` and its output."""

    op: str
    x: tuple[int, ...]
    weights: tuple[Weights, ...] = ()
    attributes: Mapping[str, Value] = {}
    domain: str = ""


def _integers(*values: int) -> Weights:
    return Weights((len(values),), 7, values)


_CONV: dict[str, Value] = {
    "kernel_shape": (3,),
    "strides": (2,),
    "pads": (1, 1),
    "dilations": (1,),
    "group": 2,
}
_TURNED: dict[str, Value] = {
    "kernel_shape": (4,),
    "strides": (2,),
    "pads": (1, 1),
    "output_padding": (1,),
}
_QUANTS = (Weights((), 1), Weights((), 2, (1,)))
OPERATORS = (
    Operator("Conv", (1, 4, 16), (Weights((6, 2, 3)), Weights((6,))), _CONV),
    Operator("ConvTranspose", (1, 4, 8), (Weights((4, 3, 4)), Weights((3,))), _TURNED),
    Operator("MaxPool", (1, 2, 9), (), {"kernel_shape": (3,), "strides": (2,), "ceil_mode": 1}),
    Operator("AveragePool", (1, 2, 9), (), {"kernel_shape": (3,), "pads": (1, 1)}),
    Operator("Gather", (4, 3), (_integers(0, 3, -1),), {"axis": 0}),
    Operator("GatherElements", (4, 3), (Weights((2, 3), 7, (0, 1, 2, 3, 0, 1)),), {"axis": 0}),
    Operator("GatherND", (4, 3), (Weights((2, 1), 7, (0, 3)),), {"batch_dims": 0}),
    Operator("ScatterND", (4, 3), (Weights((2, 1), 7, (0, 3)), Weights((2, 3)))),
    Operator("ScatterElements", (4, 3), (Weights((1, 3), 7, (0, 1, 2)), Weights((1, 3)))),
    Operator("Slice", (4, 9), (_integers(1), _integers(8), _integers(1), _integers(2))),
    Operator("Pad", (1, 2, 5), (_integers(0, 0, 2, 0, 0, 1),), {"mode": "reflect"}),
    Operator("Reshape", (2, 6), (_integers(0, 3, -1),), {"allowzero": 0}),
    Operator("Expand", (1, 4), (_integers(3, 4),)),
    Operator("Tile", (2, 3), (_integers(2, 2),)),
    Operator("Split", (2, 6), (_integers(6),), {"axis": 1}),
    Operator("TopK", (2, 6), (_integers(3),), {"axis": 1, "largest": 1}),
    Operator("Transpose", (2, 3, 4), (), {"perm": (2, 0, 1)}),
    Operator("Concat", (2, 3), (Weights((2, 3)),), {"axis": 1}),
    Operator("Unsqueeze", (2, 3), (_integers(0, 3),)),
    Operator("Squeeze", (1, 3, 1), (_integers(0, 2),)),
    Operator("CumSum", (2, 5), (Weights((), 7, (1,)),), {"exclusive": 0, "reverse": 1}),
    Operator("ReduceMean", (2, 3, 4), (), {"axes": (1,), "keepdims": 1}),
    Operator("Softmax", (2, 5), (), {"axis": -1}),
    Operator("ArgMax", (2, 5), (), {"axis": 1, "keepdims": 0}),
    Operator("Gemm", (3, 4), (Weights((5, 4)), Weights((5,))), {"transB": 1}),
    Operator("MatMul", (2, 3, 4), (Weights((4, 5)),)),
    Operator("Einsum", (2, 3), (Weights((3, 4)),), {"equation": "ij,jk->ik"}),
    Operator("LSTM", (3, 1, 4), (Weights((1, 8, 4)), Weights((1, 8, 2))), {"hidden_size": 2}),
    Operator("GRU", (3, 1, 4), (Weights((1, 6, 4)), Weights((1, 6, 2))), {"hidden_size": 2}),
    Operator("Resize", (1, 1, 4, 4), (Weights((0,)), Weights((4,))), {"mode": "nearest"}),
    Operator("DepthToSpace", (1, 8, 2, 2), (), {"blocksize": 2}),
    Operator("OneHot", (2, 3), (Weights((), 7, (4,)), Weights((2,))), {"axis": -1}),
    Operator("LayerNormalization", (2, 4), (Weights((4,)), Weights((4,))), {"axis": -1}),
    Operator("BatchNormalization", (1, 3, 4), (Weights((3,)),) * 4),
    Operator("InstanceNormalization", (1, 3, 4), (Weights((3,)),) * 2),
    Operator("QuantizeLinear", (2, 4), _QUANTS),
    Operator("DynamicQuantizeLinear", (2, 4)),
    Operator("Cast", (2, 4), (), {"to": 7}),
    Operator("Trilu", (3, 4), (Weights((), 7, (1,)),), {"upper": 0}),
    Operator("NonZero", (2, 4)),
    Operator("Gelu", (2, 4), (), {}, "com.microsoft"),
    Operator("FusedMatMul", (2, 4), (Weights((4, 3)),), {"transB": 0}, "com.microsoft"),
)
