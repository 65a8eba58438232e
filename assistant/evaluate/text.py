"""Words that can be compared: one named normaliser, so that WERs of different days can be too."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from assistant.evaluate.extras import need

Words = Callable[[str], list[str]]


class Normalizer:
    """Text to the words that count. OpenAI's normalisers for Whisper (Radford et al. 2022, C)."""

    def __init__(self, language: str) -> None:
        """`language`: ISO 639-1. Raises InputError if the eval extra is not installed."""
        english = language == "en"
        module = need("whisper_normalizer.english" if english else "whisper_normalizer.basic")
        kind = "EnglishTextNormalizer" if english else "BasicTextNormalizer"
        self._normalize: Any = getattr(module, kind)()
        self.name = f"whisper-normalizer {version('whisper-normalizer')} {kind}"
        """As quoted beside every word error rate."""

    def words(self, text: str) -> list[str]:
        words: list[str] = self._normalize(text).split()
        return words


def contains(words: list[str], phrase: list[str]) -> bool:
    """Whether `phrase` occurs in `words`, without a gap."""
    size = len(phrase)
    return any(words[at : at + size] == phrase for at in range(len(words) - size + 1))


def plain_words(text: str) -> list[str]:
    """Lower-case words without punctuation: enough to find a wake phrase in a label."""
    kept = "".join(letter if letter.isalnum() or letter == "'" else " " for letter in text.lower())
    return kept.split()
