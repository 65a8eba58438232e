"""How a tokenizer cuts text into words before it merges bytes, by llama.cpp's names for it.

llama.cpp's own converter knows a tokenizer by a hash of what it makes of a certain text; here it is
known by what tokenizer.json says it does.
"""

from typing import Any

from assistant.errors import ModelError

_WORD = r"[^\r\n\p{L}\p{N}]?\p{L}+"
_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_ENGLISH = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|"
_TEKKEN = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
    r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


_BY_PATTERN = {
    # What cuts words, and whether a word that is a token is taken whole, whatever the merges say.
    (_ENGLISH + _WORD + r"|\p{N}" + _REST, False): "qwen2",
    (_ENGLISH + _WORD + r"|\p{N}{1,3}" + _REST, True): "llama-bpe",
    (_ENGLISH + _WORD + r"|\p{N}{1,3}" + _REST, False): "smaug-bpe",
    (_TEKKEN, True): "tekken",
}
_BY_CLASS = {"Qwen2Tokenizer": "qwen2", "Qwen2TokenizerFast": "qwen2", "GPT2Tokenizer": "gpt-2"}


def by_section(section: Any, ignores_merges: bool) -> str:
    """The name (tokenizer.ggml.pre) from "pre_tokenizer" and "ignore_merges" of tokenizer.json.

    Raises ModelError for a rule without a name here.
    """
    name = _find(section, ignores_merges)
    if name is None:
        and_merges = ", ignoring merges for whole words" if ignores_merges else ""
        raise ModelError(
            "tokenizer.json cuts words by a rule that llama.cpp is not known to have "
            f"({_brief(section)}{and_merges}): choose a model of another family."
        )
    return name


def by_class(name: str) -> str:
    """From "tokenizer_class", where there is no tokenizer.json. Raises ModelError, too."""
    if name not in _BY_CLASS:
        raise ModelError(
            f"Without tokenizer.json, the tokenizer class {name or '(none)'} does not say how words"
            " are cut: fetch tokenizer.json as well."
        )
    return _BY_CLASS[name]


def _find(section: Any, ignores_merges: bool) -> str | None:
    match section:
        case {"type": "ByteLevel", "add_prefix_space": False, **more}:
            return "gpt-2" if more.get("use_regex", True) and not ignores_merges else None
        case {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Digits", "individual_digits": True},
                {"type": "ByteLevel", "add_prefix_space": False, **more},
            ],
        }:
            return "smollm" if more.get("use_regex", True) and not ignores_merges else None
        case {
            "type": "Sequence",
            "pretokenizers": [
                {
                    "type": "Split",
                    "pattern": {"Regex": str(pattern)},
                    "behavior": "Isolated" | "Removed" as behaviour,
                    "invert": bool(invert),
                },
                {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False},
            ],
        } if (behaviour == "Removed") == invert:  # both keep what the pattern finds
            return _BY_PATTERN.get((pattern, ignores_merges))
    return None


def _brief(section: Any) -> str:
    text = str(section)
    return text if len(text) <= 120 else f"{text[:117]}..."
