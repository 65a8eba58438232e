"""One Whisper model in the files of OpenAI, Hugging Face and CTranslate2, each written by hand.

The names are written down here once more, independently of the code that reads them.
"""

import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.whisper_network import Dimensions, tensor_shapes
from tests.fake_models import ctranslate2_file

Tensors = dict[str, NDArray[Any]]

DIMS = Dimensions(51_864, 1500, 32, 2, 2, 448, 32, 2, 1, 80)
"""English; of two layers that listen and one that writes, as distilled models have fewer."""
TOKENS = ["Ġ", *(f"t{index}" for index in range(1, 50_256)), "<|endoftext|>"]
"""The first is a space, without which whisper.cpp does not do, as GPT-2 writes it."""
SPOKEN = [token.replace("Ġ", " ").encode() for token in TOKENS]
"""The bytes that they stand for."""


def random_tensors(dims: Dimensions = DIMS) -> Tensors:
    """float16, always the same, by OpenAI's names."""
    generator = np.random.default_rng(0)
    shapes = tensor_shapes(dims)
    return {name: generator.standard_normal(shape).astype("<f2") for name, shape in shapes.items()}


def dims_table(dims: Dimensions = DIMS) -> dict[str, int]:
    return dict(zip(dims.__slots__, dims.numbers(), strict=True))


# --- torch.save -----------------------------------------------------------------------------------


class Raw(bytes):
    """Instructions of a pickle as they are."""


def pickled(value: object) -> bytes:
    """The instructions that leave `value` on the stack."""
    match value:
        case Raw():
            return bytes(value)
        case dict():
            items = b"".join(pickled(key) + pickled(each) for key, each in value.items())
            return b"}(" + items + b"u"
        case tuple():
            return b"(" + b"".join(map(pickled, value)) + b"t"
        case str():
            raw = value.encode()
            return b"X" + struct.pack("<I", len(raw)) + raw
        case int():
            return b"J" + struct.pack("<i", value)
    raise TypeError(type(value))


def pickled_tensor(key: int, array: NDArray[Any], kind: str, strides: object = None) -> Raw:
    """A tensor of a whole storage, which has as many numbers."""
    whole = np.cumprod((1, *array.shape[:0:-1]))[::-1].tolist() if array.ndim else []
    storage = pickled(("storage", Raw(f"ctorch\n{kind}Storage\n".encode()), str(key), "cpu"))
    storage = storage[:-1] + pickled(array.size) + b"tQ"
    rest = b"".join(map(pickled, (0, array.shape, tuple(whole) if strides is None else strides)))
    hooks = b"\x89ccollections\nOrderedDict\n)R"
    return Raw(b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + rest + hooks + b"tR")


def torch_zip(
    data_pickle: bytes, storages: Mapping[str, bytes], path: Path, **options: Any
) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        archive.writestr("archive/data.pkl", data_pickle)
        archive.writestr("archive/byteorder", b"little")
        for key, raw in storages.items():
            archive.writestr(f"archive/data/{key}", raw)
    return path


def bfloat16(array: NDArray[Any]) -> bytes:
    """The upper halves; exact only for what bfloat16 can hold."""
    return (array.astype("<f4").view("<u4") >> 16).astype("<u2").tobytes()


_ENCODINGS: dict[str, Callable[[NDArray[Any]], bytes]] = {
    "Double": lambda array: array.astype("<f8").tobytes(),
    "Half": lambda array: array.astype("<f2").tobytes(),
    "Float": lambda array: array.astype("<f4").tobytes(),
    "BFloat16": bfloat16,
    "Char": lambda array: array.astype("i1").tobytes(),
}
_STORED = {"Half": "<f2", "Float": "<f4", "BFloat16": "<u2", "Char": "i1"}


