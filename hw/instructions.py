"""Which instructions a processor offers, which ones an engine was compiled for, and what the
difference costs. Pure, except that `cpuinfo` reads one file.

whisper.cpp and llama.cpp compute with ggml, which contains an instruction only if its compiler was
told that it may: what is missing in the library is never used, whatever the processor can do.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypedDict


class _Instruction(NamedTuple):
    name: str
    """Ours, for both kinds of processors."""
    flags: frozenset[str]
    """What Linux calls it in /proc/cpuinfo, all of which must be there. x86: the kernel's
    arch/x86/include/asm/cpufeatures.h; ARM: its Documentation/arch/arm64/elf_hwcaps.rst."""
    ggml: str
    """What `ggml_backend_cpu_get_features` (ggml/src/ggml-cpu/ggml-cpu.cpp) calls it."""


def _row(name: str, flags: str, ggml: str) -> _Instruction:
    return _Instruction(name, frozenset(flags.split()), ggml)


# Those for which ggml's kernels of quantised or float16 matrices are written differently
# (ggml/src/ggml-cpu/arch/*/{quants,repack}, simd-mappings.h), what matters most first. Not here:
# SME, which only an optional library uses; AVX512_VBMI and BF16, which no format of ours touches.
_TABLE = (
    _row("dotprod", "asimddp", "DOTPROD"),
    _row("i8mm", "i8mm", "MATMUL_INT8"),
    _row("fp16", "fphp asimdhp", "FP16_VA"),
    _row("sve", "sve", "SVE"),
    _row("neon", "asimd", "NEON"),
    _row("fma", "asimd", "ARM_FMA"),  # every 64-bit ARM with vectors multiplies and adds in one
    _row("avx2", "avx2", "AVX2"),
    _row("fma", "fma", "FMA"),
    _row("f16c", "f16c", "F16C"),
    _row("amx_int8", "amx_int8", "AMX_INT8"),
    _row("avx512", "avx512f", "AVX512"),
    _row("avx512_vnni", "avx512_vnni", "AVX512_VNNI"),
    _row("avx_vnni", "avx_vnni", "AVX_VNNI"),
    _row("avx", "avx", "AVX"),
    _row("bmi2", "bmi2", "BMI2"),
    _row("ssse3", "ssse3", "SSSE3"),
    _row("sse3", "pni", "SSE3"),
)

NAMES = tuple(dict.fromkeys(row.name for row in _TABLE))
"""Every instruction that is told apart here, what matters most first."""

MINOR = frozenset({"avx512", "avx512_vnni", "avx_vnni"})
"""Without these, next to AVX2, Whisper was not measurably slower (docs/log.md, 2026-11-21)."""

NO_QUERY = {
    "onnxruntime": "its kernels (MLAS) are compiled for every kind of processor and chosen when it "
    "starts, by what it finds (onnxruntime/core/mlas/lib/platform.cpp)",
}
"""Why an engine cannot be asked what it uses."""


class Use(TypedDict):
    """What one engine makes of the processor; JSON-able."""

    compiled_for: list[str] | None
    """None: it cannot be asked, or has not chosen yet."""
    wasted: list[str]
    """What the processor offers and the engine was not compiled for, what matters most first."""
    slow: bool
    """Some of what is wasted is known to matter: worth a warning."""
    sentence: str
    """All of it, for people."""


class Report(TypedDict):
    """JSON-able."""

    processor: list[str]
    """What it offers."""
    engines: dict[str, Use]


def cpuinfo() -> str:
    """Linux's description of the processors."""
    return Path("/proc/cpuinfo").read_text("utf-8", "replace")


def offered(cpuinfo: str) -> frozenset[str]:
    """The instructions that all processors of a /proc/cpuinfo have: a thread may move between a
    small and a big one. x86 lists them as `flags`, ARM as `Features`."""
    lines = re.findall(r"^(?:flags|Features)[ \t]*:(.*)$", cpuinfo, re.MULTILINE)
    if not lines:
        return frozenset()
    common = frozenset.intersection(*(frozenset(line.split()) for line in lines))
    return frozenset(row.name for row in _TABLE if row.flags <= common)


