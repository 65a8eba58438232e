"""The names and numbers of llama.cpp's quantisations. Pure.

A *file type* (llama_ftype in llama.h) is a recipe: it says which *tensor type* (ggml_type in
ggml.h) each matrix gets. Both are those of llama-cpp-python 0.3.36; a test compares them with it.
"""

import re
from pathlib import Path

from assistant.errors import InputError

FILE_TYPES = {
    "F32": 0,
    "F16": 1,
    "BF16": 32,
    "Q8_0": 7,
    "Q6_K": 18,
    "Q5_K_M": 17,
    "Q5_K_S": 16,
    "Q5_1": 9,
    "Q5_0": 8,
    "Q4_K_M": 15,
    "Q4_K_S": 14,
    "Q4_1": 3,
    "Q4_0": 2,
    "IQ4_NL": 25,
    "IQ4_XS": 30,
    "Q3_K_L": 13,
    "Q3_K_M": 12,
    "Q3_K_S": 11,
    "IQ3_M": 27,
    "IQ3_S": 26,
    "IQ3_XS": 22,
    "IQ3_XXS": 23,
    "Q2_K": 10,
    "Q2_K_S": 21,
    "IQ2_M": 29,
    "IQ2_S": 28,
    "IQ2_XS": 20,
    "IQ2_XXS": 19,
    "IQ1_M": 31,
    "IQ1_S": 24,
    "TQ2_0": 37,
    "TQ1_0": 36,
    "Q2_0": 41,
    "Q1_0": 40,
    "MXFP4_MOE": 38,
}
"""Of whole files, the largest first. llama.cpp knows NVFP4 as well and writes none."""

ALIASES = {"Q5_K": "Q5_K_M", "Q4_K": "Q4_K_M", "Q3_K": "Q3_K_M"}

TENSOR_TYPES = {
    "F32": 0,
    "F16": 1,
    "BF16": 30,
    "Q8_0": 8,
    "Q6_K": 14,
    "Q5_K": 13,
    "Q5_1": 7,
    "Q5_0": 6,
    "Q4_K": 12,
    "Q4_1": 3,
    "Q4_0": 2,
    "IQ4_NL": 20,
    "IQ4_XS": 23,
    "MXFP4": 39,
    "Q3_K": 11,
    "IQ3_S": 21,
    "IQ3_XXS": 18,
    "Q2_K": 10,
    "IQ2_S": 22,
    "IQ2_XS": 17,
    "IQ2_XXS": 16,
    "IQ1_M": 29,
    "IQ1_S": 19,
    "TQ2_0": 35,
    "TQ1_0": 34,
    "Q2_0": 42,
    "Q1_0": 41,
}
"""Of single matrices."""

UNQUANTISED = frozenset({"F32", "F16", "BF16"})
"""Types that lose nothing that a quantisation would miss."""

_ENDING = re.compile(r"[.-]([A-Za-z0-9_]+)$")


def file_type(name: str) -> str:
    """The type as llama.cpp spells it. Raises InputError if it has none of this name."""
    spelled = name.strip().upper()
    spelled = ALIASES.get(spelled, spelled)
    if spelled not in FILE_TYPES:
        raise InputError(f"{name!r} is no type of GGUF; choose from: {', '.join(FILE_TYPES)}.")
    return spelled


def tensor_type(name: str) -> str:
    """The type as llama.cpp spells it. Raises InputError if it has none of this name."""
    spelled = name.strip().upper()
    if spelled not in TENSOR_TYPES:
        raise InputError(
            f"{name!r} is no type of a tensor; choose from: {', '.join(TENSOR_TYPES)}."
        )
    return spelled


def file_types(names: str) -> list[str]:
    """Those of a list with commas, each once. Raises InputError as `file_type`, or for none."""
    found = list(dict.fromkeys(map(file_type, filter(str.strip, names.split(",")))))
    if not found:
        raise InputError("--to names no type; try --to Q4_K_M.")
    return found


def named(source: Path, file_type: str) -> str:
    """What a file made of `source` is called: "model.F16.gguf" -> "model.Q4_K_M.gguf"."""
    stem = source.name.removesuffix(".gguf")
    ending = _ENDING.search(stem)
    if ending is not None and _is_type(ending[1]):
        stem = stem[: ending.start()]
    return f"{stem}.{file_type}.gguf"


def _is_type(word: str) -> bool:
    spelled = word.upper()
    return spelled in FILE_TYPES or spelled in ALIASES