def write_openai(
    path: Path, tensors: Tensors, dims: Mapping[str, object] | None = None, kind: str = "Half"
) -> Path:
    """A .pt file as OpenAI publishes them."""
    refs = {
        name: pickled_tensor(key, array, kind) for key, (name, array) in enumerate(tensors.items())
    }
    tree = {"dims": dims or dims_table(), "model_state_dict": refs}
    storages = {str(key): _ENCODINGS[kind](each) for key, each in enumerate(tensors.values())}
    return torch_zip(b"\x80\x02" + pickled(tree) + b".", storages, path)


# --- Hugging Face ---------------------------------------------------------------------------------

_HUGGING_FACE = (
    (".blocks.", ".layers."),
    ("cross_attn_ln.", "encoder_attn_layer_norm."),
    ("attn_ln.", "self_attn_layer_norm."),
    ("cross_attn.", "encoder_attn."),
    (".attn.", ".self_attn."),
    (".query.", ".q_proj."),
    (".key.", ".k_proj."),
    (".value.", ".v_proj."),
    (".out.", ".out_proj."),
    ("mlp_ln.", "final_layer_norm."),
    ("mlp.0.", "fc1."),
    ("mlp.2.", "fc2."),
    ("decoder.ln.", "decoder.layer_norm."),
    ("encoder.ln_post.", "encoder.layer_norm."),
    ("token_embedding.", "embed_tokens."),
    ("positional_embedding", "embed_positions.weight"),
)
_SAFE = {"Double": "F64", "Half": "F16", "Float": "F32", "BFloat16": "BF16"}


def hugging_face_name(name: str) -> str:
    for openai, theirs in _HUGGING_FACE:
        name = name.replace(openai, theirs)
    return f"model.{name}"


def safetensors(tensors: Tensors, kind: str = "Half") -> bytes:
    table: dict[str, object] = {"__metadata__": {"format": "pt"}}
    parts: list[bytes] = []
    at = 0
    for name, array in tensors.items():
        parts.append(_ENCODINGS[kind](array))
        end = at + len(parts[-1])
        entry = {"dtype": _SAFE[kind], "shape": list(array.shape), "data_offsets": [at, end]}
        table[name], at = entry, end
    head = json.dumps(table).encode()
    return struct.pack("<Q", len(head)) + head + b"".join(parts)


def config(dims: Dimensions = DIMS) -> dict[str, object]:
    """As transformers writes config.json, as far as it matters."""
    return {
        "model_type": "whisper",
        "architectures": ["WhisperForConditionalGeneration"],
        "activation_function": "gelu",
        "scale_embedding": False,
        "vocab_size": dims.n_vocab,
        "num_mel_bins": dims.n_mels,
        "d_model": dims.n_text_state,
        "encoder_ffn_dim": 4 * dims.n_audio_state,
        "decoder_ffn_dim": 4 * dims.n_text_state,
        "encoder_layers": dims.n_audio_layer,
        "decoder_layers": dims.n_text_layer,
        "encoder_attention_heads": dims.n_audio_head,
        "decoder_attention_heads": dims.n_text_head,
        "max_source_positions": dims.n_audio_ctx,
        "max_target_positions": dims.n_text_ctx,
    }


def write_hugging_face(
    folder: Path, tensors: Tensors, dims: Dimensions = DIMS, kind: str = "Half", shards: int = 1
) -> Path:
    """A folder as transformers saves one; without a vocabulary."""
    folder.mkdir(exist_ok=True)
    named = {hugging_face_name(name): array for name, array in tensors.items()}
    (folder / "config.json").write_text(json.dumps(config(dims)))
    if shards == 1:
        (folder / "model.safetensors").write_bytes(safetensors(named, kind))
        return folder
    placed: dict[str, str] = {}
    for index in range(shards):
        file = f"model-{index + 1:05}-of-{shards:05}.safetensors"
        part = dict(list(named.items())[index::shards])
        (folder / file).write_bytes(safetensors(part, kind))
        placed |= dict.fromkeys(part, file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": placed}))
    return folder


def write_vocabulary(folder: Path) -> None:
    """vocab.json, where the token that ends a text is only an added one."""
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(TOKENS[:-1])}))
    (folder / "added_tokens.json").write_text(json.dumps({TOKENS[-1]: 50_256, "<|sot|>": 50_257}))


