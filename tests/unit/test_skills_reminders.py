"""Reminders: what people say to them, what they answer, and what is done."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.actions import AddAlert, Dismiss, RemoveAlerts, ReplaceAlert
from assistant.agenda import new_alarm, next_due, rung
from assistant.alerts import Alert, Moment
from assistant.skills.reminders import (
    CancelAllReminders,
    CancelReminder,
    ListReminders,
    MoveReminder,
    ReminderOnNoDay,
    ReminderRhythm,
    Reminders,
    SetReminder,
)
from assistant.skills.second_person import to_you
from assistant.skills.skill import Intent, Reply
from assistant.skills.when import ONLY_ALL_DAYS, ONLY_WEEKLY
from assistant.understand.matcher import Matcher
from assistant.understand.normal import normal
from assistant.understand.slots.times import TimeOfDay
from assistant.world import World

NOW = datetime(2026, 11, 21, 14, 45, tzinfo=ZoneInfo("America/New_York"))  # a Saturday
MOMENT = Moment(NOW.timestamp(), 5000.0, "boot")
SUNDAY = date(2026, 11, 22)
FIVE_PM = TimeOfDay(17)
MATCHER = Matcher([("reminders", Reminders.intents)], "en")


def reminder(id_: int, text: str, at: str, days: tuple[int, ...] = ()) -> Alert:
    due = next_due(at, days, NOW).timestamp()
    return replace(new_alarm("reminder", text, due, at if days else "", days), id=id_)


MOM = reminder(1, "call my mom", "17:00")
TRASH = reminder(2, "take out the trash", "09:00", (0,))


def understood(text: str) -> Intent | None:
    found = MATCHER.candidates(normal(text), NOW)
    return found[0].intent if found else None


def answer(intent: Intent, *alerts: Alert) -> Reply:
    return Reminders().answer(intent, World(NOW, MOMENT, alerts))


def due(reply: Reply) -> datetime:
    (action,) = reply.actions
    assert isinstance(action, AddAlert | ReplaceAlert)
    new = action.alert if isinstance(action, AddAlert) else action.new
    assert new.due_s is not None
    return datetime.fromtimestamp(new.due_s, NOW.tzinfo)


SAID: dict[str, Intent] = {
    "Remind me to call my mom tomorrow at 5 pm.": SetReminder("call my mom", None, FIVE_PM, SUNDAY),
    "remind me tomorrow at 5 pm to call my mom": SetReminder("call my mom", None, FIVE_PM, SUNDAY),
    "at 5 pm remind me to call my mom": SetReminder("call my mom", None, FIVE_PM),
    "remind me in 20 minutes to check the oven": SetReminder("check the oven", 1200),
    "remind me to check the oven in 20 minutes": SetReminder("check the oven", 1200),
    "remind me to water the plants tomorrow": SetReminder("water the plants", day=SUNDAY),
    "remind me to water the plants tomorrow morning": SetReminder(
        "water the plants", None, TimeOfDay(9), SUNDAY
    ),
    "remind me tonight at 8 to call mom": SetReminder("call mom", None, TimeOfDay(20)),
    "remind me to take out the trash every monday": SetReminder("take out the trash", days=(0,)),
    "every monday at 9 am remind me to take out the trash": SetReminder(
        "take out the trash", None, TimeOfDay(9), None, (0,)
    ),
    "set a reminder to call the dentist on sunday at 5 pm": SetReminder(
        "call the dentist", None, FIVE_PM, SUNDAY
    ),
    "remind me about the meeting at 5 pm": SetReminder("the meeting", None, FIVE_PM),
    "don't let me forget to call dad at 5 pm": SetReminder("call dad", None, FIVE_PM),
    "remind me to take pill number 2": SetReminder("take pill number 2"),
    "remind me to buy milk": SetReminder("buy milk"),
    "remind me at 5 pm": SetReminder(None, None, FIVE_PM),
    "set a reminder": SetReminder(),
    "tell me to check the oven in ten minutes": SetReminder("check the oven", 600),
    "in ten minutes tell me to check the oven": SetReminder("check the oven", 600),
    "two hours from now remind me to call mom": SetReminder("call mom", 7200),
    "remind me at 5 pm that I should call mom": SetReminder("call mom", None, FIVE_PM),
    "remind me next week to call mom": SetReminder("call mom", day=date(2026, 11, 28)),
    "remind me tomorrow to plan next week": SetReminder("plan next week", day=SUNDAY),
    "remind me of something": SetReminder(),
    "cancel my last reminder": CancelReminder(),
    "what did I want to be reminded of": ListReminders(),
    "remind me to call mom on the 31st of november": ReminderOnNoDay(
        "November 31", None, "call mom"
    ),
    "remind me on february 30 to call mom": ReminderOnNoDay("February 30", None, "call mom"),
    "remind me that the oven is on in 10 minutes": SetReminder("the oven is on", 600),
    "remind me to pay the monthly bill tomorrow": SetReminder("pay the monthly bill", day=SUNDAY),
    "set a daily reminder to take pills at 5 pm": SetReminder(
        "take pills", None, FIVE_PM, None, tuple(range(7))
    ),
    "remind me to drink water every two hours": ReminderRhythm(
        "every 2 hours", None, "drink water"
    ),
    "remind me to take out the trash every other friday": ReminderRhythm(
        "every other friday", None, "take out the trash"
    ),
    "remind me monthly to pay the rent": ReminderRhythm("monthly", None, "pay the rent"),
    "set a weekly reminder to call mom": ReminderRhythm(text="call mom"),
    "postpone the dentist reminder by ten minutes": MoveReminder("dentist", by=600),
    "move my dentist reminder to ten minutes from now": MoveReminder("dentist", 600),
    "move my dentist reminder to 5 pm": MoveReminder("dentist", None, FIVE_PM),
    "cancel the reminder to call mom": CancelReminder("call mom"),
    "delete my trash reminder": CancelReminder("trash"),
    "delete all my reminders": CancelAllReminders(),
    "what are my reminders": ListReminders(),
    "do I have any reminders for tomorrow": ListReminders(SUNDAY),
}


@pytest.mark.parametrize(("text", "intent"), SAID.items(), ids=SAID)
def test_understands(text: str, intent: Intent) -> None:
    assert understood(text) == intent


OTHERS = """
you reminded me yesterday
do you remember me
that reminds me of my grandmother
what is a reminder
I forgot to call mom
remind me what to buy
remind me who the president is
who was the president in 1990
call my mom
""".strip().splitlines()


@pytest.mark.parametrize("text", OTHERS)
def test_leaves_to_others(text: str) -> None:
    assert understood(text) is None


@pytest.mark.parametrize(
    ("intent", "wanted", "when"),
    [
        (
            SetReminder("call my mom", None, FIVE_PM, SUNDAY),
            "I'll remind you to call your mom tomorrow at 5:00 PM.",
            datetime(2026, 11, 22, 17),
        ),
        (
            SetReminder("check the oven", 1200.0),
            "I'll remind you to check the oven in 20 minutes.",
            datetime(2026, 11, 21, 15, 5),
        ),
        (
            SetReminder("the meeting", None, TimeOfDay(3, sure=False)),
            "I'll remind you about the meeting at 3:00 PM.",
            datetime(2026, 11, 21, 15),
        ),
        (
            SetReminder("feed the cat", None, TimeOfDay(6, sure=False), SUNDAY),
            "I'll remind you to feed the cat tomorrow at 6:00 PM.",
            datetime(2026, 11, 22, 18),
        ),
        (
            SetReminder("i have a dentist", day=date(2026, 11, 27)),
            "I'll remind you that you have a dentist on Friday at 9:00 AM.",
            datetime(2026, 11, 27, 9),
        ),
        (
            SetReminder("take out the trash", days=(0,)),
            "I'll remind you to take out the trash every Monday at 9:00 AM.",
            datetime(2026, 11, 23, 9),
        ),
        (
            SetReminder("call", day=NOW.date()),
            "I'll remind you to call at 3:45 PM.",
            datetime(2026, 11, 21, 15, 45),
        ),
    ],
)
def test_sets_a_reminder_and_repeats_it(intent: SetReminder, wanted: str, when: datetime) -> None:
    reply = answer(intent)
    assert reply.text == wanted
    assert due(reply) == when.replace(tzinfo=NOW.tzinfo)


def test_keeps_the_words_that_were_said() -> None:
    (action,) = answer(SetReminder("call my mom", 60.0)).actions
    assert isinstance(action, AddAlert)
    assert (action.alert.name, action.alert.kind) == ("call my mom", "reminder")


def test_asks_for_what_is_missing() -> None:
    assert answer(SetReminder(None, 60.0)) == Reply("What should I remind you of?")
    assert answer(SetReminder("call")) == Reply("When should I remind you?")


def test_refuses_what_is_over_and_too_many() -> None:
    assert answer(SetReminder("call", None, TimeOfDay(9), NOW.date())).actions == ()
    many = tuple(replace(MOM, id=n) for n in range(100))
    assert answer(SetReminder("call", 60.0), *many).text.startswith("You already have 100")


def test_moves_and_amends() -> None:
    amended = SetReminder("call my mom", None, FIVE_PM).amended(time=TimeOfDay(18))
    assert amended == MoveReminder("call my mom", time=TimeOfDay(18), old=FIVE_PM)
    reply = answer(amended, MOM, TRASH)
    assert reply.text == "I'll remind you to call your mom at 6:00 PM."
    assert due(answer(MoveReminder("trash", time=TimeOfDay(18)), MOM, TRASH)) == datetime(
        2026, 11, 23, 18, tzinfo=NOW.tzinfo
    )
    assert due(answer(MoveReminder("mom", day=SUNDAY), MOM)) == datetime(
        2026, 11, 22, 17, tzinfo=NOW.tzinfo
    )
    assert due(answer(MoveReminder("", duration=60.0), MOM)) == NOW + timedelta(minutes=1)


def test_what_repeats_is_never_moved_on_one_day_only() -> None:
    for intent in (
        MoveReminder("trash", duration=600.0),
        MoveReminder("trash", by=600.0),
        MoveReminder("trash", day=SUNDAY),
    ):
        assert answer(intent, MOM, TRASH) == Reply(ONLY_ALL_DAYS)
    assert answer(ReminderOnNoDay("June 31")) == Reply("There is no June 31.")
    assert answer(ReminderRhythm("monthly")) == Reply(ONLY_WEEKLY)
    later = answer(MoveReminder("trash", duration=600.0), rung(TRASH, MOMENT))
    assert later.text == "Snoozed until 2:55 PM."
    (action,) = later.actions
    assert isinstance(action, ReplaceAlert)
    assert action.new.days == TRASH.days


def test_postpones_from_the_time_it_was_due() -> None:
    reply = answer(MoveReminder("mom", by=1800.0), MOM, TRASH)
    assert reply.text == "I'll remind you to call your mom at 5:30 PM."
    assert due(reply) == datetime(2026, 11, 21, 17, 30, tzinfo=NOW.tzinfo)


def test_tells_reminders_of_one_text_apart_by_their_time() -> None:
    early, late = reminder(3, "take pills", "16:00"), reminder(4, "take pills", "20:00")
    reply = answer(CancelReminder("pills"), early, late)
    assert reply == Reply("Which one: at 4:00 PM or at 8:00 PM?", (), "time")
    assert answer(CancelReminder(), early, late, MOM).text == (
        "Which one: take pills, or call your mom?"
    )
    assert answer(CancelReminder("pills", TimeOfDay(16)), early, late).actions == (
        RemoveAlerts((3,)),
    )
    undone = SetReminder("take pills", None, TimeOfDay(20)).undone()
    assert answer(undone, early, late).actions == (RemoveAlerts((4,)),)
    assert MoveReminder("pills", time=FIVE_PM).undone() is None
    assert answer(MoveReminder("pills", time=FIVE_PM), early, late).awaits == ""
    moved = answer(MoveReminder("pills", time=FIVE_PM, old=TimeOfDay(16)), early, late)
    assert due(moved).hour == 17


def test_deletes_what_is_meant_and_asks_where_it_may_be_another() -> None:
    reply = answer(CancelReminder("mom"), MOM, TRASH)
    assert reply == Reply("Deleted the reminder to call your mom.", (RemoveAlerts((1,)),))
    assert answer(SetReminder("call my mom", 60.0).undone(), MOM, TRASH).actions == reply.actions
    reply = answer(CancelReminder(), MOM, TRASH)
    assert reply == Reply("Which one: call your mom, or take out the trash?", (), "text")
    reply = answer(CancelReminder("the dentist"), MOM)
    assert reply.text == (
        "There's no reminder about the dentist. You have 1 reminder: call your mom at 5:00 PM."
    )
    assert answer(CancelReminder(day=date(2026, 11, 23)), MOM, TRASH).actions == (
        RemoveAlerts((2,)),
    )
    assert answer(CancelReminder(), rung(MOM, MOMENT), TRASH) == Reply("", (Dismiss((1,)),))


def test_lists_them_the_soonest_first() -> None:
    assert answer(ListReminders(), TRASH, MOM).text == (
        "You have 2 reminders: call your mom at 5:00 PM and take out the trash every Monday at "
        "9:00 AM."
    )
    assert answer(ListReminders(SUNDAY), MOM).text == "You have no reminders for tomorrow."
    assert answer(ListReminders()).text == "You have no reminders."


def test_asks_before_it_deletes_all() -> None:
    def question(*alerts: Alert) -> str | None:
        return Reminders().question(CancelAllReminders(), World(NOW, MOMENT, alerts))

    assert question(MOM, TRASH) == "Delete all 2 reminders?"
    assert question() is None
    assert answer(CancelAllReminders(), MOM, TRASH).actions == (RemoveAlerts((1, 2)),)


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("call my mom", "call your mom"),
        ("i am late", "you are late"),
        ("mind the army", "mind the army"),
    ],
)
def test_turns_it_to_whom_it_is_said(said: str, back: str) -> None:
    assert to_you(said) == back
