"""What a model is made of, before and after: one column a version."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from tools.quantize.onnx_models import graph
from tools.quantize.onnx_models.version import Version

if TYPE_CHECKING:
    from onnx import ModelProto


def drawn(size: int, model: "ModelProto", made: Sequence[Version]) -> Table:
    """`size`: bytes of the model's file; `made`: its versions. Operators that are as many in
    all of them are left out."""
    before = graph.summary(model, size)
    operators = [before.operators, *(each.operators for each in made)]
    weights = [before.weights, *(each.weights for each in made)]
    table = Table(box=None, header_style="bold")
    table.add_column("", no_wrap=True)
    for name in ("as it is", *(each.to for each in made)):
        table.add_column(name, justify="right", no_wrap=True)
    sizes = [before.bytes, *(each.bytes for each in made)]
    table.add_row("bytes", *(f"{each:,}" for each in sizes))
    for kind in _all(weights):
        table.add_row(f"bytes of {kind}", *(f"{each.get(kind, 0):,}" for each in weights))
    for kind in _all(operators):
        counts = [each.get(kind, 0) for each in operators]
        if len(set(counts)) > 1:
            table.add_row(kind, *(str(count or "") for count in counts))
    return table


def _all(counted: Sequence[Mapping[str, int]]) -> list[str]:
    """Every kind, in the order in which they are first seen."""
    return list(dict.fromkeys(kind for each in counted for kind in each))
