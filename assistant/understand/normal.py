"""A request as it was recognised -> the normal form that every skill's patterns are written in.

Lower case, words and digits only, contractions in full, numbers in digits, politeness, fillers and
the wake word gone: "Hey Jarvis, could you please tell me what's fifteen percent of eighty?" ->
"what is 15 percent of 80".
"""

import re
from functools import lru_cache

from assistant.understand.numerals import in_digits

_CONTRACTIONS = {
    "'re": " are",
    "'m": " am",
    "'ll": " will",
    "'d": " would",
    "'ve": " have",
    "n't": " not",
}
_IS = re.compile(r"\b(what|who|where|when|how|that|it|there|here|he|she)'s\b")
_IS_SO = re.compile(
    r"'s (?=(?:all |almost |nearly |completely |just )*"
    r"(?:gone|empty|finished|used up|running (?:low|out)|getting low"
    r"|on (?:the|my|our) (?:\w+ )?list)\b)"
)
_POSSESSIVE = re.compile(r"'s\b")
_SHORT_FORMS = re.compile(r"(?<=[a-z])('re|'m|'ll|'d|'ve)\b|(?<=[a-z])(n't)\b")
_WHATS = re.compile(r"\b(what|who|where|when|how)s\b")

# Before the commas go, which alone part "milk, eggs and bread" or "chicken broth, rice".
_LISTED = re.compile(
    r"(\b(?:add|put|buy|get|need|remove|delete|take|cross)\b,?)((?!.*\b(?:timer|alarm)).*)"
)
_COMMA = re.compile(
    r"(?<=[a-z])(?<!list),\s*(?:(?:and|&)\s+)?"
    r"(?=[\w½¼¾⅓⅔])(?!(?:please|thanks|thank|jarvis|alexa|mycroft|computer|would|will|ok|okay)\b)"
)

_UNIT = r"h|hrs?|m|mins?|s|secs?|g|kg|mg|ml|l|cl|dl|oz|lbs?|cm|mm|km|tbsp|tsp|f|c"
_SIGNS = (
    (re.compile(rf"(?<=\d)(?=(?:{_UNIT})(?:\d|\b))|(?<=\d[hms])(?=\d)"), " "),
    (re.compile(r"(?<=day)\s*[-–]\s*(?=(?:mon|tues|wednes|thurs|fri|satur|sun)day)"), " to "),
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

_FILLERS = re.compile(r"\b(?:u+[hm]+|e+r+m?|h+m+|a+h+|uhm|(?<!do )you know|i mean|like um)\b,?")
_WAKE = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|yo) )?(?:jarvis|alexa|mycroft|computer|nabu|assistant)\b\s*"
    r"|^(?:hey|hi|hello|ok|okay|so|well|oh|and|now|alright|all right|right)\b\s+(?=\w)"
)
_POLITE_START = re.compile(
    r"^(?:please|kindly|quickly|lets"
    r"|would you be so (?:kind|good)(?: as)? to|i (?:would like|want|need) you to"
    r"|(?:can|could|would|will) you(?: please| kindly| quickly)?(?: help me)?(?= \w)"
    r"|(?:can|could|may) i (?:please )?(?:ask(?: you)?|know)"
    r"|would you mind|do you (?:happen to )?know|any idea"
    r"|i (?:would like|want|need|wish) to know|i (?:am|was) wondering|i wonder"
    r"|(?:go ahead and )?(?:tell|give) me"
    r"(?! to\b| (?:at|in|on|tomorrow)\b(?! (?:what|which))[^?]{0,25} to \w)"
    r"|let me know(?! (?:in|at|on|after)\b)"
    r"|remind me(?= (?:what|how))"
    r"|(?:and|but|now|then|just|also|quick question|one question))\b\s*"
)
_MIND = re.compile(r"\bwould you mind (please )?(\w+ing)\b")
_GERUNDS = {
    "setting": "set", "stopping": "stop", "putting": "put", "cancelling": "cancel",
    "making": "make", "giving": "give", "waking": "wake", "pausing": "pause",
    "removing": "remove", "deleting": "delete", "taking": "take", "closing": "close",
}  # fmt: skip
_CALLED = re.compile(
    r",\s*(?:my )?(?:dear|love|darling|sweetheart|buddy|friend|mate|sir|man|dude)[.!?\s]*$"
)
_POLITE_END = re.compile(
    r"\s+(?:please|thanks|thank you|for me|if you (?:can|would|please)|would you|will you|right now"
    r"|at the moment|exactly|(?<!timer )again|though|then|jarvis|alexa|mycroft|computer)$"
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
    text = _POSSESSIVE.sub("s", _IS_SO.sub(" is ", text))
    text = _FILLERS.sub(" ", _CALLED.sub("", text))
    text = _MIND.sub(lambda match: _GERUNDS.get(match[2], match[2].removesuffix("ing")), text)
    text = _LISTED.sub(lambda match: match[1] + _COMMA.sub(" and ", match[2]), text)
    for pattern, plain in _SIGNS:
        text = pattern.sub(plain, text)
    text = " ".join(text.replace("'", " ").split())
    return _part_last(_more_last(in_digits(_bare(text))))


def _bare(text: str) -> str:
    """Without wake word and politeness at either end."""
    while True:
        bare = _POLITE_END.sub("", _POLITE_START.sub("", _WAKE.sub("", text)))
        if bare == text:
            return text
        text = bare


_MORE = re.compile(
    r"\b(\d+(?:\.\d+)?|half an|an) (?:more|extra|additional) (seconds?|minutes?|hours?)\b"
)
_TONIGHT = re.compile(r"\btonight (at|by|around) (\d{1,2}(?:[: ]\d\d)?)\b")


def _more_last(text: str) -> str:
    """What tells one request from another behind what it is about: "5 more minutes" -> "5 minutes
    more", "tonight at 8" -> "at 8 tonight"."""
    return _TONIGHT.sub(r"\1 \2 tonight", _MORE.sub(r"\1 \2 more", text))


_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PART_OF_DAY = re.compile(
    rf"(?P<time>(?:\d|\b[ap]m|o clock|\bnoon) )?(?P<on>\bon )?"
    rf"\b(?P<day>tomorrow|{_WEEKDAY}|(?:next|this) {_WEEKDAY}"
    rf"|(?:every |each )?(?:{_WEEKDAY}|weekday|weekend)|every|each) "
    rf"(?:in the |at )?(?P<part>morning|afternoon|evening|night)(?P<many>s?)\b"
)


def _part_last(text: str) -> str:
    """The part of the day beside the time of day: "8 tomorrow evening" -> "8 in the evening
    tomorrow", "tomorrow evening at 8" -> "tomorrow in the evening at 8"."""
    return _PART_OF_DAY.sub(_ordered, text)


def _ordered(match: re.Match[str]) -> str:
    part = "at night" if match["part"] == "night" else f"in the {match['part']}"
    day = "every day" if match["day"] in ("every", "each") else match["day"] + match["many"]
    day = (match["on"] or "") + day
    return f"{match['time']}{part} {day}" if match["time"] else f"{day} {part}"
