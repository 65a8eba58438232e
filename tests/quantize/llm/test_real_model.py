"""The installed SmolLM2, taken back to what Hugging Face publishes, and converted again: its
tokenizer, its embedding and a few of its layers, which are all alike."""

import ctypes
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gguf
import llama_cpp.llama_cpp as native
import numpy as np
import pytest
from llama_cpp._ggml import libggml

from assistant.engines.llama_vocabulary import open_vocabulary
from tests.quantize.llm import toy
from tools.quantize.convert.llm.convert import convert
from tools.quantize.convert.llm.sentences import SENTENCES

NAMES = {
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
HEADS = {"attn_q": 9, "attn_k": 3}
LAYERS = 3


def published(source: Path, folder: Path) -> None:
    """Write `folder` as the model of `source` was published, with the weights it has now."""
    reader = gguf.GGUFReader(source)
    said = {key: field.contents() for key, field in reader.fields.items()}
    folder.mkdir()
    toy.save_json(
        folder / "config.json",
        {
            "architectures": ["LlamaForCausalLM"],
            "hidden_act": "silu",
            "hidden_size": said["llama.embedding_length"],
            "intermediate_size": said["llama.feed_forward_length"],
            "max_position_embeddings": said["llama.context_length"],
            "num_attention_heads": said["llama.attention.head_count"],
            "num_hidden_layers": LAYERS,
            "num_key_value_heads": said["llama.attention.head_count_kv"],
            "rms_norm_eps": 1e-5,
            "rope_theta": said["llama.rope.freq_base"],
            "tie_word_embeddings": True,
            "vocab_size": said["llama.vocab_size"],
        },
    )
    write_tokenizer(folder, said)
    toy.write_tensors(folder, dict(weights(reader)), "F32")


def write_tokenizer(folder: Path, said: dict[str, Any]) -> None:
    texts, types = said["tokenizer.ggml.tokens"], said["tokenizer.ggml.token_type"]
    added = [
        {"id": id_, "content": text, "special": True}
        for id_, (text, kind) in enumerate(zip(texts, types, strict=True))
        if kind == gguf.TokenType.CONTROL
    ]
    model = {
        "type": "BPE",
        "vocab": {text: id_ for id_, text in enumerate(texts)},
        "merges": said["tokenizer.ggml.merges"],
    }
    section = toy.PRE_TOKENIZERS["smollm"]
    tokenizer = {"added_tokens": added, "pre_tokenizer": section, "model": model}
    toy.save_json(folder / "tokenizer.json", tokenizer)
    toy.save_json(
        folder / "tokenizer_config.json",
        {
            "bos_token": "<|im_start|>",
            "eos_token": "<|im_end|>",
            "unk_token": "<|endoftext|>",
            "pad_token": "<|im_end|>",
            "chat_template": said["tokenizer.chat_template"],
        },
    )


def weights(reader: Any) -> Iterator[tuple[str, Any]]:
    for tensor in reader.tensors:
        parts = tensor.name.split(".")
        if parts[0] == "blk" and int(parts[1]) >= LAYERS:
            continue
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        if parts[0] != "blk":
            name = {"token_embd": "embed_tokens", "output_norm": "norm"}[parts[0]]
            yield f"model.{name}.weight", values
            continue
        if heads := HEADS.get(parts[2]):  # rows back to where Hugging Face has them
            values = values.reshape(heads, -1, 2, values.shape[1]).swapaxes(1, 2)
            values = np.ascontiguousarray(values).reshape(-1, values.shape[-1])
        yield f"model.layers.{parts[1]}.{NAMES[parts[2]]}.weight", values


def tensors(path: Path) -> dict[str, tuple[int, bytes]]:
    """Type and SHA-256 of each tensor, through ggml itself: gguf's reader takes seconds a file."""

    class Params(ctypes.Structure):
        _fields_ = [("no_alloc", ctypes.c_bool), ("ctx", ctypes.c_void_p)]

    def call(name: str, result: Any, *arguments: Any) -> Any:
        function = libggml[name]
        function.restype = result
        return function(*arguments)

    opened = call("gguf_init_from_file", ctypes.c_void_p, str(path).encode(), Params(True, None))
    file = ctypes.c_void_p(opened)
    start = call("gguf_get_data_offset", ctypes.c_size_t, file)
    data = np.memmap(path, np.uint8, "r")
    found = {}
    for index in range(call("gguf_get_n_tensors", ctypes.c_int64, file)):
        of = (file, ctypes.c_int64(index))
        at = start + call("gguf_get_tensor_offset", ctypes.c_size_t, *of)
        size = call("gguf_get_tensor_size", ctypes.c_size_t, *of)
        kind = call("gguf_get_tensor_type", ctypes.c_int, *of)
        digest = hashlib.sha256(data[at : at + size].tobytes()).digest()
        found[call("gguf_get_tensor_name", ctypes.c_char_p, *of).decode()] = (kind, digest)
    call("gguf_free", None, file)
    return found


@pytest.mark.models
def test_it_is_what_llama_cpp_makes_of_the_same_weights(
    tmp_path: Path, model: Callable[[str], Path]
) -> None:
    source = model("smollm2-135m-instruct")
    published(source, tmp_path / "in")
    ours, theirs = tmp_path / "ours.gguf", tmp_path / "theirs.gguf"
    converted = convert(tmp_path / "in", ours, "f16", force=False)
    assert converted.chat.same
    params = native.llama_model_quantize_default_params()
    params.ftype, params.allow_requantize = native.LLAMA_FTYPE_MOSTLY_F16, True
    assert native.llama_model_quantize(str(source).encode(), str(theirs).encode(), params) == 0

    wanted, found = tensors(theirs), tensors(ours)
    assert len(found) == 2 + 9 * LAYERS
    for name, tensor in found.items():
        assert tensor == wanted[name], name
    with open_vocabulary(ours) as one, open_vocabulary(source) as other:
        for sentence in SENTENCES:
            assert one.tokenize(sentence) == other.tokenize(sentence), sentence
