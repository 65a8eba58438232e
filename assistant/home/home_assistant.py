"""Home Assistant, over its WebSocket API (developers.home-assistant.io/docs/api/websocket)."""

import json
import logging
import socket
from collections.abc import Mapping
from concurrent.futures import Future
from threading import Lock
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from assistant.actions import ControlHome
from assistant.home.home import CONFIRM_S, UNREACHABLE, checked, failure, silence
from assistant.home.link import Link, Patience
from assistant.home.snapshot import Snapshot
from assistant.home.states import read, rooms
from assistant.home.untrusted import MAX_BYTES, cleaned, is_object, objects, parsed, part
from assistant.world import Entity

OPEN_S = 10.0
"""Longest wait for the connection and for each answer while it is set up."""

_CALLS = {
    "set_brightness": ("turn_on", "brightness_pct"),
    "set_speed": ("set_percentage", "percentage"),
    "set_temperature": ("set_temperature", "temperature"),
    "open": ("open_cover", ""),
    "close": ("close_cover", ""),
}
"""Our order -> Home Assistant's service, and where its value goes; the others have one name."""

log = logging.getLogger(__name__)
_frames = logging.getLogger(f"{__name__}.frames")
_frames.setLevel(logging.INFO)  # below it websockets writes down all it sends, also the token


class BrokenOffError(Exception):
    """The other side is not what was expected. Holds nothing that it said."""


