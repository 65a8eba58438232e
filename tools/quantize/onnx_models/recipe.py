"""How an ONNX model is to be made smaller."""

from typing import Literal, get_args

from tools.quantize.bundle import Value
from tools.quantize.job import Scalar

Target = Literal["int8-dynamic", "int8-static", "float16", "float16-weights", "int8-weights"]
Method = Literal["minmax", "entropy", "percentile"]

TARGETS: dict[Target, str] = {
    "int8-dynamic": "computed in int8, the range of what is computed found anew each time",
    "int8-static": "computed in int8, with ranges from examples",
    "float16": "computed in float16 where the processor can",
    "float16-weights": "kept in float16, computed in float32",
    "int8-weights": "kept in int8, computed in float32",
}
METHODS: tuple[Method, ...] = get_args(Method)


class Recipe(Value):
    """One version."""

    to: Target
    per_channel: bool = False
    """A scale for each channel of a weight, not for the whole; int8-weights always has them."""
    method: Method = "minmax"
    """How ranges come from examples."""
    exclude_ops: tuple[str, ...] = ()
    """Kinds of operators left as they are."""
    exclude_nodes: tuple[str, ...] = ()
    """Nodes left as they are: names, patterns such as `/dec/*`, or `decoder` and `flow`."""

    def settings(self) -> dict[str, Scalar]:
        """For the account of how the file was made."""
        told: dict[str, Scalar] = {"to": self.to}
        if self.to in ("int8-dynamic", "int8-static"):
            told["per_channel"] = self.per_channel
        if self.to == "int8-static":
            told["method"] = self.method
        lists = {"exclude_op": self.exclude_ops, "exclude_node": self.exclude_nodes}
        return told | {name: ",".join(each) for name, each in lists.items() if each}
