"""Verbs of doing and of talking, as patterns."""

_VERBS = (
    r"set setting set",
    r"adds? adding added (?! that (?!to|for|on))",
    r"put putting put (?! (?:it|this|that) (?!on|in))",
    r"remove removing removed",
    r"delete deleting deleted",
    r"clear clearing cleared (?! up)",
    r"cancel cancell?ing cancell?ed",
    r"create creating created (?!.* (?:story|poem|recipe|joke|song|menu|plan|example)\b)",
    r"schedule scheduling scheduled",
    r"book booking booked",
    r"reserve reserving reserved",
    r"order ordering ordered",
    r"buy buying bought",
    r"purchase purchasing purchased",
    r"pay paying paid (?! attention)",
    r"send sending sent",
    r"email emailing emailed",
    r"text texting texted",
    r"call calling called (?! (?:it|this|that|these|those) (?!now|right|for))",
    r"phone phoning phoned",
    r"dial diall?ing diall?ed",
    r"contact contacting contacted",
    r"notify notifying notified",
    r"alert alerting alerted",
    r"remind reminding reminded (?! you that)",
    r"wake waking woken",
    r"play playing played (?! (?:with|along|games?|a role|the role))",
    r"pause pausing paused",
    r"resume resuming resumed",
    r"skip skipping skipped",
    r"mute muting muted",
    r"unmute unmuting unmuted",
    r"silence silencing silenced",
    r"snooze snoozing snoozed",
    r"start starting started (?= (?:the|your|a|an|it|playing|that)\b)",
    r"stop stopping stopped (?= (?:the|your|it|playing|that|all)\b)",
    r"open opening opened (?= (?:the|your|it|that|all)\b)",
    r"close closing closed (?= (?:the|your|it|that|all)\b)",
    r"lock locking locked",
    r"unlock unlocking unlocked",
    r"dim dimming dimmed",
    r"brighten brightening brightened",
    r"(?:turn|switch) (?:turning|switching) (?:turned|switched)"
    r" (?=(?: (?!to\b)\S+){0,6}? (?:on|off|up|down|back)\b)",
    r"adjust adjusting adjusted",
    r"increase increasing increased",
    r"raise raising raised",
    r"lower lowering lowered",
    r"change changing changed (?! (?:the subject|my mind|topic))",
    r"update updating updated",
    r"reset resetting reset",
    r"restart restarting restarted",
    r"(?:de)?activate (?:de)?activating (?:de)?activated",
    r"(?:en|dis)able (?:en|dis)abling (?:en|dis)abled",
    r"(?:dis)?connect (?:dis)?connecting (?:dis)?connected",
    r"launch launching launched",
    r"download downloading downloaded",
    r"install installing installed",
    r"print printing printed",
    r"save saving saved (?! you)",
    r"store storing stored",
    r"record recording recorded",
    r"log logging logged",
    r"note noting noted (?! that (?!down))",
    r"write writing written (?= (?:that|it|this) down)",
    r"check checking checked (?=$|,| (?:the|your|my|it|that|on|for)\b)",
    r"look looking looked (?= (?:that |it |this )?up\b)",
    r"search searching searched (?= (?:the|your|for|online)\b)",
    r"preheat preheating preheated",
    r"brew brewing brewed",
    r"feed feeding fed (?= (?:the|your)\b)",
    r"water watering watered (?= (?:the|your)\b)",
    r"prepare preparing prepared (?= your\b)",
    r"confirm confirming confirmed (?= (?:the|your)\b)",
    r"arrange arranging arranged (?= (?:the|your|a|an|for)\b)",
    r"place placing placed (?= (?:the|your|a|an)(?: \S+)? (?:order|call|bet|bid))",
    r"make making made (?=(?: \S+){0,4}? (?:note|reservation|appointment|booking|calls?|payment|"
    r"orders?|reminder|purchase|coffee|transfer|changes?)\b)",
    r"take taking taken (?= (?:care of (?:it|that|this|your|the)|an? (?:photo|picture|note)))",
    r"keep keeping kept (?= (?:an eye|track)\b)",
    r"let letting let (?= you know(?:$| (?:when|once|as soon|if|before|at|in)\b))",
    r"get getting gotten (?= (?:(?:that|it|this) (?:done|started|set|ready|for you|on)|"
    r"you an? (?:uber|taxi|cab|ride|ticket)))",
    r"do doing done (?= (?:that|it|so|this)\b)",
    r"handle handling handled (?= (?:that|it|this)\b)",
    r"transfer transferring transferred",
    r"empty emptying emptied",
    r"forward forwarding forwarded",
    r"reply replying replied (?= to (?:the|your|him|her|them)\b)",
    r"reschedule rescheduling rescheduled",
    r"submit submitting submitted",
    r"heat heating heated (?= (?:the|your|up)\b)",
)
"""Base, -ing form, participle, and what must or must not follow (as a pattern)."""


def _forms(index: int) -> str:
    rows = ([*row.split(" ", 3), ""] for row in _VERBS)
    return "(?:" + "|".join(rf"{row[index]}\b{row[3]}" for row in rows) + ")"


BASE, ING, DONE = (_forms(index) for index in range(3))

_TALK = (
    r"been|had|got|heard|read|seen|learned|known|thought|found|lived|loved|liked|enjoyed|included|"
    r"mentioned|said|told|explained|described|listed|given|provided|shown|experienced|wanted|needed|"
    r"used|tried|noticed|considered|understood|worked|trained|studied|gathered|discovered|assumed|"
    r"decided|summarized|translated|visited|traveled|tasted|missed|happened|experimented|asked|"
    r"talked|discussed|suggested|recommended|shared (?:some|a few)|"
    r"answered (?:the|your) questions?|"
    r"outlined|highlighted|covered|reached|realized|followed|helped|offered|watched|looked|listened|"
    r"collected|compiled|developed|designed|improved|received|based|called|added that|played with"
)
_OTHER = (
    r"(?: (?:the|your|my|him|her|them|it|everything|all)\b| \w+ know\b"
    r"| that(?= ?$| (?:for|to|now|right)\b))"
)
_TALK_NOW = (
    r"be|tell|explain|give|try|need|keep|start|stop|describe|walk|leave|assume|show|list|say|help|"
    r"assist|answer|provide|share|mention|use|focus|see|think|guess|admit|ask|have|break|cover|begin|"
    r"repeat|spell|summarize|translate|teach|stick|suggest|recommend|offer|pass|stay|remember|"
    r"speak|talk|name|pick|choose|never|always|not|respond|consider|bet|come|love|like|enjoy|cite|"
    r"miss|hear|take|put|add|get|do|make|let you|look|learn|know|feel|outline|include|follow|hope|"
    r"want|clarify|rephrase|assum|refer|hav|shar|giv|describ|us|mak|imagin|quot|quote|read|play|"
    r"listen|imagine|call|find|go|work|write|wonder"
)
DID = rf"(?!(?:{_TALK})\b)(?:\w+ed|rung|let){_OTHER}"
WILL_DO = rf"(?!(?:{_TALK_NOW})\b)\w+{_OTHER}"
DOES = rf"(?!(?:{_TALK_NOW})(?:[a-z])?ing\b)\w+ing{_OTHER}"
"""Whatever is done to something of this house, other than by talking and thinking."""
