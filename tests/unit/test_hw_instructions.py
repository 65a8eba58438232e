"""What a processor offers, what an engine was compiled for, and what the difference is called."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.instructions import NAMES, compiled, cpuinfo, for_cuda, offered, report, wasted

# Written by the kernel of a Raspberry Pi 5 (four Cortex-A76); abridged to what is read.
PI_5 = """\
processor\t: 0
BogoMIPS\t: 108.00
Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
CPU implementer\t: 0x41
CPU part\t: 0xd0b

processor\t: 1
BogoMIPS\t: 108.00
Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp
"""  # noqa: E501
PI_4 = "processor\t: 0\nFeatures\t: fp asimd evtstrm crc32 cpuid\n"
XEON = (
    "processor\t: 0\nmodel name\t: Intel(R) Xeon(R) Processor @ 2.80GHz\n"
    "flags\t\t: fpu sse sse2 ht pni ssse3 fma avx f16c bmi2 avx2 avx512f avx512bw avx512_vnni\n"
    "bugs\t\t: spectre_v1\n"
)

# Said by the wheel of pywhispercpp 1.5.1 and by a native llama-cpp-python 0.3.36, on that Xeon.
WHEEL = (
    "WHISPER : COREML = 0 | OPENVINO = 0 | CPU : SSE3 = 1 | SSSE3 = 1 | AVX = 1 | AVX2 = 1 | "
    "F16C = 1 | FMA = 1 | BMI2 = 1 | OPENMP = 1 | REPACK = 1 | "
)
NATIVE = (
    "CPU : SSE3 = 1 | SSSE3 = 1 | AVX = 1 | AVX2 = 1 | F16C = 1 | FMA = 1 | BMI2 = 1 | "
    "AVX512 = 1 | AVX512_VBMI = 1 | AVX512_VNNI = 1 | LLAMAFILE = 1 | OPENMP = 1 | REPACK = 1 | "
)
# Said by the aarch64 wheel of pywhispercpp 1.5.1 on an emulated Cortex-A76.
ARM_WHEEL = (
    "WHISPER : COREML = 0 | OPENVINO = 0 | "
    "CPU : NEON = 1 | ARM_FMA = 1 | OPENMP = 1 | REPACK = 1 | "
)

XEON_HAS = {"sse3", "ssse3", "avx", "avx2", "f16c", "fma", "bmi2", "avx512", "avx512_vnni"}
AVX2_ONLY = XEON_HAS - {"avx512", "avx512_vnni"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (PI_5, {"neon", "fma", "dotprod", "fp16"}),
        (PI_4, {"neon", "fma"}),
        (XEON, XEON_HAS),
        ("Features : asimd fphp\n", {"neon", "fma"}),  # scalars of 16 bits only
        ("processor : 0\n", set()),
        ("", set()),
    ],
)
def test_what_a_processor_offers(text: str, names: set[str]) -> None:
    assert offered(text) == names


def test_only_what_all_processors_have_counts() -> None:
    small = "processor\t: 4\nFeatures\t: fp asimd\n"
    assert offered(PI_5 + small) == {"neon", "fma"}


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (WHEEL, AVX2_ONLY),
        (NATIVE, XEON_HAS),
        (ARM_WHEEL, {"neon", "fma"}),
        (
            "CUDA : ARCHS = 870 | USE_GRAPHS = 1 | CPU : NEON = 1 | DOTPROD = 1 | ",
            {"neon", "dotprod"},
        ),
        ("CPU : NEON = 1 | SVE = 1 | SVE_CNT = 16 | MATMUL_INT8 = 1 | ", {"neon", "sve", "i8mm"}),
        ("AVX = 1 | AVX2 = 0 | NEON = 0 | COREML = 0 | ", {"avx"}),  # before sections had names
        ("CPU : AVX2 = 1 | BLAS : AVX512 = 1 | ", {"avx2"}),  # another part's own affair
        ("CPU : ", set()),
    ],
)
def test_what_an_engine_was_compiled_for(line: str, names: set[str]) -> None:
    assert compiled(line) == frozenset(names)


@pytest.mark.parametrize(
    ("line", "cuda"),
    [
        (WHEEL, False),
        (NATIVE, False),
        ("WHISPER : COREML = 0 | CUDA : ARCHS = 870 | USE_GRAPHS = 1 | CPU : NEON = 1 | ", True),
        ("CUDA : ARCHS = 870 | CPU : NEON = 1 | ", True),
        ("AVX = 1 | CUDA = 0 | ", False),
        ("AVX = 1 | CUDA = 1 | ", True),
        ("NOCUDA : X = 1 | ", False),
        ("", False),
    ],
)
def test_an_engine_that_was_compiled_for_a_gpu_says_so(line: str, cuda: bool) -> None:
    assert for_cuda(line) is cuda


@pytest.mark.parametrize("line", ["", "WHISPER : COREML = 0 | OPENVINO = 0 | "])
def test_an_engine_that_has_loaded_no_processor_library_yet_has_not_said_anything(
    line: str,
) -> None:
    assert compiled(line) is None
    use = report(XEON, {"llama.cpp": line})["engines"]["llama.cpp"]
    assert use["compiled_for"] is None
    assert use["wasted"] == []
    assert "has loaded none yet" in use["sentence"]


def test_the_arm_wheel_wastes_what_matters_most_and_the_sentence_says_what_to_do() -> None:
    use = report(PI_5, {"whisper.cpp": ARM_WHEEL})["engines"]["whisper.cpp"]
    assert use["wasted"] == ["dotprod", "fp16"]
    assert use["slow"]
    assert use["sentence"] == (
        "whisper.cpp was built without dotprod and fp16, which this processor has: "
        "speech recognition may take twice as long; run `make native`."
    )


def test_the_arm_wheel_wastes_nothing_of_an_older_board() -> None:
    use = report(PI_4, {"whisper.cpp": ARM_WHEEL})["engines"]["whisper.cpp"]
    assert use["wasted"] == []
    assert not use["slow"]
    assert use["sentence"] == "whisper.cpp was built for all that it could use of this processor."


def test_each_engine_has_its_own_remedy_and_long_lists_are_cut() -> None:
    engines = report(XEON, {"whisper.cpp": WHEEL, "llama.cpp": "CPU : SSE3 = 1 | "})["engines"]
    assert engines["whisper.cpp"]["wasted"] == ["avx512", "avx512_vnni"]
    assert "may be a little slower; run `make native`." in engines["whisper.cpp"]["sentence"]
    assert not engines["whisper.cpp"]["slow"], "AVX2 does nearly as well"
    assert engines["llama.cpp"]["slow"]
    assert len(engines["llama.cpp"]["wasted"]) == len(XEON_HAS) - 1
    assert "without fma, avx2, f16c, avx512 and more," in engines["llama.cpp"]["sentence"]
    assert "run `make clean` and `make setup`" in engines["llama.cpp"]["sentence"]


def test_onnxruntime_cannot_be_asked_and_the_report_says_why() -> None:
    use = report(PI_5, {"onnxruntime": None})["engines"]["onnxruntime"]
    assert use["compiled_for"] is None
    assert "chosen when it starts" in use["sentence"]


def test_the_report_is_json_and_keeps_the_order_of_importance() -> None:
    made = report(XEON, {"whisper.cpp": WHEEL, "llama.cpp": NATIVE, "onnxruntime": None})
    assert json.loads(json.dumps(made)) == made
    assert made["processor"] == [name for name in NAMES if name in XEON_HAS]


def test_this_machine_can_be_read() -> None:
    assert offered(cpuinfo()), "a 64-bit processor without any vector instruction?"


# --- laws -----------------------------------------------------------------------------------------

SUBSETS = st.frozensets(st.sampled_from(NAMES))
KEYS = ("SSE3", "AVX", "AVX2", "AVX512", "NEON", "ARM_FMA", "FP16_VA", "DOTPROD", "OPENMP", "NEW")


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert offered(text) <= set(NAMES)
    assert (compiled(text) or set()) <= set(NAMES)
    report(text, {"whisper.cpp": text})


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from([0, 1, 16])), st.booleans())
def test_a_feature_is_found_wherever_it_stands_and_whoever_else_speaks(
    features: dict[str, int], others: bool
) -> None:
    own = "CPU : " + "".join(f"{key} = {value} | " for key, value in features.items())
    line = f"CUDA : ARCHS = 870 | AVX2 = 1 | {own}RPC : AVX512 = 1 | " if others else own
    alone = [
        compiled(f"CPU : {key} = {value} | ") or frozenset() for key, value in features.items()
    ]
    assert compiled(line) == frozenset[str]().union(*alone)


@given(SUBSETS, SUBSETS)
def test_wasted_is_the_difference_in_order(
    processor: frozenset[str], engine: frozenset[str]
) -> None:
    names = wasted(processor, engine)
    assert set(names) == processor - engine
    assert names == sorted(names, key=NAMES.index)


@given(SUBSETS)
def test_more_instructions_in_a_library_never_waste_more(engine: frozenset[str]) -> None:
    everything = frozenset(NAMES)
    for name in everything - engine:
        assert len(wasted(everything, engine | {name})) == len(wasted(everything, engine)) - 1
