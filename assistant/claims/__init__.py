"""Whether a sentence claims an action: "I've set a timer", "The lights are now on", "Calling Mom".

A language model without tools can do nothing, but likes to say that it did: small ones do so even
when they are told not to. What it says is looked at sentence by sentence before it is spoken. An
instruction ("Set the oven to 200 degrees."), an offer ("I can set a timer.") and what is generally
so ("The light is turned on by a switch.") are no claims.

The rule of thumb behind the patterns: a claim has "I" and a verb of doing; or something of this
house ("the timer", "your order") and how it is now; or no subject at all ("Timer set.", "Done!").
They are matched at the beginning of clauses, so that what somebody else did, what is asked, and
what stands behind "if" or "when" never match.
"""

import re

from assistant.claims.verbs import BASE, DID, DOES, DONE, ING, WILL_DO

_ADVERB = (
    r"(?: (?:just|now|already|also|then|successfully|immediately|quickly|gladly|happily|currently|"
    r"actually|simply|automatically|gone ahead and|went ahead and|go ahead and|be sure to|"
    r"make sure to|going ahead and|right now|be))*"
)
_THINGS = (
    r"timers?|alarms?|reminders?|lights?|lamps?|oven|stove|kettle|router|burner|fridge|television|tv|thermostat|"
    r"heat(?:ing|er)?|temperature|air conditioning|fan|doors?|garage|windows?|blinds?|curtains?|"
    r"volume|music|songs?|movie|playlist|radio|video|jazz|messages?|e-?mails?|texts?|calls?|orders?|"
    r"pizza|table|reservation|booking|appointment|meeting|event|tickets?|flight|taxi|ride|uber|"
    r"bill|payment|photos?|recipe|lists?|items?|notes?|dishwasher|vacuum|washing machine|"
    r"coffee(?: maker| machine)?|wi-?fi|bluetooth|speaker|devices?|request|purchase|car|package"
)
_ITS = (
    r"(?:your|the|a|an|both|all(?: of)?(?: the| your)?)"
    rf" (?:(?!first|last|next)[\w'-]+ ){{0,2}}?(?:{_THINGS})"
    r"(?: (?:in|at|for|of|to|on|with|called) (?:(?:the|your|my) )?[\w'-]+(?: room| table| [ap]m)?)?"
)
_ASKED = r"(?:requested|(?:you|i was) (?:asked|wanted|wished|requested|told|said|like))"
_GENERALLY = (
    rf"(?!.* (?:by|when|whenever|where|with|using|via|through|as(?! {_ASKED})|from"
    rf"|because(?! {_ASKED})|so that|until|if|"
    r"usually|often|always|in \d{3,4})\b)"
)
_NOW = r"(?: (?:now|already|successfully|all|currently|just|being|both|also|back))*"
_CHANGED = (
    r"(?:set|sent|(?:re)?started|stopped|paused|resumed|cancell?ed|deleted|removed|cleared|created|"
    r"added|saved|booked|reserved|ordered|placed|made|confirmed|scheduled|paid|processed|updated|"
    r"turned (?:on|off|up|down)|switched (?:on|off)|dimmed|brightened|locked|unlocked|opened|"
    r"closed|raised|lowered|increased|decreased|adjusted|changed|reset|muted|unmuted|activated|"
    r"deactivated|enabled|disabled|connected|delivered|completed|snoozed|"
    r"dismissed|notified|preheated|moved|rescheduled|shipped|submitted|emptied|noted|received|registered|skipped)"
)
_STATE = (
    r"(?:(?:on|off)(?= ?$| (?:now|for you|again|in the|at \d|as requested|too|and))|open|closed|"
    r"locked|unlocked|running|playing|preheating|heating up|counting down|ringing|brewing|active|"
    r"muted|paused|connected|in progress|on (?:its|the|their) way|ready and)"
)
_LIST = (
    r"(?:to|on|from|off) (?:your|the|my)(?: [\w'-]+){0,2} (?:list|calendar|cart|basket|favorites)"
)