class HomeAssistant:
    """A connection that is kept up, what is known through it, and orders over it."""

    def __init__(
        self,
        url: str,
        token: str,
        patience: Patience = Patience(),
        confirm_s: float = CONFIRM_S,
    ) -> None:
        self._url = url
        self._token = token
        self._confirm_s = confirm_s
        self._link = Link(self._session, patience)
        self._snapshot = Snapshot()
        self._lock = Lock()  # ids must arrive in their order, so one sends at a time
        self._connection: ClientConnection | None = None
        self._ready = False
        self._id = 0
        self._calls: dict[int, Future[bool]] = {}
        self._areas: dict[str, str] = {}
        self._degrees = ""
        self.dropped = 0
        """Messages that made no sense."""

    def start(self) -> None:
        self._link.start()

    def close(self) -> None:
        self._link.stop()
        if connection := self._connection:
            connection.close()
        self._link.join(OPEN_S)

    def entities(self) -> tuple[Entity, ...]:
        return self._snapshot.all() if self._ready else ()

    def control(self, order: ControlHome) -> None:
        connection = self._connection
        if not self._ready or connection is None:
            raise failure(UNREACHABLE)
        entity = checked(order, self._snapshot.get(order.entity))
        done: Future[bool] = Future()
        try:
            id = self._send(connection, _call(order, entity), done)
        except (WebSocketException, OSError) as error:
            raise failure(UNREACHABLE) from error
        try:
            accepted = done.result(self._confirm_s)
        except BrokenOffError as error:
            raise failure(UNREACHABLE) from error
        except TimeoutError:
            with self._lock:
                self._calls.pop(id, None)
            raise silence(entity) from None
        if not accepted:
            raise failure(f"Home Assistant refused that for the {entity.name}.")

    def _session(self) -> bool:
        """One connection, from its beginning to its end; True if it got as far as to be of use."""
        try:
            with self._open() as connection:
                self._connection = connection
                if not self._link.stopped:
                    self._log_in(connection)
                    self._look_around(connection)
                    self._ready = True
                    log.info("home: connected to Home Assistant")
                while not self._link.stopped:
                    self._take(self._next(connection, None))
        # ValueError: it wants to send us elsewhere, which is refused.
        except (WebSocketException, OSError, ValueError, BrokenOffError) as error:
            why = str(error) if isinstance(error, BrokenOffError) else type(error).__name__
            log.log(logging.WARNING if self._ready else logging.DEBUG, "home: %s", why)
        return self._end()

    def _end(self) -> bool:
        """Forget the connection; True if there was one."""
        was, self._ready, self._connection = self._ready, False, None
        with self._lock:
            calls, self._calls = self._calls, {}
        for call in calls.values():
            call.set_exception(BrokenOffError("the connection was lost"))
        return was

    def _open(self) -> ClientConnection:
        url = urlsplit(self._url)
        port = url.port or (443 if url.scheme == "wss" else 80)
        sock = socket.create_connection((url.hostname, port), OPEN_S)
        sock.settimeout(None)
        # With a socket of our own neither proxies nor redirects lead anywhere else.
        return connect(
            self._url,
            sock=sock,
            compression=None,
            max_size=MAX_BYTES,
            open_timeout=OPEN_S,
            close_timeout=1,
            user_agent_header=None,
            logger=_frames,
        )

    def _log_in(self, connection: ClientConnection) -> None:
        if self._next(connection, OPEN_S).get("type") != "auth_required":
            raise BrokenOffError("this is no Home Assistant")
        connection.send(json.dumps({"type": "auth", "access_token": self._token}))
        if self._next(connection, OPEN_S).get("type") != "auth_ok":
            log.warning("home: Home Assistant does not accept the token")
            raise BrokenOffError("the token was refused")

    def _look_around(self, connection: ClientConnection) -> None:
        # Changes first: what happens while the rest arrives must not be missed.
        events = {"type": "subscribe_events", "event_type": "state_changed"}
        self._ask(connection, events)
        config = self._ask(connection, {"type": "get_config"})
        self._degrees = cleaned(part(config, "unit_system", "temperature"), 5)
        registries = (
            self._ask(connection, {"type": f"config/{name}_registry/list"})
            for name in ("area", "device", "entity")
        )
        self._areas = rooms(*registries)
        states = objects(self._ask(connection, {"type": "get_states"}))
        found = (read(state, self._areas, self._degrees) for state in states)
        self._snapshot.replace(filter(None, found))

    def _ask(self, connection: ClientConnection, message: Mapping[str, object]) -> object | None:
        """The result of a command; None if it was refused (not every user may read registries)."""
        id = self._send(connection, message)
        while True:
            answer = self._next(connection, OPEN_S)
            if answer.get("type") == "result" and answer.get("id") == id:
                return answer.get("result") if answer.get("success") is True else None
            self._take(answer)

    def _send(
        self,
        connection: ClientConnection,
        message: Mapping[str, object],
        done: Future[bool] | None = None,
    ) -> int:
        with self._lock:
            self._id += 1
            if done is not None:
                self._calls[self._id] = done
            connection.send(json.dumps({"id": self._id, **message}))
            return self._id

    def _next(self, connection: ClientConnection, timeout_s: float | None) -> Mapping[str, object]:
        """The next message that is one. TimeoutError (an OSError) if none came in time."""
        while True:
            message = parsed(connection.recv(timeout_s))
            if is_object(message):
                return message
            self.dropped += 1

    def _take(self, message: Mapping[str, object]) -> None:
        """An event, or what became of an order."""
        id = message.get("id")
        if message.get("type") == "event":
            self._changed(part(message, "event", "data"))
        elif message.get("type") == "result" and isinstance(id, int):
            with self._lock:
                done = self._calls.pop(id, None)
            if done is not None:
                done.set_result(message.get("success") is True)
        elif message.get("type") != "pong":
            self.dropped += 1

    def _changed(self, data: object) -> None:
        id, state = part(data, "entity_id"), part(data, "new_state")
        if not isinstance(id, str):
            self.dropped += 1
        elif state is None:
            self._snapshot.remove(id)
        elif entity := read(state, self._areas, self._degrees):
            self._snapshot.put(entity)


def _call(order: ControlHome, entity: Entity) -> dict[str, object]:
    service, value = _CALLS.get(order.service, (order.service, ""))
    message: dict[str, object] = {
        "type": "call_service",
        "domain": entity.kind,
        "service": service,
        "target": {"entity_id": entity.id},
    }
    return message | {"service_data": {value: order.value}} if value else message
