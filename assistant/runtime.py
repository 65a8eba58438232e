"""The main thread: facts from the inbox, through the conversation, to the workers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.clock import Clock
from assistant.conversation import Conversation
from assistant.events import (
    Cancel,
    Command,
    DeadlinePassed,
    Duck,
    Entered,
    Event,
    Message,
    Notice,
)
from assistant.mailbox import Mailbox
from assistant.worker import Worker

Observer = Callable[[float, Message], None]
"""Is told of everything, with the clock time in seconds; runs in the main thread, so be quick."""


class Stop:
    """Put into the inbox to end the loop."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Put into the inbox for the observers: what is worth telling is asked when its turn comes."""

    news: Callable[[], Notice | None]


class Runtime:
    """A star: every result comes to this inbox, every order leaves from here."""

    def __init__(
        self,
        conversation: Conversation,
        clock: Clock,
        observers: Sequence[Observer] = (),
        inbox: "Mailbox[Event | Remark | Stop] | None" = None,
    ) -> None:
        """`inbox`: one of the same clock in which something may be waiting already."""
        self._conversation = conversation
        self._clock = clock
        self._observers = list(observers)
        self._inbox = Mailbox[Event | Remark | Stop](clock) if inbox is None else inbox
        self._workers: dict[type[Command], Worker] = {}
        self._duck: Callable[[bool], None] = lambda on: None

    def employ(self, workers: Sequence[Worker], duck: Callable[[bool], None]) -> None:
        """Send each kind of order to the worker that handles it; `duck` cannot wait its turn."""
        self._duck = duck
        for worker in workers:
            self._workers |= dict.fromkeys(worker.handles, worker)

    def observe(self, observer: Observer) -> None:
        """Before `run`: tell one more of everything."""
        self._observers.append(observer)

    def post(self, event: Event) -> None:
        """From any thread."""
        self._inbox.put(event)

    def remark(self, news: Callable[[], Notice | None]) -> None:
        """From any thread: have observers told what `news` returns, if anything. It is called in
        the main thread, after what is already in the inbox; the conversation never knows."""
        self._inbox.put(Remark(news))

    def stop(self) -> None:
        """From any thread: end `run` after what is already in the inbox."""
        self._inbox.put(Stop())

    def run(self, ready: Callable[[], None]) -> None:
        """Until `stop`. The workers are started here, then `ready` is called; they end here."""
        workers = tuple(dict.fromkeys(self._workers.values()))
        self._clock.join()
        for worker in workers:
            worker.start()
        ready()
        try:
            while not isinstance(event := self._inbox.get(self._conversation.deadline), Stop):
                if isinstance(event, Remark):
                    self._pass_on(event)
                else:
                    self._step(DeadlinePassed() if event is None else event)
        finally:
            for worker in workers:
                worker.stop()
            self._clock.leave()

    def _step(self, event: Event) -> None:
        now, before = self._clock.now(), self._conversation.state
        self._tell(now, event)
        for command in self._conversation.handle(event, now):
            self._tell(now, command)
            self._carry_out(command)
        if self._conversation.state is not before:
            self._tell(now, Entered(self._conversation.state.name.lower()))

    def _pass_on(self, remark: Remark) -> None:
        notice = remark.news()
        if notice is not None:
            self._tell(self._clock.now(), notice)

    def _carry_out(self, command: Command) -> None:
        match command:
            case Cancel():
                for worker in self._workers.values():
                    worker.cancel(command)
            case Duck(on):
                self._duck(on)
            case _:
                self._workers[type(command)].submit(command)

    def _tell(self, now: float, message: Message) -> None:
        for observer in self._observers:
            observer(now, message)
