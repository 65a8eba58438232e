"""What tests of skills share: one skill asked about a request as it was recognised, through its own
sentence templates."""

from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.alerts import Moment
from assistant.skills.skill import Intent, Reply, Skill
from assistant.understand.matcher import Matcher
from assistant.understand.normal import normal
from assistant.world import World

NOW = datetime(2026, 11, 21, 22, 45, tzinfo=ZoneInfo("America/New_York"))  # a Saturday
MOMENT = Moment(wall_s=NOW.timestamp(), boot_s=1000.0, boot="a")


def world(now: datetime = NOW) -> World:
    return World(now, MOMENT)


class Asked:
    """A skill on its own."""

    def __init__(self, skill: Skill) -> None:
        self._skill = skill
        self._matcher = Matcher([(skill.name, skill.intents)], "en")

    def intent(self, text: str, now: datetime = NOW) -> Intent | None:
        candidates = self._matcher.candidates(normal(text), now)
        return candidates[0].intent if candidates else None

    def reply(self, text: str, now: datetime = NOW) -> Reply | None:
        intent = self.intent(text, now)
        return self._skill.answer(intent, world(now)) if intent else None

    def says(self, text: str, now: datetime = NOW) -> str | None:
        reply = self.reply(text, now)
        return reply.text if reply else None
