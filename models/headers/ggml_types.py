"""How ggml stores numbers: one at a time, or in blocks that share a scale.

Source: `enum ggml_type` in ggml.h and the block structures in ggml-common.h.
"""

from math import prod
from typing import NamedTuple


class GgmlType(NamedTuple):
    name: str
    block: int
    """Numbers that are stored together; a row is a whole number of blocks."""
    bytes: int
    """Of a block."""

    def size(self, dimensions: tuple[int, ...]) -> int | None:
        """Bytes of a tensor, whose fastest dimension comes first; None if no such tensor can be."""
        if dimensions[0] % self.block:
            return None
        return prod(dimensions) // self.block * self.bytes


TYPES = {
    0: GgmlType("F32", 1, 4),
    1: GgmlType("F16", 1, 2),
    2: GgmlType("Q4_0", 32, 18),
    3: GgmlType("Q4_1", 32, 20),
    6: GgmlType("Q5_0", 32, 22),
    7: GgmlType("Q5_1", 32, 24),
    8: GgmlType("Q8_0", 32, 34),
    10: GgmlType("Q2_K", 256, 84),
    11: GgmlType("Q3_K", 256, 110),
    12: GgmlType("Q4_K", 256, 144),
    13: GgmlType("Q5_K", 256, 176),
    14: GgmlType("Q6_K", 256, 210),
    16: GgmlType("IQ2_XXS", 256, 66),
    17: GgmlType("IQ2_XS", 256, 74),
    18: GgmlType("IQ3_XXS", 256, 98),
    19: GgmlType("IQ1_S", 256, 50),
    20: GgmlType("IQ4_NL", 32, 18),
    21: GgmlType("IQ3_S", 256, 110),
    22: GgmlType("IQ2_S", 256, 82),
    23: GgmlType("IQ4_XS", 256, 136),
    29: GgmlType("IQ1_M", 256, 56),
    30: GgmlType("BF16", 1, 2),
    34: GgmlType("TQ1_0", 256, 54),
    35: GgmlType("TQ2_0", 256, 66),
    39: GgmlType("MXFP4", 32, 17),
    40: GgmlType("NVFP4", 64, 36),
    41: GgmlType("Q1_0", 128, 18),
    42: GgmlType("Q2_0", 64, 18),
}
"""Those in which weights are stored. Integers and double precision are not, nor are Q8_1 and Q8_K,
in which ggml holds the other factor of a product while it computes."""

F32 = 0
F16 = 1
Q8_0 = 8
