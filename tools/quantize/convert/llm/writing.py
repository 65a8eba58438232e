"""Write the GGUF file: metadata, tokens, and tensors one piece after another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError
from tools.quantize.convert.folder import Folder
from tools.quantize.convert.llm.config import Config
from tools.quantize.convert.llm.numbers import Type, encoded, kind, row_bytes
from tools.quantize.convert.llm.tensors import Planned
from tools.quantize.convert.llm.vocabulary import Vocabulary

_ROPE_FACTORS = "rope_freqs.weight"


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into the file."""

    config: Config
    vocabulary: Vocabulary
    special: Any
    """gguf.SpecialVocab"""
    planned: Sequence[Planned]
    rope_factors: NDArray[np.float32] | None
    type: Type

    @property
    def bytes(self) -> int:
        """Of all tensors."""
        return sum(_bytes(planned, self.type) for planned in self.planned)


def write(folder: Folder, content: Content, path: Path, advance: Callable[[int], None]) -> None:
    """Write `path`; `advance` is told the bytes of tensors written so far.

    Raises ModelError for weights that are no numbers, or what does not fit the type.
    """
    import gguf

    writer: Any = gguf.GGUFWriter(None, content.config.family.architecture)
    _add_infos(writer, content)
    _add_about(writer, folder, content)
    _add_network(writer, content)
    _add_tokens(writer, content)
    writer.write_header_to_file(path)
    try:
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        done = 0
        if content.rope_factors is not None:
            writer.write_tensor_data(content.rope_factors)
        for planned in content.planned:
            streamed = _Streamed(planned, content.type, partial(_add, advance, done))
            writer.write_tensor_data(streamed)
            done += streamed.nbytes
    finally:
        writer.close()


def _add(advance: Callable[[int], None], before: int, part: int) -> None:
    advance(before + part)


class _Streamed:
    """What GGUFWriter asks of an array when it writes one: its size, and to write itself."""

    def __init__(self, planned: Planned, type_: Type, advance: Callable[[int], None]) -> None:
        self._planned = planned
        self._type = kind(planned, type_)
        self._advance = advance
        self.nbytes = _bytes(planned, type_)

    def tofile(self, file: BinaryIO) -> None:
        done = 0
        for part in encoded(self._planned, self._type):
            file.write(np.ascontiguousarray(part).data)
            done += part.nbytes
            self._advance(done)


def _bytes(planned: Planned, type_: Type) -> int:
    shape = planned.wanted.shape
    return prod(shape[:-1]) * row_bytes(shape[-1], kind(planned, type_))


def _add_infos(writer: Any, content: Content) -> None:
    import gguf

    if content.rope_factors is not None:
        shape = content.rope_factors.shape
        writer.add_tensor_info(
            _ROPE_FACTORS, shape, np.dtype(np.float32), content.rope_factors.nbytes
        )
    for planned in content.planned:
        wanted = planned.wanted
        writer.add_tensor_info(
            wanted.target,
            wanted.shape,
            np.dtype(np.float32),  # the type that counts is the next but one
            _bytes(planned, content.type),
            raw_dtype=gguf.GGMLQuantizationType[kind(planned, content.type).upper()],
        )


def _add_about(writer: Any, folder: Folder, content: Content) -> None:
    """Name, licence, languages, origin: gguf's reading of the model card (README.md)."""
    import gguf
    from yaml import YAMLError

    parameters = writer.get_total_parameter_count()
    try:
        about = gguf.Metadata.load(None, folder.path, None, parameters[0])
        about.name = about.name or folder.path.resolve().name
        about.size_label = about.size_label or gguf.size_label(*parameters)
        writer.add_type(gguf.GGUFType.MODEL)
        about.set_gguf_meta_model(writer)
    except (YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"The head of README.md in {folder.path.name} cannot be understood ({first}): "
            "correct it, or take the file away."
        ) from error
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    files = {"f32": "ALL_F32", "f16": "MOSTLY_F16", "bf16": "MOSTLY_BF16", "q8_0": "MOSTLY_Q8_0"}
    writer.add_file_type(gguf.LlamaFileType[files[content.type]])


def _add_network(writer: Any, content: Content) -> None:
    import gguf

    config, given, kind_ = content.config, content.config.given, content.config.family
    writer.add_block_count(given.num_hidden_layers)
    writer.add_context_length(config.context)
    writer.add_embedding_length(given.hidden_size)
    writer.add_feed_forward_length(given.intermediate_size)
    writer.add_head_count(given.num_attention_heads)
    writer.add_head_count_kv(config.kv_heads)
    writer.add_layer_norm_rms_eps(given.rms_norm_eps)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_vocab_size(given.vocab_size)
    writer.add_rope_freq_base(config.theta)
    if config.rope.rope_type == "linear":
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(config.rope.factor)
    if kind_.window_every:
        writer.add_sliding_window(given.sliding_window)
        if not kind_.soft_caps:
            writer.add_rope_freq_base_swa(config.local_theta)
    if kind_.soft_caps and given.attn_logit_softcapping is not None:
        writer.add_attn_logit_softcapping(given.attn_logit_softcapping)
    if kind_.window_every and given.final_logit_softcapping is not None:
        writer.add_final_logit_softcapping(given.final_logit_softcapping)


def _add_tokens(writer: Any, content: Content) -> None:
    vocabulary = content.vocabulary
    writer.add_tokenizer_model(vocabulary.model)
    writer.add_tokenizer_pre(vocabulary.pre)
    writer.add_token_list([token.text for token in vocabulary.tokens])
    if vocabulary.model == "llama":
        writer.add_token_scores([token.score for token in vocabulary.tokens])
    writer.add_token_types([int(token.type) for token in vocabulary.tokens])
    writer.add_token_merges(vocabulary.merges)
    writer.add_add_space_prefix(vocabulary.space_prefix)
    content.special.add_to_gguf(writer, quiet=True)