def for_cuda(said: str) -> bool:
    """Whether an engine that describes itself so was compiled for a GPU of NVIDIA: its CUDA part
    has a section of its own, "CUDA : ARCHS = 870 | …"."""
    return re.search(r"(?:^|[|\s])CUDA\s*[:=](?!\s*0\b)", said) is not None


def compiled(system_info: str) -> frozenset[str] | None:
    """The instructions in a line such as `WHISPER : COREML = 0 | CPU : AVX2 = 1 | FMA = 1 | `.

    Each part of ggml has a section that begins with its name; in versions of 2024 and older the
    processor's had none. None if its section is missing: a ggml that chooses among several
    libraries when it runs (GGML_BACKEND_DL) has loaded none yet. Once it has, the section tells
    what was chosen.
    """
    section = "CPU"
    present: set[str] | None = None
    for entry in system_info.split("|"):
        *heads, fact = entry.split(" : ")
        for head in heads:
            section = head.strip()
            if section == "CPU":
                present = present or set()
        key, equals, value = (part.strip() for part in fact.partition("="))
        if section == "CPU" and equals:
            present = present or set()
            if value != "0":
                present.add(key)
    return None if present is None else frozenset(r.name for r in _TABLE if r.ggml in present)


def wasted(processor: frozenset[str], engine: frozenset[str]) -> list[str]:
    """What the processor has and the engine does not use, what matters most first."""
    return [name for name in NAMES if name in processor - engine]


def report(cpuinfo: str, built: Mapping[str, str | None]) -> Report:
    """What each engine makes of the processor: `report(cpuinfo(), built())`, with `built` of
    `assistant.engines.instructions`."""
    processor = offered(cpuinfo)
    return {
        "processor": [name for name in NAMES if name in processor],
        "engines": {name: _use(name, info, processor) for name, info in built.items()},
    }


_PURPOSE = {"whisper.cpp": "speech recognition", "llama.cpp": "the language model"}
_REMEDY = {
    "whisper.cpp": "run `make native`",
    "llama.cpp": "run `make clean` and `make setup`, which compiles it for this processor",
}
_MOST_SAID = 4
"""Names in a sentence; the report has them all."""


def _use(engine: str, system_info: str | None, processor: frozenset[str]) -> Use:
    known = None if system_info is None else compiled(system_info)
    missing = [] if known is None else wasted(processor, known)
    if system_info is None:
        sentence = f"{engine} cannot be asked what it uses: {NO_QUERY[engine]}."
    elif known is None:
        sentence = f"{engine} chooses its processor library when it runs and has loaded none yet."
    elif missing:
        sentence = (
            f"{engine} was built without {_listed(missing)}, which this processor has: "
            f"{_PURPOSE[engine]} {_cost(missing)}; {_REMEDY[engine]}."
        )
    else:
        sentence = f"{engine} was built for all that it could use of this processor."
    return {
        "compiled_for": None if known is None else [name for name in NAMES if name in known],
        "wasted": missing,
        "slow": not MINOR.issuperset(missing),
        "sentence": sentence,
    }


def _listed(names: list[str]) -> str:
    said = names[:_MOST_SAID] + (["more"] if len(names) > _MOST_SAID else [])
    return " and ".join(filter(None, [", ".join(said[:-1]), said[-1]]))


def _cost(missing: list[str]) -> str:
    """dotprod: an eight-bit matrix product on a Cortex-A76 took 190 ms without and 108 ms with it
    (huggingface/candle, pull request 3395; somebody else's measurement of another program, and
    without it ggml cannot use its rearranged weights either)."""
    if "dotprod" in missing:
        return "may take twice as long"
    if MINOR.issuperset(missing):
        return "may be a little slower"
    return "is slower than it could be"
