"""The assistant on real devices: microphone -> echo canceller -> conversation -> loudspeaker."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from assistant import engines
from assistant.app import Assistant, Engines
from assistant.audio.front_end import FrontEnd
from assistant.audio.loudspeaker import Loudspeaker
from assistant.audio.microphone import Microphone
from assistant.audio.portaudio import PortAudio
from assistant.audio.reference import Reference
from assistant.bell import Bell
from assistant.clock import WallClock
from assistant.config import Settings
from assistant.events import ButtonPressed, Entered, Message
from assistant.health import Health
from assistant.household import Household
from assistant.learned_pace import LearnedPace
from assistant.moments import local_time, zone
from assistant.recorder import Recorder
from assistant.runtime import Observer
from assistant.watch import Watch
from models.store import Store

log = logging.getLogger(__name__)

SUPERVISE_S = 0.5
"""Between two looks at whether the devices answer."""

HOUR_S = 3600.0
"""Between two summaries in the log."""


class Live:
    """Everything that runs; made by one thread, which then calls `run`."""

    def __init__(
        self,
        settings: Settings,
        load: Callable[[], Engines],
        store: Store,
        host: PortAudio,
        observers: Iterable[Observer] = (),
    ) -> None:
        """`load`: is called during `run`, in another thread; what is due rings without the engines.
        ConfigError or ModelError if the echo canceller cannot be loaded, InputError if turns are to
        be recorded where nothing can be written. A missing device is no error: it is waited for."""
        clock, reference = WallClock(), Reference()
        canceller = engines.load("echo", settings.echo, store.path)
        self._load, self._parts = load, Future[Engines]()
        self.health = Health()
        self.loudspeaker = Loudspeaker(
            host, settings.speaker, clock, reference, self._post, self.stop
        )
        self.household = Household.of_this_device(settings, self.loudspeaker.set_volume)
        self.assistant = Assistant(
            with_echo_in_mind(settings),
            self._parts,
            clock,
            self.loudspeaker,
            [self.health, *observers],
            self.household,
        )
        self.bell = Bell(self.household.book, self._post, clock, Watch(zone()))
        self.pauses = self.assistant.conversation.pauses
        if settings.conversation.pauses.learn:
            self.assistant.runtime.observe(LearnedPace(learned_path(), self.pauses))
        self.recorder = self._recorder(settings)
        self.microphone = Microphone(
            host, settings.mic, clock, FrontEnd(canceller, reference), self._post
        )
        self.assistant.runtime.observe(self._pace)
        self.muted = False
        self.failure: BaseException | None = None
        """Why nobody is listened to: the engines cannot be loaded."""
        self._over = threading.Event()

    def _recorder(self, settings: Settings) -> Recorder | None:
        if not settings.recorder.enabled:
            return None
        keeping = settings.recorder
        recorder = Recorder(self.assistant.ring, keeping.folder, keeping.max_age_days, local_time)
        self.assistant.runtime.observe(recorder)
        return recorder

    def run(self) -> None:
        """Until `stop`. What is due rings from the first second on; whoever calls is heard as soon
        as the engines are loaded. If they cannot be, it goes on for what is still to ring, and then
        raises the reason."""
        self.loudspeaker.start()
        self.bell.start()  # before anything is loaded, which takes all cores for seconds
        for name, work in (("supervisor", self._supervise), ("arming", self._arm)):
            threading.Thread(target=work, name=name, daemon=True).start()
        with ExitStack() as ending:
            ending.enter_context(self.household)
            ending.callback(self.bell.stop)
            if self.recorder is not None:
                ending.callback(self.recorder.close)
            ending.callback(self.loudspeaker.close)
            # First: nothing may listen once nobody answers, whatever went wrong.
            ending.callback(self.microphone.close)
            ending.callback(self._over.set)
            self.assistant.run()
        if self.failure is not None:
            raise self.failure

    def stop(self) -> None:
        """From any thread, or a signal handler."""
        self.microphone.close()
        self.assistant.runtime.stop()

    def _arm(self) -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="loading") as pool:
            pool.submit(self._load).add_done_callback(self._loaded)
        if self.failure is None:
            self.assistant.hear(self.microphone)
            self.assistant.warm()  # now that whoever calls is heard

    def _loaded(self, loading: Future[Engines]) -> None:
        if (error := loading.exception()) is not None:
            log.critical("nobody is listened to: %s", error)
            self.failure = error
            self._parts.set_exception(error)
        else:
            self._parts.set_result(loading.result())

    @property
    def loading(self) -> bool:
        """The engines are not there yet."""
        return not self._parts.done()

    def talk(self) -> None:
        """As if the wake word had just been heard."""
        now = self.assistant.ring.available.end
        self.assistant.runtime.post(ButtonPressed("talk", now))

    def toggle_mute(self) -> None:
        """Close the microphone, so that nothing at all can be heard; or open it again."""
        self.muted = not self.muted
        self.microphone.mute(self.muted)

    def summary(self) -> dict[str, Any]:
        """How it is doing; no words."""
        capture, playback = self.microphone.capture, self.loudspeaker.playback
        return self.health.summary() | {
            "muted": self.muted,
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

    def _supervise(self) -> None:
        """A thread that is stuck inside a device cannot say so itself."""
        next_s = time.monotonic() + HOUR_S
        while not self._over.wait(SUPERVISE_S):
            self.microphone.check()
            self.loudspeaker.check()
            if not self.bell.rings:
                log.critical("the bell has stopped: nothing would ring any more")
                self.stop()
            if self.failure is not None and not self.household.book.alerts:
                self.stop()
            if time.monotonic() >= next_s:
                next_s += HOUR_S
                log.info("health: %s", json.dumps(self.summary()))
                if self.recorder is not None:
                    self.recorder.forget_old()

    def _pace(self, now: float, message: Message) -> None:
        """Observer: hurry, and listen to voices, while somebody has the floor."""
        if isinstance(message, Entered):
            idle = message == Entered("idle")
            self.microphone.relax(idle)
            self.assistant.attend(not idle)

    def _post(self, event: Any) -> None:
        self.assistant.runtime.post(event)


def learned_path() -> Path:
    """Where it is kept how long the pauses are here: a file in the user's state folder."""
    return user_state_path("kitchen-assistant") / "pauses.json"


def with_echo_in_mind(settings: Settings) -> Settings:
    """Where echo is not cancelled, a voice over a reply may be the assistant's own."""
    if settings.echo.engine != "none" and settings.echo.cancel:
        return settings
    policy = settings.conversation.model_copy(update={"barge_in": "wake"})
    return settings.model_copy(update={"conversation": policy})
