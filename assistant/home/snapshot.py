"""What is in the house right now: one thread writes, any thread reads."""

from collections.abc import Iterable
from threading import Lock

from assistant.home.untrusted import MOST
from assistant.world import Entity


class Snapshot:
    """Never more than `MOST` entities."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entities: dict[str, Entity] = {}
        self._all: tuple[Entity, ...] | None = ()

    def all(self) -> tuple[Entity, ...]:
        with self._lock:
            if self._all is None:
                self._all = tuple(self._entities.values())
            return self._all

    def get(self, id: str) -> Entity | None:
        with self._lock:
            return self._entities.get(id)

    def put(self, entity: Entity) -> None:
        with self._lock:
            if entity.id in self._entities or len(self._entities) < MOST:
                self._entities[entity.id] = entity
                self._all = None

    def remove(self, id: str) -> None:
        with self._lock:
            self._entities.pop(id, None)
            self._all = None

    def replace(self, entities: Iterable[Entity]) -> None:
        with self._lock:
            self._entities.clear()
            self._all = None
            for entity in entities:
                if len(self._entities) == MOST:
                    break
                self._entities[entity.id] = entity
