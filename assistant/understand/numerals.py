"""Numbers in words -> digits, in a request: "two hundred and five eggs" -> "205 eggs"."""

_UNITS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
} | {"fourty": 40}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def in_digits(text: str) -> str:
    """`text` (lower case, words parted by one blank) with its cardinal numbers in digits.

    Only what is one number in English is joined: "twenty five" is 25, "ten thirty" stays two
    numbers, 10 and 30. "three point one four" is 3.14, "a hundred" is 100, "2 million" is 2000000.
    Ordinals and parts (third, half, quarter) stay words: what they mean depends on the request.
    """
    words, out, at = text.split(), [], 0
    while at < len(words):
        value, end = _number(words, at)
        if value is None:
            out.append(words[at])
            at += 1
            continue
        decimals, end = _decimals(words, end)
        out.append(str(value) + decimals)
        at = end
    return " ".join(out)


def _number(words: list[str], at: int) -> tuple[int | None, int]:
    """The whole number that begins at this word and where it ends; None if none does."""
    total, group, end = 0, None, at
    limit = max(_SCALES.values()) * 1000
    while True:
        part, after = _below_thousand(words, end + _joined(words, end, total, group))
        if part is not None and group is None:
            group, end = part, after
        elif end == at and _is_article(words, at):
            group, end = 1, at + 1
        else:
            break
        if group is not None and end < len(words) and words[end] in _SCALES:
            scale = _SCALES[words[end]]
            if scale >= limit:
                break
            total, group, limit, end = total + group * scale, None, scale, end + 1
    if end == at:
        return None, at
    return total + (group or 0), end


def _joined(words: list[str], end: int, total: int, group: int | None) -> int:
    """1 if an "and" inside a number stands here: "two thousand and five"."""
    return int(bool(total) and group is None and words[end : end + 1] == ["and"])


def _is_article(words: list[str], at: int) -> bool:
    return words[at] == "a" and at + 1 < len(words) and words[at + 1] in _SCALES


def _below_thousand(words: list[str], at: int) -> tuple[int | None, int]:
    value, end = _below_hundred(words, at)
    if value is None and at + 1 < len(words) and words[at] == "a" and words[at + 1] == "hundred":
        value, end = 1, at + 1
    if value is None or not (0 < value < 100) or words[end : end + 1] != ["hundred"]:
        return value, end
    value, end = value * 100, end + 1
    rest, after = _below_hundred(words, end + (words[end : end + 1] == ["and"]))
    return (value + rest, after) if rest and rest < 100 else (value, end)


def _below_hundred(words: list[str], at: int) -> tuple[int | None, int]:
    if at >= len(words):
        return None, at
    word = words[at]
    if word.isascii() and word.isdigit() and len(word) <= 15:
        return int(word), at + 1
    if word in _UNITS:
        return _UNITS[word], at + 1
    if word in _TENS:
        unit = _UNITS.get(words[at + 1], 0) if at + 1 < len(words) else 0
        return (_TENS[word] + unit, at + 2) if 0 < unit < 10 else (_TENS[word], at + 1)
    return None, at


def _decimals(words: list[str], at: int) -> tuple[str, int]:
    """ "point one four" -> ".14"."""
    if words[at : at + 1] != ["point"]:
        return "", at
    digits, end = "", at + 1
    while end < len(words) and (value := _below_hundred(words, end))[0] is not None:
        digits += str(value[0])
        end = value[1]
    return ("." + digits, end) if digits else ("", at)
