"""Make the fixtures anew. Not a test: it needs what the conversion does without.

    python -m tests.quantize.llm.record PATH/TO/convert_hf_to_gguf.py

with torch, transformers, tokenizers and sentencepiece installed, and llama.cpp's converter. Writes
beside this file what these say of the toy models: small tokenizers of each kind, the tokens they
cut the sentences of `check` into, and the tensors and metadata that llama.cpp's converter writes.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.quantize.llm.toy import (
    BYTE_LEVEL,
    FIXTURES,
    MODELS,
    PRE_TOKENIZERS,
    SPECIAL,
    byte_level,
    write,
)
from tools.quantize.convert.llm.sentences import SENTENCES

CORPUS = """
Set a timer for ten minutes. Set a timer for the pasta. What time is it? What is the time in Paris?
Turn on the lights in the kitchen. Turn off the lights in the living room. Please turn it down.
Add milk and eggs to my shopping list. What is on my shopping list? I need two litres of milk.
How long does an egg take? The water is boiling, what should I do now? How much flour do I need?
What's the weather like tomorrow? It's raining. I've no idea, she'll know. You're right, I'm here.
Stop the timer. Start again. Tell me a joke. Good morning! Good night, see you tomorrow.
Remind me to call my mother at seven. Wake me at half past six. Is the oven on? Louder, please.
Crème brûlée, café, naïve. Der Ofen ist heiß. ¿Qué hora es? Quelle heure est-il? 12 34 567 2026
"""


ODD = r"""
12345678 2026 07:45 3,000 1.5 250 g; 1234 123 12
(key) "key": [1]#x _b `code` <tag> I'VE 'RE We'Ll
!!! ... ??? -- == ,\n ;\n .\n\n  indented   spaces \t\ttab
""".replace(r"\n", "\n").replace(r"\t", "\t")

TYPES = ("f16", "bf16", "f32", "q8_0")

_KNOWN_PRE_TOKENIZER = """
import runpy, sys
from pathlib import Path
converter, folder, pre, *options = sys.argv[1:]
sys.path.insert(0, str(Path(converter).parent))
from conversion.base import TextModel
TextModel.get_vocab_base_pre = lambda self, tokenizer: pre
sys.argv = [converter, folder, *options]
runpy.run_path(converter, run_name="__main__")
"""
"""llama.cpp's converter knows pre-tokenizers by hashes of published vocabularies, of which a toy's
is none; everything else is as it is."""


def main() -> None:
    """Train, tokenize, convert, and write it all down."""
    _train_byte_level()
    for name, prefix in (("llama2", True), ("gemma", False)):
        _train_sentencepiece(name, prefix)
    _save_as_json("llama2")
    expected: dict[str, Any] = {"tokens": _byte_level_tokens(), "models": {}}
    expected["tokens"] |= {name: _sentencepiece_tokens(name) for name in ("llama2", "gemma")}
    with tempfile.TemporaryDirectory() as scratch:
        for name in MODELS:
            expected["models"][name] = _converted(name, Path(scratch), Path(sys.argv[1]))
    text = json.dumps(expected, ensure_ascii=True, separators=(",", ":"))
    (FIXTURES / "expected.json").write_text(text.replace('"models"', '\n"models"') + "\n")


def _train_byte_level() -> None:
    tokenizers = import_module("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    # Whole lines: merges across what any rule cuts apart tell the rules from each other.
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(
        add_prefix_space=False, use_regex=False
    )
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=480, initial_alphabet=alphabet, special_tokens=list(SPECIAL)
    )
    tokenizer.train_from_iterator([*CORPUS.splitlines(), *ODD.splitlines() * 2], trainer)
    model = json.loads(tokenizer.to_str())["model"]
    # A word that no merge gives: only who takes whole words finds it.
    whole = {"Ġtomorrow": len(model["vocab"])}
    kept = {"vocab": model["vocab"] | whole, "merges": model["merges"]}
    text = json.dumps(kept, separators=(",", ":"))
    (FIXTURES / BYTE_LEVEL).write_text(text.replace('"merges"', '\n"merges"') + "\n")


def _byte_level_tokens() -> dict[str, list[list[int]]]:
    tokenizer = import_module("tokenizers").Tokenizer
    cut = {}
    for name in PRE_TOKENIZERS:
        loaded = tokenizer.from_str(json.dumps(byte_level(name)))
        cut[name] = [loaded.encode(text, add_special_tokens=False).ids for text in SENTENCES]
    assert len({json.dumps(tokens) for tokens in cut.values()}) == len(cut), "rules look alike"
    return cut


def _train_sentencepiece(name: str, prefix: bool) -> None:
    import_module("sentencepiece").SentencePieceTrainer.train(
        sentence_iterator=iter([line for line in CORPUS.splitlines() if line]),
        model_prefix=str(FIXTURES / name),
        model_type="bpe",
        vocab_size=500,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=prefix,
        allow_whitespace_only_pieces=True,
        user_defined_symbols=["<start_of_turn>", "<end_of_turn>"] if name == "gemma" else [],
    )
    (FIXTURES / f"{name}.vocab").unlink()


def _sentencepiece_tokens(name: str) -> list[list[int]]:
    processor = import_module("sentencepiece").SentencePieceProcessor()
    processor.LoadFromFile(str(FIXTURES / f"{name}.model"))
    return [processor.EncodeAsIds(text) for text in SENTENCES]


def _save_as_json(name: str) -> None:
    """The part of tokenizer.json that Hugging Face makes of a SentencePiece model: each way to put
    a piece together from two others, in the order of the piece's score."""
    processor = import_module("sentencepiece").SentencePieceProcessor()
    processor.LoadFromFile(str(FIXTURES / f"{name}.model"))
    pieces = [processor.IdToPiece(id_) for id_ in range(processor.GetPieceSize())]
    ids = {piece: id_ for id_, piece in enumerate(pieces)}
    merges = [
        (piece[:cut], piece[cut:])
        for piece in sorted(pieces, key=lambda piece: -processor.GetScore(ids[piece]))
        for cut in range(1, len(piece))
        if piece[:cut] in ids and piece[cut:] in ids
    ]
    text = json.dumps({"vocab": ids, "merges": merges}, separators=(",", ":"))
    (FIXTURES / f"{name}.json").write_text(text.replace('"merges"', '\n"merges"') + "\n")


def _converted(name: str, scratch: Path, converter: Path) -> dict[str, Any]:
    gguf = import_module("gguf")
    folder = scratch / name
    write(folder, MODELS[name])
    found: dict[str, Any] = {"tensors": {}}
    for type_ in TYPES:
        out = scratch / f"{name}-{type_}.gguf"
        command = [sys.executable, "-c", _KNOWN_PRE_TOKENIZER, str(converter), str(folder)]
        options = ["--outtype", type_, "--outfile", str(out)]
        subprocess.run([*command, MODELS[name].tokenizer, *options], check=True)
        reader = gguf.GGUFReader(out)
        found["tensors"][type_] = {
            tensor.name: [tensor.tensor_type.name, _digest(tensor.data.tobytes())]
            for tensor in reader.tensors
        }
    found["metadata"] = {
        key: _plain(field.contents())
        for key, field in reader.fields.items()
        if not key.startswith("GGUF.")
    }
    return found


def _plain(value: Any) -> Any:
    """Long lists by their digest."""
    return f"sha256:{_digest(repr(value).encode())}" if isinstance(value, list) else value


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


if __name__ == "__main__":
    main()
