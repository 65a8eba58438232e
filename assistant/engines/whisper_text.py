"""What in Whisper's output was not said: sound descriptions, and loops."""

import re

_ANNOTATION = re.compile(
    r"\[[^\]]*(?:\]|$)"  # [BLANK_AUDIO], also cut off at the end
    r"|\((?![^)]*\d)[^)]*(?:\)|$)"  # (upbeat music), but not (555)
    r"|\*[^*]*(?:\*|$)"  # *sigh*
    r"|♪+[^♪]*(?:♪+|$)"  # ♪ what is sung ♪
    r"|>>+"  # a change of speaker
    r"|\b\w*([^\W\d_])\1{3}\w*"  # Aaaaaaaah
)
_BLANKS = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w']+")

_FROM_SILENCE = frozenset(
    (
        "you",
        "thank you",
        "thanks",
        "thank you very much",
        "thank you for watching",
        "thanks for watching",
        "bye",
        "bye bye",
        "okay",
        "oh",
        "so",
        "the",
        "i",
        "uh",
        "um",
        "hmm",
    )
)
"""What Whisper, trained on subtitles, hears where nobody speaks."""

_LEAST_REPEATS = {1: 5, 2: 3, 3: 3}
"""By words in the repeated part. "No, no, no, no!" is speech; five are a loop."""
_LEAST_REPEATS_LONGER = 2


def spoken(text: str) -> str:
    """Without descriptions of sounds; empty if no letter or digit is left."""
    while (rest := _ANNOTATION.sub(" ", text)) != text:
        text = rest  # taking one away may complete another: "([1] sighs)"
    rest = _BLANKS.sub(" ", rest).lstrip(" ,;:").rstrip()
    return rest if any(character.isalnum() for character in rest) else ""


def comes_from_silence(text: str) -> bool:
    """Whether `text` is one of the phrases that Whisper makes up; people say some of them too."""
    return " ".join(_plain(text)) in _FROM_SILENCE


def repeats_itself(text: str) -> bool:
    """Whether the last words, however many, are said twice in a row."""
    words = _plain(text)
    return any(words[-n:] == words[-2 * n : -n] for n in range(1, len(words) // 2 + 1))


def without_loop(text: str) -> tuple[str, bool]:
    """`text` with a repetition at its end reduced to one, and whether there was any.

    A last repeat may be cut short, as when the decoder ran into its limit.
    """
    words = text.split()
    plain = [_NOT_WORD.sub("", word.lower()) for word in words]
    for period in range(1, len(words) // 2 + 1):
        start = _periodic_from(plain, period)
        if (len(words) - start) // period >= _LEAST_REPEATS.get(period, _LEAST_REPEATS_LONGER):
            return " ".join(words[: start + period]), True
    return text, False


def _plain(text: str) -> list[str]:
    return _NOT_WORD.sub(" ", text.lower()).split()


def _periodic_from(words: list[str], period: int) -> int:
    """First index from which `words` repeat with this period to the end."""
    start = len(words) - period
    while start > 0 and words[start - 1] == words[start - 1 + period]:
        start -= 1
    return start
