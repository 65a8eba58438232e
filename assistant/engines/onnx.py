"""How every ONNX model is opened: fixed threads, no spinning, quiet, clear when it fails."""

from pathlib import Path

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort

from assistant.errors import ModelError

REFUSED = (
    ort.InvalidArgument,
    ort.InvalidGraph,
    ort.InvalidProtobuf,
    ort.NotImplemented,
    ort.RuntimeException,
    ort.Fail,
)
"""What onnxruntime raises for a file that is cut short, is something else, or needs a newer
runtime, and for a run that does not fit the model. These classes share no base but Exception."""


def session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """Open an ONNX file for the CPU with `threads` intra-op threads (the caller's included).

    Without these options onnxruntime starts a thread on every core, and each busy-waits between
    calls: a 32 ms loop that needs 2 % of a core then burns a whole one.

    Raises ModelError if the file is missing or cannot be read as a model.
    """
    if not path.is_file():
        raise ModelError(f"The model file {path} is missing; run `assistant models pull`.")
    return opened(str(path), path, threads)


def opened(graph: str | bytes, path: Path, threads: int) -> onnxruntime.InferenceSession:
    """The same for a file's name or its content, rewritten perhaps. `path`: where it came from.

    Raises ModelError if it cannot be read as a model.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    # A memory plan is kept for every shape of input; sentences come in hundreds of lengths.
    options.enable_mem_pattern = False
    # Its own arena grows by doubling and keeps what the longest sentence needed; the C library's
    # heap is shared by all engines, as quick, and can be given back (`engines.trim`).
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3  # errors only: warnings about unused initialisers help no user
    try:
        made = onnxruntime.InferenceSession(
            graph, sess_options=options, providers=["CPUExecutionProvider"]
        )
    except REFUSED as error:
        raise damaged(path) from error
    # It would keep a file's content (63 MB of a voice) in case it is given other providers.
    made._model_bytes = None
    return made


def seed(number: int) -> None:
    """What the graphs of sessions opened from now on draw by chance is the same in each process."""
    onnxruntime.set_seed(number)


def damaged(path: Path) -> ModelError:
    return ModelError(
        f"The model file {path} is damaged; delete it and run `assistant models pull`."
    )
