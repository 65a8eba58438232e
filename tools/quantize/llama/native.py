"""llama.cpp itself: its quantiser, and models that are read token by token.

Through llama-cpp-python's ctypes layer. What is called here may abort the process with a bad file:
`quantizer` has a child process for that, and so have the measurements.
"""

import ctypes
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as native
import numpy as np
from numpy.typing import NDArray

from assistant.engines.chat_templates import choose, render
from assistant.engines.llama_vocabulary import LlamaVocabulary
from assistant.errors import ModelError, StageError
from assistant.llm import Message
from tools.quantize.llama.importance import Importance
from tools.quantize.llama.order import Order
from tools.quantize.llama.types import TENSOR_TYPES

Logits = NDArray[np.float32]
"""[positions, vocabulary]."""

BATCH = 128
"""Tokens at a time: their logits are what takes the memory."""
_TRIAL_CONTEXT = 256


@native.llama_log_callback  # type: ignore[untyped-decorator]
def _say(_level: int, text: bytes, _user: object) -> None:
    os.write(1, text)


@native.llama_log_callback  # type: ignore[untyped-decorator]
def _be_quiet(_level: int, _text: bytes, _user: object) -> None:
    pass  # what goes wrong is known from what the calls return


def quantize(order: Order) -> bool:
    """Do it, with llama.cpp's log on stdout. False: it gave up, and said why."""
    native.llama_log_set(_say, None)
    native.llama_backend_init()
    params = native.llama_model_quantize_default_params()
    params.nthread = order.threads
    params.ftype = order.number
    params.allow_requantize = order.allow_requantize
    params.dry_run = order.plan
    if order.output_type:
        params.output_tensor_type = TENSOR_TYPES[order.output_type]
    if order.embedding_type:
        params.token_embedding_type = TENSOR_TYPES[order.embedding_type]
    overrides = _overrides(order)
    params.tt_overrides = overrides
    # Whatever the parameters point to must live as long as they do.
    alive: list[object] = [overrides]
    if order.imatrix:
        importance = Importance.load(Path(order.imatrix))
        data, metadata = _importance(importance), _metadata(importance, Path(order.imatrix).name)
        params.imatrix, params.kv_overrides = data, metadata
        alive += [importance, data, metadata]
    status = native.llama_model_quantize(
        os.fsencode(order.source), os.fsencode(order.target), ctypes.byref(params)
    )
    return int(status) == 0


def try_out(path: Path) -> None:
    """Load a model and read a few words with it. Raises ModelError if it cannot be used."""
    with Reader(path, _TRIAL_CONTEXT, threads=1) as reader:
        for logits in reader.read(reader.tokenize("What time is it?", begin=True)):
            if not np.isfinite(logits).all():
                raise ModelError(f"{path.name} computes values that are no numbers.")


def _overrides(order: Order) -> Any:
    """As C has it: an array that ends with an empty one."""
    array = (native.llama_model_tensor_override * (len(order.overrides) + 1))()
    for place, override in zip(array, order.overrides, strict=False):
        place.pattern = override.pattern.encode()
        place.type = TENSOR_TYPES[override.type]
    return array


def _importance(importance: Importance) -> Any:
    """Mean squares, as C has them: an array that ends with an empty one."""
    means = importance.means()
    array = (native.llama_model_imatrix_data * (len(means) + 1))()
    for place, (name, values) in zip(array, means.items(), strict=False):
        place.name = name.encode()
        place.data = np.ctypeslib.as_ctypes(values)
        place.size = values.size
    return array


def _metadata(importance: Importance, name: str) -> Any:
    """What llama.cpp's own tool writes into the file of the importance matrix it used. Only names
    of files: where they lay is nobody's business."""
    kept: list[tuple[str, str | int]] = [("quantize.imatrix.file", name)]
    kept += [("quantize.imatrix.dataset", each) for each in importance.datasets[:1]]
    kept.append(("quantize.imatrix.entries_count", len(importance.names)))
    kept.append(("quantize.imatrix.chunks_count", importance.chunks))
    array = (native.llama_model_kv_override * (len(kept) + 1))()
    for place, (key, value) in zip(array, kept, strict=False):
        place.key = key.encode()
        if isinstance(value, str):
            place.tag = native.LLAMA_KV_OVERRIDE_TYPE_STR
            place.value.val_str = value.encode()[:127]
        else:
            place.tag = native.LLAMA_KV_OVERRIDE_TYPE_INT
            place.value.val_i64 = value
    return array


