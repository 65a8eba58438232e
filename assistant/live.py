"""The assistant on real devices: microphone -> echo canceller -> conversation -> loudspeaker."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from platformdirs import user_state_path

from assistant import engines
from assistant.alarm_clock import AlarmClock
from assistant.app import Assistant, with_echo_in_mind
from assistant.arming import Arming
from assistant.audio.front_end import FrontEnd
from assistant.audio.loudspeaker import Loudspeaker
from assistant.audio.microphone import Microphone
from assistant.audio.portaudio import PortAudio
from assistant.audio.reference import Reference
from assistant.caretaker import Caretaker
from assistant.config import Settings
from assistant.controls import Controls
from assistant.events import Entered, Message
from assistant.health import Health
from assistant.household import Household
from assistant.learned_pace import LearnedPace
from assistant.moments import local_time
from assistant.mute import Mute
from assistant.notify import Manager
from assistant.panel.build import build as build_panel
from assistant.parts import Parts
from assistant.pulse import Vitals
from assistant.recorder import Recorder
from assistant.runtime import Observer
from assistant.status import Status
from assistant.warden import Warden
from models.store import Store

log = logging.getLogger(__name__)

SUPERVISE_S = 0.5
"""Between two looks at whether all is well."""
HOUR_S = 3600.0
"""Between two summaries in the log."""


class Live:
    """Everything that runs; made by one thread, which then calls `run`."""

    _again = _for_good = False
    _broken: Exception | None = None
    """Why it has ended by itself."""
    _idle = True
    _inbox_s: float | None = None
    """Clock time when the inbox last turned."""

    def __init__(
        self,
        settings: Settings,
        load: Callable[[Parts], None],
        store: Store,
        host: PortAudio,
        observers: Iterable[Observer] = (),
        alarm_clock: AlarmClock | None = None,
        manager: Manager | None = None,
    ) -> None:
        """`load` keeps the promises: it is called during `run`, in another thread, and what is due
        rings without it. `alarm_clock`: may have been started; it is closed at the end.

        ConfigError or ModelError if the echo canceller cannot be loaded, InputError if turns are to
        be recorded where nothing can be written. A missing device is no error: it is waited for."""
        self._alarm_clock = alarm_clock or AlarmClock()
        clock = self._clock = self._alarm_clock.clock
        self.health, self.arming = Health(), Arming(load)
        self.microphone, self.loudspeaker = self._sound(settings, host, store)
        volume, book = self.loudspeaker.set_volume, self._alarm_clock.book
        self.household = Household.of_this_device(settings, volume, book)
        self.assistant = Assistant(
            with_echo_in_mind(settings),
            self.arming.parts,
            clock,
            self.loudspeaker,
            [self.health, *observers],
            self.household,
            self._alarm_clock.inbox,
        )
        self.bell = self._alarm_clock.bell
        self.pauses = self.assistant.conversation.pauses
        self.mute = Mute(self.microphone, book)
        self.controls = Controls(self.household, self.mute, self._post, self._captured)
        self.panel = build_panel(settings.panel, settings.lights, settings.button, self.controls)
        self.recorder = self._observed(settings)
        self._warden = Warden.here(settings.llm, store, self.assistant.shed)
        self._caretaker = Caretaker.here(manager or Manager(), settings.mic, clock, self.status)

    def _sound(
        self, settings: Settings, host: PortAudio, store: Store
    ) -> tuple[Microphone, Loudspeaker]:
        """In and out; what comes out is known to what comes in."""
        canceller, reference = engines.load("echo", settings.echo, store.path), Reference()
        front_end = FrontEnd(canceller, reference)
        report, clock = self._post, self._clock
        return (
            Microphone(host, settings.mic, clock, front_end, report),
            Loudspeaker(host, settings.speaker, clock, reference, report, self.stop),
        )

    def _observed(self, settings: Settings) -> Recorder | None:
        """By those who keep or show something, too."""
        self.assistant.runtime.observe(self._pace)
        self.assistant.runtime.observe(self.panel)
        if settings.conversation.pauses.learn:
            path = user_state_path("kitchen-assistant") / "pauses.json"
            self.assistant.runtime.observe(LearnedPace(path, self.pauses))
        if not settings.recorder.enabled:
            return None
        keeping = settings.recorder
        recorder = Recorder(self.assistant.ring, keeping.folder, keeping.max_age_days, local_time)
        self.assistant.runtime.observe(recorder)
        return recorder

    def run(self) -> None:
        """Until `stop`, once. What is due rings from the first second on; whoever calls is heard as
        soon as the ears are loaded. If nobody can be answered, it goes on for what is still to
        ring, and then raises the reason."""
        self.loudspeaker.start()
        self.panel.start()
        self._alarm_clock.start()
        over = threading.Event()
        supervisor = threading.Thread(target=self._supervise, args=[over], daemon=True)
        supervisor.start()
        listening = (self.assistant, self.microphone)
        threading.Thread(target=self.arming.run, args=listening, name="arming", daemon=True).start()
        with ExitStack() as ending:
            ending.enter_context(self.household)
            ending.callback(self._alarm_clock.close)
            if self.recorder is not None:
                ending.callback(self.recorder.close)
            ending.callback(self.loudspeaker.close)
            ending.callback(self.panel.close)
            # First: nothing may listen once nobody answers, whatever went wrong.
            ending.callback(self.microphone.close)
            ending.callback(lambda: self._caretaker.leave(self.again))
            ending.callback(self.mute.remember)
            ending.callback(supervisor.join)
            ending.callback(over.set)
            self.assistant.run()
        if self._broken is not None:
            raise self._broken
        if self.arming.failure is not None and not self._for_good:
            raise self.arming.failure

    def stop(self) -> None:
        """From any thread, or a signal handler."""
        self.microphone.close()
        self.assistant.runtime.stop()

    def end(self) -> None:
        """The same, and not to begin anew, whoever asked for that before or asks for it now."""
        self._for_good = True
        self.stop()

    def begin_anew(self) -> None:
        """From any thread: `stop` as soon as nobody has the floor, and then be `again`."""
        self._again = True

    @property
    def again(self) -> bool:
        """It ends only to begin anew, with whatever the configuration says then."""
        return self._again and not self._for_good

    @property
    def loading(self) -> bool:
        """Some engine is not there yet."""
        return bool(self.arming.parts.loading)

    def summary(self) -> dict[str, Any]:
        """How it is doing; no words."""
        capture, playback = self.microphone.capture, self.loudspeaker.playback
        return self.health.summary() | {
            "muted": self.mute.on,
            "silence_s": round(self.pauses.silence_s, 2),
            "frames": capture.frames,
            "overflows": capture.overflows,
            "lost_s": round(capture.lost_s, 3),
            "microphone_losses": capture.losses,
            "underruns": playback.underruns,
            "loudspeaker_losses": playback.losses,
            "front_end_ms": self.microphone.pace.summary_ms(),
            "frame_ms": self.assistant.pace_ms(),
        }

    def status(self, known: Status) -> Status:
        """The same in few words, for whoever asks from outside; `known`: what never changes."""
        return replace(
            known,
            armed=self.arming.armed,
            loading=tuple(self.arming.parts.loading),
            failed=self.arming.broken,
            muted=self.mute.on,
            missing=self.health.missing,
            rung=self.health.shed.rung,
            why=self.health.shed.why,
        )

    def _vitals(self) -> Vitals:
        """Also has the inbox turn once more."""
        vitals = Vitals(
            capture=self.microphone.doing,
            lost=not self.microphone.present,
            through_wake_s=self.assistant.heard_s,
            sound_s=self.microphone.capture.sound_s,
            inbox_s=self._inbox_s,
            bell=self.bell.rings,
        )
        self.assistant.runtime.remark(self._turned)
        return vitals

    def _started(self, vitals: Vitals) -> bool:
        heard = vitals.through_wake_s is not None or vitals.lost
        return (self.arming.armed and heard) or self.arming.failure is not None

    def _turned(self) -> None:
        self._inbox_s = self._clock.now()

    def _supervise(self, over: threading.Event) -> None:
        """A thread that is stuck inside a device cannot say so itself."""
        next_s = time.monotonic() + HOUR_S
        while not over.wait(SUPERVISE_S):
            self.microphone.check()
            self.loudspeaker.check()
            self.mute.remember()
            self._warden.look(time.monotonic())
            vitals = self._vitals()
            self._caretaker.look(vitals, self._started(vitals), self._clock.now())
            if not self.bell.rings:
                self._broken = RuntimeError("the bell has stopped: nothing would ring any more")
                self.stop()
            if self.arming.failure is not None and not self.household.book.alerts:
                self.stop()
            if self.again and self._idle:
                self.stop()
            if time.monotonic() >= next_s:
                next_s += HOUR_S
                self._report()

    def _report(self) -> None:
        log.info("health: %s", json.dumps(self.summary()))
        if self.recorder is not None:
            self.recorder.forget_old()

    def _pace(self, now: float, message: Message) -> None:
        """Observer: hurry, and listen to voices, while somebody has the floor."""
        if isinstance(message, Entered):
            self._idle = message == Entered("idle")
            self.microphone.relax(self._idle)
            self.assistant.attend(not self._idle)

    def _captured(self) -> int:
        return self.assistant.ring.end

    def _post(self, event: Any) -> None:
        self.assistant.runtime.post(event)
