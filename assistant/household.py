"""The household: what skills may look at, and the only place where what they propose is done."""

import random
from collections.abc import Callable, Collection, Sequence
from typing import Self

from assistant.actions import (
    Action,
    Change,
    ControlHome,
    Dismiss,
    SetVolume,
)
from assistant.agenda import dismissal, is_ringing
from assistant.alerts import Moment
from assistant.config import Settings
from assistant.device import here
from assistant.errors import StageError
from assistant.home.build import build
from assistant.home.home import Home
from assistant.moments import local_time
from assistant.moments import moment as real_moment
from assistant.store import Book, standard_path
from assistant.world import Device, World

VOLUME = "volume"
"""Its name among the book's settings."""


class Household:
    """Looked at by the thread that answers, changed by the thread that acts."""

    def __init__(
        self,
        book: Book,
        *,
        moment: Callable[[], Moment] = real_moment,
        volume: float = 1.0,
        set_volume: Callable[[float], None] | None = None,
        device: Callable[[], Device] = Device,
        home: Home | None = None,
    ) -> None:
        """`moment`: what the clocks say. `volume`: where none was ever chosen. `set_volume` None:
        the loudspeaker has no volume."""
        self.book = book
        self._moment = moment
        self._volume = volume
        self._set_volume = set_volume
        self._device = device
        self._home = home
        if (chosen := self._chosen()) is not None and set_volume is not None:
            set_volume(chosen)

    @classmethod
    def of_this_device(
        cls,
        settings: Settings,
        set_volume: Callable[[float], None] | None = None,
        book: Book | None = None,
    ) -> Self:
        """With what is kept here (`book`, if it is open already) and, where one is set up, the
        home. ConfigError if something is missing for that."""
        return cls(
            Book.open(standard_path()) if book is None else book,
            volume=settings.speaker.volume,
            set_volume=set_volume,
            device=here,
            home=build(settings.home),
        )

    def __enter__(self) -> Self:
        """Connect to the home, in the background."""
        if self._home is not None:
            self._home.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._home is not None:
            self._home.close()
        self.book.close()

    def look(self) -> World:
        """A picture of this moment."""
        moment, book = self._moment(), self.book
        return World(
            now=local_time(moment.wall_s),
            moment=moment,
            alerts=book.alerts,
            lists=book.lists,
            volume=self._chosen(),
            device=self._device(),
            home=None if self._home is None else self._home.entities(),
            seed=random.getrandbits(32),
        )

    def perform(self, actions: Sequence[Action]) -> None:
        """All of them; changes of the book first, in one transaction: no lamp that is out of reach
        may cost a timer. Returns when it is done and stored. StageError("skill", code) if it cannot
        be; one out of reach is told when everything else was done."""
        changes: list[Change] = []
        outside: list[SetVolume | ControlHome] = []
        for action in actions:
            match action:
                case SetVolume() | ControlHome():
                    outside.append(action)
                case Dismiss(ids):
                    # No full disk keeps anything ringing.
                    self.book.insist(self._dismissal(ids))
                case _:
                    changes.append(action)
        if changes:
            self.book.apply(changes)
        failed: StageError | None = None
        for each in outside:
            try:
                self._reach(each)
            except StageError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    def _reach(self, action: SetVolume | ControlHome) -> None:
        """What is not in the book."""
        if isinstance(action, SetVolume):
            self._turn_to(action.volume)
        elif self._home is None:
            raise StageError("skill", "home", "No home control is set up.")
        else:
            self._home.control(action)

    def _dismissal(self, ids: Collection[int]) -> list[Change]:
        now = local_time(self._moment().wall_s)
        return [
            dismissal(alert, now)
            for alert in self.book.alerts
            if alert.id in ids and is_ringing(alert)
        ]

    def _chosen(self) -> float | None:
        if self._set_volume is None:
            return None
        return float(self.book.settings.get(VOLUME, self._volume))

    def _turn_to(self, volume: float) -> None:
        if self._set_volume is None:
            raise StageError("skill", "volume", "This loudspeaker has no volume.")
        self._set_volume(volume)
        self.book.put_setting(VOLUME, volume)