class Reader(LlamaVocabulary):
    """A loaded model that gives the logits of every position, not only of the last."""

    def __init__(
        self, path: Path, context_tokens: int, threads: int, watch: Any | None = None
    ) -> None:
        """`watch`: a ggml_backend_sched_eval_callback that is shown the graph's tensors.

        Raises ModelError if the file cannot be loaded or there is not enough memory.
        """
        native.llama_log_set(_be_quiet, None)
        native.llama_backend_init()
        params = native.llama_model_default_params()
        params.check_tensors = True
        self._model = native.llama_model_load_from_file(os.fsencode(path), params)
        if not self._model:
            raise ModelError(f"llama.cpp cannot load {path}: it is damaged or of an unknown kind.")
        self._watch = watch
        self._context = native.llama_init_from_model(
            self._model, _context_params(context_tokens, threads, watch)
        )
        if not self._context:
            native.llama_model_free(self._model)
            raise ModelError(
                f"There is not enough memory for {path.name} with {context_tokens} tokens of "
                "context; choose a smaller model or context."
            )
        self.name = path.name
        super().__init__(self._model)
        self._memory = native.llama_get_memory(self._context)
        self._batch = native.llama_batch_init(BATCH, 0, 1)
        self._held = 0

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        native.llama_batch_free(self._batch)
        native.llama_free(self._context)
        native.llama_model_free(self._model)

    def chat(self, messages: Sequence[Message]) -> list[int]:
        """The tokens of a conversation, up to where a reply begins, in the model's own template.

        Raises ModelError if it is no chat model of a known family.
        """
        template = choose(self.has_token)
        pieces = render(template, messages)
        return [
            token for piece in pieces for token in self.tokenize(piece.text, markup=piece.markup)
        ]

    def forget(self, keep: int = 0) -> None:
        """All but the first `keep` tokens."""
        if not native.llama_memory_seq_rm(self._memory, 0, keep, -1):
            # Recurrent models cannot forget a part: whoever asks reads all of it again.
            native.llama_memory_clear(self._memory, True)
            keep = 0
        self._held = min(keep, self._held)

    @property
    def held(self) -> int:
        """How many tokens it remembers."""
        return self._held

    def read(self, tokens: Sequence[int], wanted_from: int = 0) -> Iterator[Logits]:
        """Go on with `tokens`. Yields the logits after each of tokens[wanted_from:], some rows at a
        time, which are valid only until the next ones. Raises StageError if llama.cpp fails."""
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            wanted = max(wanted_from - start, 0)
            self._decode(part, wanted)
            if wanted < len(part):
                first = native.llama_get_logits(self._context)
                yield np.ctypeslib.as_array(first, (len(part) - wanted, self.vocabulary_size))

    def _decode(self, tokens: Sequence[int], wanted: int) -> None:
        batch = self._batch
        batch.n_tokens = len(tokens)
        for place, token in enumerate(tokens):
            batch.token[place] = token
            batch.pos[place] = self._held + place
            batch.n_seq_id[place] = 1
            batch.seq_id[place][0] = 0
            batch.logits[place] = place >= wanted
        status = native.llama_decode(self._context, batch)
        if status != 0:
            raise StageError("llm", "decode", f"{self.name}: llama.cpp failed with code {status}.")
        self._held += len(tokens)


def _context_params(context_tokens: int, threads: int, watch: Any | None) -> Any:
    params = native.llama_context_default_params()
    params.n_ctx = context_tokens
    params.n_batch = params.n_ubatch = BATCH
    params.n_threads = params.n_threads_batch = threads
    params.no_perf = True
    if watch is not None:
        params.cb_eval = watch
    return params


def watcher(look: Callable[[int, bool], bool]) -> Any:
    """`look(address, ask)` as llama.cpp wants it; keep what is returned as long as it is in use."""

    @native.ggml_backend_sched_eval_callback  # type: ignore[untyped-decorator]
    def called(tensor: int, ask: bool, _user: object) -> bool:
        return look(tensor, ask)

    return called
