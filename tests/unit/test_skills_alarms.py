"""Alarms: what people say to them, what they answer, and what is done."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.actions import AddAlert, Dismiss, RemoveAlerts, ReplaceAlert
from assistant.agenda import new_alarm, new_timer, next_due, rung
from assistant.alerts import Alert, Moment
from assistant.skills.alarms import (
    AlarmOnNoDay,
    AlarmRhythm,
    Alarms,
    CancelAlarm,
    CancelAllAlarms,
    ListAlarms,
    MoveAlarm,
    NextAlarm,
    SetAlarm,
    Snooze,
)
from assistant.skills.alarms import Dismiss as DismissRing
from assistant.skills.skill import Intent, Reply
from assistant.skills.when import ONLY_ALL_DAYS, ONLY_WEEKLY, due_once
from assistant.understand.matcher import Matcher
from assistant.understand.normal import normal
from assistant.understand.slots.times import TimeOfDay
from assistant.world import World

NOW = datetime(2026, 11, 21, 22, 45, tzinfo=ZoneInfo("America/New_York"))  # a Saturday
MOMENT = Moment(NOW.timestamp(), 5000.0, "boot")
SUNDAY = date(2026, 11, 22)
WORKDAYS = (0, 1, 2, 3, 4)
MATCHER = Matcher([("alarms", Alarms.intents)], "en")

SEVEN = TimeOfDay(7)
SEVEN_OR_NINETEEN = TimeOfDay(7, sure=False)


def alarm(id_: int, at: str, days: tuple[int, ...] = (), name: str = "") -> Alert:
    due = next_due(at, days, NOW).timestamp()
    return replace(new_alarm("alarm", name, due, at if days else "", days), id=id_)


TOMORROW = alarm(1, "07:00")
REPEATING = alarm(2, "06:30", WORKDAYS)


def understood(text: str) -> Intent | None:
    found = MATCHER.candidates(normal(text), NOW)
    return found[0].intent if found else None


def answer(intent: Intent, *alerts: Alert) -> Reply:
    return Alarms().answer(intent, World(NOW, MOMENT, alerts))


def due(reply: Reply) -> datetime:
    (action,) = reply.actions
    assert isinstance(action, AddAlert | ReplaceAlert)
    new = action.alert if isinstance(action, AddAlert) else action.new
    assert new.due_s is not None
    return datetime.fromtimestamp(new.due_s, NOW.tzinfo)


SAID: dict[str, Intent] = {
    "Wake me up at seven.": SetAlarm(SEVEN_OR_NINETEEN),
    "wake me at quarter to seven": SetAlarm(TimeOfDay(6, 45, sure=False)),
    "set an alarm for 7:30 a.m.": SetAlarm(TimeOfDay(7, 30)),
    "alarm for half past six tomorrow": SetAlarm(TimeOfDay(6, 30, sure=False), SUNDAY),
    "set an alarm for 7 tomorrow morning": SetAlarm(SEVEN, SUNDAY),
    "set an alarm for tomorrow at 7 pm": SetAlarm(TimeOfDay(19), SUNDAY),
    "set a 7 am alarm for tomorrow": SetAlarm(SEVEN, SUNDAY),
    "set an alarm for 6:30 am on weekdays": SetAlarm(TimeOfDay(6, 30), None, WORKDAYS),
    "wake me up every morning at 7": SetAlarm(SEVEN, None, tuple(range(7))),
    "every weekday at 7 am wake me up": SetAlarm(SEVEN, None, WORKDAYS),
    "set a gym alarm for 7 am": SetAlarm(SEVEN, name="gym"),
    "set an alarm for 7 am called gym": SetAlarm(SEVEN, name="gym"),
    "I need to get up at 7 am": SetAlarm(SEVEN),
    "set an alarm": SetAlarm(),
    "set an alarm for tomorrow": SetAlarm(None, SUNDAY),
    "move my 7 am alarm to 8 am": MoveAlarm(TimeOfDay(8), SEVEN),
    "change my alarm to 7": MoveAlarm(SEVEN_OR_NINETEEN),
    "move the gym alarm to 9": MoveAlarm(TimeOfDay(9, sure=False), name="gym"),
    "move the alarm for work to 8 am": MoveAlarm(TimeOfDay(8), name="work"),
    "set an alarm for 7 am to move the car": SetAlarm(SEVEN, name="move the car"),
    "set an alarm for february 30": AlarmOnNoDay("February 30"),
    "set an alarm for 7 am on the 31st of november": AlarmOnNoDay("November 31", SEVEN),
    "wake me up every other friday": AlarmRhythm("every other friday"),
    "set an alarm for 7 am every two weeks on monday": AlarmRhythm(
        "every 2 weeks on monday", SEVEN
    ),
    "set an alarm for 7 am on the first of every month": AlarmRhythm(
        "on the first of every month", SEVEN
    ),
    "set a weekly alarm for 7 am": AlarmRhythm(time=SEVEN),
    "set a recurring alarm": AlarmRhythm(),
    "set a repeating alarm for sunday at 7 am": AlarmRhythm(time=SEVEN, day=SUNDAY),
    "set a recurring alarm for 7 am on weekdays": SetAlarm(SEVEN, None, WORKDAYS),
    "set a weekly alarm for 7 am every monday": SetAlarm(SEVEN, None, (0,)),
    "cancel my alarm": CancelAlarm(),
    "turn off the 7 a.m. alarm": CancelAlarm(SEVEN),
    "cancel tomorrow's alarm": CancelAlarm(day=SUNDAY),
    "delete the gym alarm": CancelAlarm(name="gym"),
    "delete all alarms": CancelAllAlarms(),
    "what alarms do I have": ListAlarms(),
    "do I have an alarm set for tomorrow": ListAlarms(SUNDAY),
    "when is my next alarm": NextAlarm(),
    "what time is my alarm set for": NextAlarm(),
    "snooze": Snooze(),
    "tomorrow at 8 am set an alarm": SetAlarm(TimeOfDay(8), SUNDAY),
    "wake me up at 7 am for school": SetAlarm(SEVEN, name="school"),
    "make sure I'm up at 7 am": SetAlarm(SEVEN),
    "make the alarm 7 am": MoveAlarm(SEVEN),
    "bring my alarm forward to 7 am": MoveAlarm(SEVEN),
    "cancel every single alarm": CancelAllAlarms(),
    "when are you waking me up": NextAlarm(),
    "five more minutes of sleep": Snooze(300),
    "give me a five minute snooze": Snooze(300),
    "make it stop": DismissRing(),
    "snooze for five minutes": Snooze(300),
    "I'm up": DismissRing(),
    "stop the beeping": DismissRing(),
}


@pytest.mark.parametrize(("text", "intent"), SAID.items(), ids=SAID)
def test_understands(text: str, intent: Intent) -> None:
    assert understood(text) == intent


OTHERS = """
I set an alarm yesterday
the alarm went off at 7
my alarm clock is broken
don't wake me up
what is an alarm
I woke up at 7
what time is it
the fire alarm is loud
set the table for 7
set an alarm for 7 for 3 days
I am up to my ears in work
turn off the lights
""".strip().splitlines()


@pytest.mark.parametrize("text", OTHERS)
def test_leaves_to_others(text: str) -> None:
    assert understood(text) is None


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (SetAlarm(SEVEN), "Alarm set for tomorrow at 7:00 AM, 8 hours 15 minutes from now."),
        (
            SetAlarm(TimeOfDay(11, sure=False)),
            "Alarm set for today at 11:00 PM, 15 minutes from now.",
        ),
        (SetAlarm(SEVEN_OR_NINETEEN, date(2026, 11, 27)), "Alarm set for Friday at 7:00 AM."),
        (SetAlarm(TimeOfDay(6, 30), None, WORKDAYS), "Alarm set for 6:30 AM on weekdays."),
        (
            SetAlarm(SEVEN_OR_NINETEEN, date(2026, 11, 24), (0,), "gym"),
            "Gym alarm set for 7:00 AM every Monday, starting Monday, November 30.",
        ),
        (
            SetAlarm(TimeOfDay(12, sure=False), SUNDAY),
            "Alarm set for tomorrow at 12:00 PM, 13 hours 15 minutes from now.",
        ),
    ],
)
def test_sets_an_alarm_and_says_the_day(intent: SetAlarm, wanted: str) -> None:
    reply = answer(intent)
    assert reply.text == wanted
    assert due(reply) > NOW


def test_says_that_a_time_is_over() -> None:
    assert answer(SetAlarm(SEVEN, NOW.date())) == Reply("That time has already passed.")


def test_sets_no_alarm_twice() -> None:
    reply = answer(SetAlarm(SEVEN_OR_NINETEEN), TOMORROW)
    assert reply == Reply("You already have an alarm for tomorrow at 7:00 AM.")
    assert answer(SetAlarm(TimeOfDay(6, 30), None, WORKDAYS), REPEATING).actions == ()


def test_there_can_be_too_many() -> None:
    many = tuple(replace(TOMORROW, id=n) for n in range(50))
    assert answer(SetAlarm(TimeOfDay(9)), *many).text.startswith("You already have 50 alarms.")


@settings(max_examples=60)
@given(
    st.builds(TimeOfDay, st.integers(1, 12), st.integers(0, 59), st.booleans()),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
    st.none() | st.integers(0, 400),
)
def test_is_due_at_the_time_said(said: TimeOfDay, now: datetime, ahead: int | None) -> None:
    local = now.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    day = None if ahead is None else local.date() + timedelta(days=ahead)
    found = due_once(said, day, local, 4)
    if found is None:
        assert ahead == 0
        return
    assert found.timestamp() > local.timestamp()
    assert day is None or found.date() == day
    if 2 < found.hour < 23:  # the clocks change at night
        assert (found.hour, found.minute) in {
            (said.hour % 24, said.minute),
            (said.hour % 12 + 12, said.minute),
            (said.hour % 12, said.minute),
        }


def test_moves_an_alarm_within_its_half_of_the_day() -> None:
    reply = answer(MoveAlarm(TimeOfDay(8, sure=False)), TOMORROW)
    assert reply.text == "Alarm moved to tomorrow at 8:00 AM."
    assert due(reply).hour == 8
    reply = answer(MoveAlarm(TimeOfDay(7), TimeOfDay(6, 30)), TOMORROW, REPEATING)
    assert reply.text == "Alarm moved to 7:00 AM on weekdays."
    assert due(reply).date() == date(2026, 11, 23)


def test_moves_only_all_days_of_one_that_repeats() -> None:
    friday = MoveAlarm(TimeOfDay(8), TimeOfDay(6, 30), date(2026, 11, 27))
    assert answer(friday, TOMORROW, REPEATING) == Reply(ONLY_ALL_DAYS)
    assert answer(AlarmOnNoDay("June 31")) == Reply("There is no June 31.")
    assert answer(AlarmRhythm("monthly", SEVEN)) == Reply(ONLY_WEEKLY)


def test_asks_for_a_name_where_all_have_one() -> None:
    gym, work = alarm(3, "07:00", name="gym"), alarm(4, "08:00", name="work")
    assert answer(CancelAlarm(), gym, work).awaits == "name"
    assert answer(MoveAlarm(SEVEN), gym, work).awaits == "name"
    assert answer(MoveAlarm(TimeOfDay(9), name="gym"), gym, work).actions


def test_amends_and_undoes_what_was_set() -> None:
    amended = SetAlarm(SEVEN_OR_NINETEEN).amended(time=TimeOfDay(19))
    assert amended == MoveAlarm(TimeOfDay(19), SEVEN_OR_NINETEEN)
    assert answer(amended, TOMORROW).text == "Alarm moved to tomorrow at 7:00 PM."
    assert answer(SetAlarm(SEVEN).undone(), TOMORROW, REPEATING).actions == (RemoveAlerts((1,)),)
    back = MoveAlarm(SEVEN, TimeOfDay(6)).undone()
    assert back == MoveAlarm(TimeOfDay(6), SEVEN)
    assert answer(back, TOMORROW).text == "Alarm moved to tomorrow at 6:00 AM."
    assert MoveAlarm(SEVEN).undone() is None
    assert MoveAlarm(SEVEN).amended(time=TimeOfDay(8)) == MoveAlarm(TimeOfDay(8), SEVEN)
    undone = SetAlarm(TimeOfDay(6, 30), date(2026, 11, 23), WORKDAYS).undone()
    assert answer(undone, TOMORROW, REPEATING).actions == (RemoveAlerts((2,)),)


def test_cancels_what_is_meant_and_asks_where_it_may_be_another() -> None:
    assert answer(CancelAlarm(), TOMORROW).text == "Canceled the alarm for tomorrow at 7:00 AM."
    reply = answer(CancelAlarm(), TOMORROW, REPEATING)
    assert reply == Reply("Which one: tomorrow at 7:00 AM or 6:30 AM on weekdays?", (), "time")
    assert answer(CancelAlarm(SEVEN_OR_NINETEEN), TOMORROW, REPEATING).actions == (
        RemoveAlerts((1,)),
    )
    reply = answer(CancelAlarm(TimeOfDay(9)), TOMORROW)
    assert reply.text == "There's no 9:00 AM alarm. You have 1 alarm: tomorrow at 7:00 AM."
    assert answer(CancelAlarm()).text == "You have no alarms."


def test_skips_one_day_of_an_alarm_that_repeats() -> None:
    reply = answer(CancelAlarm(day=date(2026, 11, 23)), TOMORROW, REPEATING)
    assert reply.text == (
        "Skipped the alarm on Monday at 6:30 AM. It rings again on Tuesday at 6:30 AM."
    )
    assert due(reply).date() == date(2026, 11, 24)


def test_what_rings_is_silenced_and_what_repeats_stays() -> None:
    for intent in (DismissRing(), CancelAlarm()):
        assert answer(intent, rung(REPEATING, MOMENT), TOMORROW) == Reply("", (Dismiss((2,)),))
    timer = rung(replace(new_timer("", 0.0, MOMENT), id=5), MOMENT)
    assert answer(CancelAlarm(), TOMORROW, timer).actions == (Dismiss((5,)),)
    assert answer(DismissRing(), TOMORROW) == Reply("Nothing is ringing.")


def test_snoozes_for_nine_minutes_or_as_long_as_is_said() -> None:
    reply = answer(Snooze(), rung(TOMORROW, MOMENT))
    assert (reply.text, due(reply)) == ("Snoozed until 10:54 PM.", NOW + timedelta(minutes=9))
    assert answer(Snooze(300.0), rung(TOMORROW, MOMENT)).text == "Snoozed until 10:50 PM."
    assert answer(Snooze(), TOMORROW) == Reply("Nothing is ringing.")
    assert not answer(Snooze(1e6), rung(TOMORROW, MOMENT)).actions


@pytest.mark.parametrize(
    ("intent", "wanted"),
    [
        (ListAlarms(), "You have 2 alarms: tomorrow at 7:00 AM and 6:30 AM on weekdays."),
        (ListAlarms(SUNDAY), "You have 1 alarm: tomorrow at 7:00 AM."),
        (ListAlarms(date(2026, 11, 28)), "You have no alarms for Saturday, November 28."),
        (NextAlarm(), "Your next alarm is tomorrow at 7:00 AM."),
    ],
)
def test_says_which_there_are(intent: Intent, wanted: str) -> None:
    assert answer(intent, REPEATING, TOMORROW) == Reply(wanted)
    assert "no alarms" in answer(intent).text


def test_asks_before_it_deletes_all() -> None:
    def question(*alerts: Alert) -> str | None:
        return Alarms().question(CancelAllAlarms(), World(NOW, MOMENT, alerts))

    assert question(TOMORROW, REPEATING) == "Delete all 2 alarms?"
    assert question(TOMORROW) == "Delete the alarm for tomorrow at 7:00 AM?"
    assert question() is None
    assert answer(CancelAllAlarms(), TOMORROW, REPEATING).actions == (RemoveAlerts((1, 2)),)
    assert answer(CancelAllAlarms()).text == "You have no alarms."


def test_keeps_the_time_that_was_said_through_the_change_of_clocks() -> None:
    before = datetime(2027, 3, 13, 22, tzinfo=NOW.tzinfo)  # the clocks leave out 2 to 3 that night
    moment = Moment(before.timestamp(), 5000.0, "boot")
    daily = SetAlarm(TimeOfDay(2, 30), None, tuple(range(7)))
    (action,) = Alarms().answer(daily, World(before, moment, ())).actions
    assert isinstance(action, AddAlert)
    assert action.alert.at == "02:30"
