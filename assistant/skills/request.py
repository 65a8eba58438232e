"""A request as it was recognised -> the normal form that every skill's patterns are written in.

Lower case, words and digits only, contractions in full, numbers in digits, politeness, fillers and
the wake word gone: "Hey Jarvis, could you please tell me what's fifteen percent of eighty?" ->
"what is 15 percent of 80".
"""

import re
from functools import lru_cache

from assistant.skills.numerals import in_digits

_CONTRACTIONS = {
    "'re": " are",
    "'m": " am",
    "'ll": " will",
    "'d": " would",
    "'ve": " have",
    "n't": " not",
}
_IS = re.compile(r"\b(what|who|where|when|how|that|it|there|here|he|she)'s\b")
_POSSESSIVE = re.compile(r"'s\b")
_SHORT_FORMS = re.compile(r"(?<=[a-z])('re|'m|'ll|'d|'ve)\b|(?<=[a-z])(n't)\b")
_WHATS = re.compile(r"\b(what|who|where|when|how)s\b")

_SIGNS = (
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
    (re.compile(r"\b([ap])\.\s?m\b\.?"), r"\1m"),
    (re.compile(r"(?<=\d)(am|pm)\b"), r" \1"),
    (re.compile(r"(?<=\d)\s*(?:[x×]|\*(?!\*))\s*(?=[\d(-])"), " times "),
    (re.compile(r"(?<=[\d)])\s+[x×*]\s+(?=[\d(-])|(?<=\))\s*[×*]\s*|×"), " times "),
    (re.compile(r"\*\*|\^"), " to the power of "),
    (re.compile(r"÷|(?<=[\d)])\s+/\s+(?=[\d(])|(?<=\))/|/(?=\()"), " divided by "),
    (re.compile(r"√"), " square root of "),
    (re.compile(r"²"), " squared "),
    (re.compile(r"³"), " cubed "),
    (re.compile(r"\+"), " plus "),
    (re.compile(r"="), " equals "),
    (re.compile(r"%"), " percent "),
    (re.compile(r"\bper cent\b"), "percent"),
    (re.compile(r"(?<=[\d)])\s*[-−–]\s*(?=[\d(])|(?<=\d)\s+-\s+|(?<=\))\s*-"), " minus "),
    (re.compile(r"(?<![\w)])[-−](?=\s?[\d.(])"), " minus "),
    (re.compile(r"(?<=[a-z])-(?=[a-z\d])|(?<=\d)-(?=[a-z])"), " "),
    (re.compile(r"&"), " and "),
    (re.compile(r"(?<!\d)[.:](?!\d)|(?<=\d)[.:](?!\d)|(?<=[a-z])\.(?=\d)"), " "),
    (re.compile(r"(?<=\d)/(?!\d)|(?<!\d)/"), " "),
    (re.compile(r"[^\w\s.:/'()]|_"), " "),
    (re.compile(r"([()])"), r" \1 "),
)

_FILLERS = re.compile(r"\b(?:u+[hm]+|e+r+m?|h+m+|a+h+|uhm|you know|i mean|like um)\b")
_WAKE = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|yo) )?(?:jarvis|alexa|mycroft|computer|nabu|assistant)\b\s*"
    r"|^(?:hey|hi|hello|ok|okay|so|well|oh|and|now|alright|all right|right)\b\s+(?=\w)"
)
_POLITE_START = re.compile(
    r"^(?:please|kindly|quickly"
    r"|(?:can|could|would|will) you(?: please| kindly| quickly)?(?: help me)?(?= \w)"
    r"|(?:can|could|may) i (?:please )?(?:ask(?: you)?|know)"
    r"|would you mind telling me|do you (?:happen to )?know|any idea"
    r"|i (?:would like|want|need|wish) to know|i (?:am|was) wondering|i wonder"
    r"|(?:go ahead and )?(?:tell|give) me|let me know|remind me(?= (?:what|how))"
    r"|(?:and|but|now|then|just|also|quick question|one question))\b\s*"
)
_POLITE_END = re.compile(
    r"\s+(?:please|thanks|thank you|for me|if you (?:can|would|please)|would you|will you|right now"
    r"|at the moment|exactly|again|though|then|jarvis|alexa|mycroft|computer)$"
)

_LONGEST = 400
"""Characters; no request for a skill is as long, so anything longer is no such request."""


@lru_cache(maxsize=1)  # every skill in turn asks for the same request
def normal(text: str) -> str:
    """The normal form of a request; "" for one too long to be meant for a skill."""
    if len(text) > _LONGEST:
        return ""
    text = text.lower().replace("’", "'").replace("‘", "'")
    text = _WHATS.sub(r"\1 is", _IS.sub(r"\1 is", text)).replace("won't", "will not")
    text = text.replace("can't", "can not")
    text = _SHORT_FORMS.sub(lambda match: _CONTRACTIONS[match[0]], text)
    text = _POSSESSIVE.sub("s", text)
    for pattern, plain in _SIGNS:
        text = pattern.sub(plain, text)
    text = " ".join(_FILLERS.sub(" ", text.replace("'", " ")).split())
    return in_digits(_bare(text))


def _bare(text: str) -> str:
    """Without wake word and politeness at either end."""
    while True:
        bare = _POLITE_END.sub("", _POLITE_START.sub("", _WAKE.sub("", text)))
        if bare == text:
            return text
        text = bare