_HAS_BEEN = rf"(?: has been| have been){_NOW}"
_CLAUSE = re.compile(
    "|".join(
        (
            # I've just set a timer. / I set a timer.
            rf"i(?:'ve| have|'d| had)?{_ADVERB} {DONE}",
            r"i (?:woke|did (?:that|it)|wrote (?:that|it|this) down|took (?:care of|an? photo))",
            r"i(?:'ve)? (?:got (?:you )?an? (?:uber|taxi|cab|ride|ticket)|found (?:your|my) )",
            # I've emptied the bin. / I have your timer running.
            rf"i(?:'ve| have){_ADVERB} {DID}",
            rf"i(?:'ve got| have) (?:your|the) (?:{_THINGS}) (?:running|set|started|ready)\b",
            r"i(?:'ve got| have) an? (?:[\w-]+ ){0,3}?(?:timer|alarm|reminder)"
            r" (?:going|running|set)\b",
            # I'll turn on the lights. / Let me check your calendar. Not: I'll add it if you like.
            rf"(?:i(?:'ll| will|(?:'m| am) (?:going|about) to|(?:'m| am) gonna)|let me)"
            rf"{_ADVERB} {BASE}(?!.* if you (?:want|like|tell|give|let|ask|need|prefer|would))",
            # I'm calling your mother.
            rf"i(?:'m|'ll be| am| will be){_ADVERB} {ING}",
            # I'll stir the soup. / I'm letting Anna know.
            rf"i(?:'ll| will){_ADVERB} {WILL_DO}",
            rf"i(?:'m| am){_ADVERB} {DOES}",
            r"i(?:'m| am) (?:already )?on (?:it|my way)$",
            # Your alarm is now set. / A message has been sent.
            rf"{_ITS}(?: is| are| was| were|{_HAS_BEEN}|'s| will be){_NOW}"
            rf" (?!made of){_CHANGED}\b{_GENERALLY}",
            # Your package has been shipped. / The cat has been fed.
            rf"your [\w'-]+{_HAS_BEEN} (?!used|known|made)(?:\w+ed|sent)\b{_GENERALLY}",
            rf"the [\w'-]+{_HAS_BEEN} (?:\w+ed|fed|sent|told) ?(?:$|for you|now|to your)",
            # Milk has been added to your list.
            r"[\w' -]+ (?:has|have|was|were) (?:now |just )?(?:been )?(?:added|removed|put)"
            rf" {_LIST}",
            r"[\w' -]+ (?:is|are) now (?:on|off) (?:your|the)(?: [\w'-]+){0,2} list$",
            # The kitchen lights are on now. / Coffee is brewing. / The vacuum is cleaning the hall.
            rf"{_ITS}(?: is| are|'s){_NOW} {_STATE}\b{_GENERALLY}",
            rf"(?:{_THINGS}) (?:is|are)(?: now)? {_STATE}(?= ?$| now)",
            rf"{_ITS} is(?: now)? \w+ing(?: (?:the|your)\b| now|$){_GENERALLY}",
            rf"{_ITS} (?:is|are)(?: (?:up|down)$| now (?:at|set)\b)",
            rf"(?:your|the) [\w'-]+ (?:is|are) being \w+ed\b{_GENERALLY}",
            r"(?:your [\w' -]+|help) (?:is|are) (?:now |already )?on (?:its|their|the) way",
            # Your timer will go off in ten minutes. / You'll be reminded. / You have a timer set.
            rf"{_ITS} will (?:go off|ring|turn (?:on|off)|start|arrive|play){_GENERALLY}",
            r"you(?: will|'ll) be (?:reminded|notified|alerted|woken)",
            r"you(?:'re| are|'ve been| have been)(?: now)? (?:connected|booked|registered)",
            r"you(?: now)? have an? (?:[\w-]+ )*(?:timer|alarm|reminder)"
            r" (?:set|for|at|running|going)",
            r"you now have an? (?:[\w-]+ )*(?:timer|alarm|reminder)\b",
            rf"{_ITS} (?:is|are)(?: now)? in place(?! of)",
            # That's done. / It has been cancelled. / You're all set.
            r"(?:it|that|this)(?:'s| is| has been) (?:now |all |already )?(?:done|taken care of)$",
            rf"(?:it|that)(?:'s| is| has)(?: now| already)? (?:been )?{_CHANGED}"
            r"(?= ?$| for you| now| (?:to|for) \d)",
            r"you(?:'re| are) all set\b",
        )
    )
)
"""A claim at the beginning of a clause."""

_BARE = re.compile(
    "|".join(
        (
            r"(?:all )?(?:done|set)(?: (?:for you|now))?$|on it$|right away$|will do$",
            r"consider it (?:done|handled)",
            r"(?:sent|added|saved|cancell?ed|deleted|ordered|booked|scheduled|noted)(?: for you)?$",
            # Timer set for 10 minutes. / Kitchen lights off. / Ten minutes, starting now.
            r".* starting now$",
            rf"(?:your |the )?(?:(?!is|are|was|were|do|have)[\w'-]+ ){{0,2}}?(?:{_THINGS})(?: now)?"
            rf" (?:{_CHANGED}|on|off)(?= ?$| (?:for|to|at|by|in) | (?:as|because) {_ASKED})",
            # Added milk to your list. / Cancelled the alarm.
            rf"(?:added|removed|put) .*{_LIST}",
            rf"(?!added|set|made|changed){_CHANGED} (?:your|the|all|it|a|an)\b",
        )
    )
)
"""A claim without a subject, at the beginning of a sentence."""

_DOING = re.compile(
    rf"(?:now )?{ING} \S+"
    r"(?!.* (?:is|are|was|were|can|could|may|might|will|would|should|must|has|have|had|do|does|"
    r"helps?|makes?|lets?|gives?|takes?|needs?|means?|keeps?|adds|works?|leads?|brings?|depends?|"
    r"(?:sav|rais|lower|requir|caus|improv|reduc|increas|allow|ensur|prevent|creat|involv|us|"
    r"chang|turn|add|provid|affect|result|tend|seem)e?s)\b)"
)
"""Likewise: a verb of doing, and no other that would make it the subject."""

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_SENTENCE = re.compile(r"[.!?;:—–]+(?=\s|$)")
_PAUSE = re.compile(r",?\s+(?:and|but|so)\s+|,\s*")
_OPENING = re.compile(
    r"(?:(?:ok|okay|sure(?: thing)?|alright|all right|of course|certainly|absolutely|definitely|"
    r"yes|yeah|yep|no problem|great|perfect|got it|understood|well|then|and|so|also|oh|hi|hello|"
    r"very well|good|thanks|thank you|sorry|now)\b[\s,]*)+"
)


def claims_action(sentence: str) -> bool:
    """Whether a model's sentence (or several) says that something was, is being or will be done in
    the world, other than talking."""
    text = _QUOTED.sub(" ", sentence.lower().replace("’", "'"))
    return any(_claims(" ".join(each.split())) for each in _SENTENCE.split(text))


def _claims(sentence: str) -> bool:
    said = _OPENING.sub("", sentence, count=1) if _OPENING.match(sentence) else sentence
    if _BARE.match(said) or _DOING.match(said):
        return True
    return any(_CLAUSE.match(clause.strip()) for clause in [said, *_PAUSE.split(said)])
