"""One smaller version of a model, from file to file: made, tried, accounted for, put into place."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.errors import InputError, ModelError
from tools.quantize import provenance
from tools.quantize.bundle import Bundle, Value
from tools.quantize.onnx_models import graph, placing, voice_settings
from tools.quantize.onnx_models.families import Family, family
from tools.quantize.onnx_models.harms import check_unquantized, excluded_nodes, harms, notices
from tools.quantize.onnx_models.recipe import Recipe

if TYPE_CHECKING:
    from onnx import ModelProto

    from tools.quantize.onnx_models.heads import FeatureFiles


class Source(NamedTuple):
    path: Path
    model: "ModelProto"
    family: Family

    @classmethod
    def read(cls, path: Path) -> "Source":
        """InputError or ModelError if it cannot be read as an ONNX file."""
        model = graph.read(path)
        graph.named(model)
        return cls(path, model, family(model))


class Order(NamedTuple):
    """What is asked for, besides the recipe."""

    calibrate: Path | None
    """A manifest of recordings or a file of sentences, for int8-static."""
    force_known_bad: bool
    features: Callable[[], "FeatureFiles"]
    """Where openWakeWord's are, if they are needed."""


class Version(Value):
    """What came out."""

    to: str
    file: str
    bytes: int
    operators: dict[str, int]
    """How many nodes of each kind."""
    weights: dict[str, int]
    """Bytes of the weights of each type."""
    usable: bool
    """Whether the assistant takes it: else it was forced."""
    notes: tuple[str, ...]
    """What is worth knowing, a sentence each."""


def check(source: Source, recipe: Recipe, order: Order) -> None:
    """Before anything is computed. Raises InputError or ModelError."""
    check_unquantized(source.model, source.path.name)
    excluded_nodes(source.model, recipe.exclude_nodes)
    if recipe.to == "int8-static" and order.calibrate is None:
        raise InputError(
            "int8-static needs examples: give a manifest of recordings (for a voice, a file of "
            "sentences) with --calibrate."
        )
    reason = next(harms(source.model, source.family, recipe), None)
    if reason is not None and not order.force_known_bad:
        raise ModelError(
            f"{source.path.name} is not quantized to {recipe.to}: {reason}; --force-known-bad does "
            "it all the same."
        )


def write(source: Source, recipe: Recipe, order: Order, target: Path) -> Version:
    """Write one version to `target`, with the settings and the stages of a voice beside it. Raises
    ModelError if it cannot be made, or the assistant could not use it (unless forced)."""
    # Here, so that --help does not load onnxruntime and its tools.
    from tools.quantize.onnx_models.calibration import examples
    from tools.quantize.onnx_models.quantizer import quantized

    data = order.calibrate if recipe.to == "int8-static" else None
    given = examples(source.path, source.family, data, order.features) if data else iter(())
    made = quantized(source.model, recipe, source.path.name, given)
    with placing.workshop(target.parent) as folder:
        fresh = folder / target.name
        fresh.write_bytes(made.SerializeToString())
        faults, notes = _tried(source, recipe, order, fresh)
        used = [source.path, *([data] if data else [])]
        provenance.write(
            fresh,
            sources=[Bundle.of(each.parent, [each.name]).main for each in used],
            command="quantize onnx",
            settings=recipe.settings(),
            packages=("onnx", "onnxruntime"),
        )
        summary = graph.summary(made, fresh.stat().st_size)
        placing.put(folder, target.parent)
    return Version(
        to=recipe.to,
        file=str(target),
        bytes=summary.bytes,
        operators=summary.operators,
        weights=summary.weights,
        usable=not faults,
        notes=(*faults, *notes, *notices(source.model, source.family, recipe)),
    )


def _tried(
    source: Source, recipe: Recipe, order: Order, fresh: Path
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why the assistant cannot use it, if that is forced, and what else is worth knowing."""
    from tools.quantize.onnx_models.trial import tried

    if source.family == "voice":
        shutil.copyfile(voice_settings.beside(source.path), voice_settings.beside(fresh))
    verdict = tried(fresh, source.family, order.features)
    fault = verdict.fault.replace(f"{fresh.parent}/", "")
    if fault and not order.force_known_bad:
        raise ModelError(
            f"As {recipe.to}, {source.path.name} would be of no use, so it was not written: {fault}"
        )
    return ((f"The assistant cannot use it: {fault}",) if fault else ()), verdict.notes