# --- CTranslate2 ----------------------------------------------------------------------------------


def write_ctranslate2(
    folder: Path, tensors: Tensors, dims: Dimensions = DIMS, kind: str = "Half"
) -> Path:
    """model.bin and vocabulary.json: projections that read the same input are one tensor."""
    folder.mkdir(exist_ok=True)
    fused: Tensors = {
        "decoder/embeddings/weight": tensors["decoder.token_embedding.weight"],
        "decoder/num_heads": np.array(dims.n_text_head, "<i2"),
        "encoder/num_heads": np.array(dims.n_audio_head, "<i2"),
    }
    for part, last in (("encoder", "ln_post"), ("decoder", "ln")):
        fused[f"{part}/position_encodings/encodings"] = tensors[f"{part}.positional_embedding"]
        fused |= _norm(tensors, f"{part}.{last}", f"{part}/layer_norm")
    for name in ("conv1", "conv2"):
        fused |= _linear(tensors, [f"encoder.{name}"], f"encoder/{name}")
    for part, count in (("encoder", dims.n_audio_layer), ("decoder", dims.n_text_layer)):
        for layer in range(count):
            fused |= _block(tensors, f"{part}.blocks.{layer}", f"{part}/layer_{layer}")
    encode, stored = _ENCODINGS[kind], _STORED[kind]
    held = {
        name: np.frombuffer(encode(array), stored).reshape(array.shape) if array.ndim else array
        for name, array in fused.items()
    }
    (folder / "model.bin").write_bytes(ctranslate2_file(held))
    (folder / "vocabulary.json").write_text(json.dumps([*TOKENS, "<|sot|>"]))
    return folder


def _block(tensors: Tensors, name: str, to: str) -> Tensors:
    own = [f"{name}.attn.{part}" for part in ("query", "key", "value")]
    found = {
        **_norm(tensors, f"{name}.mlp_ln", f"{to}/ffn/layer_norm"),
        **_linear(tensors, [f"{name}.mlp.0"], f"{to}/ffn/linear_0"),
        **_linear(tensors, [f"{name}.mlp.2"], f"{to}/ffn/linear_1"),
        **_norm(tensors, f"{name}.attn_ln", f"{to}/self_attention/layer_norm"),
        **_linear(tensors, own, f"{to}/self_attention/linear_0"),
        **_linear(tensors, [f"{name}.attn.out"], f"{to}/self_attention/linear_1"),
    }
    if f"{name}.cross_attn_ln.weight" in tensors:
        other, at = f"{name}.cross_attn", f"{to}/attention"
        found |= _norm(tensors, f"{other}_ln", f"{at}/layer_norm")
        found |= _linear(tensors, [f"{other}.query"], f"{at}/linear_0")
        found |= _linear(tensors, [f"{other}.key", f"{other}.value"], f"{at}/linear_1")
        found |= _linear(tensors, [f"{other}.out"], f"{at}/linear_2")
    return found


def _norm(tensors: Tensors, name: str, to: str) -> Tensors:
    return {f"{to}/gamma": tensors[f"{name}.weight"], f"{to}/beta": tensors[f"{name}.bias"]}


def _linear(tensors: Tensors, names: list[str], to: str) -> Tensors:
    weights = [tensors[f"{name}.weight"] for name in names]
    zeros = np.zeros(len(weights[0]), "<f2")  # of a key projection, which has no bias
    biases = [tensors.get(f"{name}.bias", zeros) for name in names]
    return {f"{to}/weight": np.concatenate(weights), f"{to}/bias": np.concatenate(biases)}
