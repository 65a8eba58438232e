"""Every alert rings exactly once, whatever is done to the clocks and to the power."""

from collections import Counter
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assistant import agenda
from assistant.actions import RemoveAlerts, ReplaceAlert
from tests.unit.test_watch import HOUR, NOON, ZONE, Device, alarm, timer

DAY = 24 * HOUR
seconds = st.floats(0, 2 * HOUR).map(lambda s: round(s, 1))


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.device = Device()
        self.begun: Counter[tuple[int, float | None]] = Counter()
        """Rings and misses of each alert and the time it was due."""
        self.deadlines: dict[int, float] = {}
        """Of timers set since the device was last started: when they truly are due."""
        self.stopped: set[int] = set()
        """What somebody stopped; a snooze or a repetition is another one."""
        self.once: set[int] = set()

    def look(self, told: bool = True) -> None:
        """`told`: False if the program is killed after storing."""
        before = {alert.id: alert for alert in self.device.contents.alerts}
        self.device.look()
        after = {alert.id: alert for alert in self.device.contents.alerts}
        for id, old in before.items():
            new = after.get(id)
            ended = new is None or (new.rang_s != old.rang_s)
            began = new is not None and agenda.is_ringing(new)
            if not agenda.is_ringing(old) and (ended or began):
                self.begun[id, None if id in self.once else (new or old).rang_s] += 1
                if id in self.deadlines:
                    late_s = self.device.now_s - self.deadlines.pop(id)
                    assert -0.01 <= late_s <= 1.01, "a countdown is on time while the device runs"
        if not told:
            self.device.restart()

    @rule(length_s=seconds)
    def set_timer(self, length_s: float) -> None:
        added = timer(self.device, length_s)
        self.deadlines[added.id] = self.device.now_s + length_s
        self.once.add(added.id)
        self.look()  # a change wakes the bell

    @rule(in_s=seconds)
    def set_alarm(self, in_s: float) -> None:
        self.once.add(alarm(self.device, in_s).id)
        self.look()

    @rule(in_s=seconds)
    def set_daily_alarm(self, in_s: float) -> None:
        wall_s = self.device.moment.wall_s + in_s
        at = f"{datetime.fromtimestamp(wall_s, ZONE):%H:%M}"
        now = datetime.fromtimestamp(self.device.moment.wall_s, ZONE)
        due_s = agenda.next_due(at, (), now).timestamp()
        self.device.add(agenda.new_alarm("alarm", "", due_s, at, tuple(range(7))))

    @rule(time_s=st.one_of(st.floats(0, 5), seconds))
    def wait(self, time_s: float) -> None:
        """As the thread does: whenever something is due, but only so often, to be quick."""
        end_s = self.device.now_s + time_s
        self.look()
        while self.device.now_s < end_s:
            rest_s = max(0.001, self.device.rest_s)
            self.device.now_s = min(end_s, self.device.now_s + rest_s)
            self.look()

    @rule(by_s=st.one_of(st.floats(-3, 3), st.floats(-2 * DAY, 2 * DAY)))
    def step(self, by_s: float) -> None:
        self.device.step(by_s)
        self.look()

    @rule()
    def kill_after_storing(self) -> None:
        self.look(told=False)

    @rule()
    def restart(self) -> None:
        self.device.restart()
        self.look()

    @rule(off_s=st.floats(0, DAY), clock=st.sampled_from(["kept", "stale", "1970"]))
    def reboot(self, off_s: float, clock: str) -> None:
        wall_s = {"kept": None, "stale": self.device.moment.wall_s - 60.0, "1970": 0.0}[clock]
        self.device.reboot(off_s, wall_s)
        self.deadlines.clear()
        self.look()

    @rule()
    def network_sets_the_clock(self) -> None:
        self.device.ahead_s = NOON
        self.look()

    @precondition(lambda self: any(map(agenda.is_ringing, self.device.contents.alerts)))
    @rule()
    def stop(self) -> None:
        ringing = next(filter(agenda.is_ringing, self.device.contents.alerts))
        now = datetime.fromtimestamp(self.device.moment.wall_s, ZONE)
        left = agenda.dismissed(ringing, now)
        if left is None:
            self.device.do(RemoveAlerts((ringing.id,)))
            self.stopped.add(ringing.id)
        else:
            self.device.do(ReplaceAlert(ringing, left))
        self.look()

    @invariant()
    def nothing_rings_twice(self) -> None:
        assert all(count == 1 for count in self.begun.values())
        assert not self.stopped & {alert.id for alert in self.device.contents.alerts}

    @invariant()
    def no_clock_is_forgotten_while_it_is_doubted(self) -> None:
        if self.device.known.doubted_since_s is not None:
            assert self.device.known.moment is not None
            assert self.device.known.moment.wall_s >= self.device.moment.wall_s

    def teardown(self) -> None:
        """In the end everything that was to ring once has rung or was told as missed."""
        self.deadlines.clear()
        self.device.ahead_s = max(self.device.ahead_s, NOON + 400 * DAY)
        for _ in range(3):
            self.device.now_s += DAY
            self.look()
        assert self.once <= {id for id, _ in self.begun}
        assert not self.once & {alert.id for alert in self.device.contents.alerts}


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)
