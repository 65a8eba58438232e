"""What the processor offers, and what the engines make of it."""

from collections.abc import Iterator

from assistant.doctor.check import Check, told
from hw.instructions import Report

_QUICK = {"dotprod", "avx2"}
"""Without the one (ARM) or the other (x86), eight-bit matrices take several times as long."""


def checks(report: Report) -> Iterator[Check]:
    """`report`: see `hw.instructions.report`."""
    if _QUICK & set(report["processor"]):
        yield Check("processor", "green", f"It has {', '.join(report['processor'])}.")
    else:
        yield Check(
            "processor",
            "yellow",
            "It has neither dot products (ARM) nor AVX2 (x86): answers will be late.",
            "Use the smallest models, or a board such as the Raspberry Pi 5.",
        )
    for engine, use in report["engines"].items():
        sentence = f"It {use['sentence'].removeprefix(engine).lstrip()}"
        if use["slow"]:
            yield told(engine, "yellow", sentence, "Run `make native`.")
        else:
            yield Check(engine, "green", sentence)


def broken(error: Exception) -> Check:
    """For when the engines' libraries cannot even be loaded."""
    return Check(
        "engines",
        "red",
        f"A library of the engines cannot be loaded: {error}.",
        "Run `make clean` and `make setup`.",
    )
