"""Asks each engine what it was compiled for. `hw.instructions.report` compares that with the
processor; it is pure, this loads the libraries (which `assistant run` has in use anyway)."""

import _pywhispercpp
import llama_cpp


def built() -> dict[str, str | None]:
    """An engine's own description of itself; None if it has none to give.

    * whisper.cpp: `whisper_print_system_info` (src/whisper.cpp);
    * llama.cpp: `llama_print_system_info` (src/llama.cpp). Both print what
      `ggml_backend_cpu_get_features` (ggml/src/ggml-cpu/ggml-cpu.cpp) lists, and that is decided by
      the compiler's macros, so a line tells how a library was compiled, not where it runs.
    * onnxruntime has no such call: `onnxruntime.get_build_info()` names a commit and the kind of
      build; its kernels are chosen when it starts (`hw.instructions.NO_QUERY`).
    """
    return {
        "whisper.cpp": _pywhispercpp.whisper_print_system_info(),
        "llama.cpp": llama_cpp.llama_print_system_info().decode("utf-8", "replace"),
        "onnxruntime": None,
    }
