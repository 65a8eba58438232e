"""Devices on an MQTT broker that announce themselves, without anything else that runs the house."""

import logging
from threading import Event, Lock
from time import monotonic
from urllib.parse import urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from assistant.actions import ControlHome
from assistant.home.discovery import RESULTS, TOPICS, Command, Thing, announced, identity
from assistant.home.home import CONFIRM_S, UNREACHABLE, checked, failure, silence
from assistant.home.link import Link, Patience
from assistant.home.snapshot import Snapshot
from assistant.home.untrusted import MAX_BYTES, MOST
from assistant.world import Entity

KEEPALIVE_S = 30

log = logging.getLogger(__name__)


class Mqtt:
    """A connection that is kept up, what is known through it, and orders over it."""

    def __init__(
        self,
        url: str,
        login: tuple[str, str],
        patience: Patience = Patience(),
        confirm_s: float = CONFIRM_S,
    ) -> None:
        """`login`: user and password; "" for neither."""
        self._url = urlsplit(url)
        self._login = login
        self._confirm_s = confirm_s
        self._link = Link(self._session, patience)
        self._snapshot = Snapshot()
        self._things: dict[str, Thing] = {}
        self._by_topic: dict[str, set[str]] = {}
        self._client: Client | None = None
        self._over = Event()
        self._lock = Lock()  # of who waits for which state
        self._awaited: dict[str, tuple[str, Event]] = {}
        self.dropped = 0
        """Messages that made no sense."""

    def start(self) -> None:
        self._link.start()

    def close(self) -> None:
        self._link.stop()
        self._over.set()
        self._link.join(KEEPALIVE_S)

    def entities(self) -> tuple[Entity, ...]:
        return self._snapshot.all() if self._client else ()

    def control(self, order: ControlHome) -> None:
        client = self._client
        if client is None:
            raise failure(UNREACHABLE)
        entity = checked(order, self._snapshot.get(order.entity))
        thing = self._things.get(order.entity)
        command = thing.commands.get(order.service) if thing else None
        if thing is None or command is None:
            raise failure(f"The {entity.name} can't do that.")
        wanted, done = RESULTS.get(order.service, ""), Event()
        tells = bool(thing.state_topic) and thing.keys is not None
        if not wanted or not tells or entity.state == wanted:
            done.set()  # that the broker has it must do
        with self._lock:
            self._awaited[entity.id] = wanted, done
        try:
            self._publish(client, command, order.value, entity, done)
        finally:
            with self._lock:
                self._awaited.pop(entity.id, None)

    def _publish(
        self, client: Client, command: Command, value: float | None, entity: Entity, done: Event
    ) -> None:
        until = monotonic() + self._confirm_s
        try:
            sent = client.publish(command.topic, command.text(value), qos=1)
            sent.wait_for_publish(self._confirm_s)
            arrived = sent.is_published()
        except (RuntimeError, ValueError, OSError) as error:
            raise failure(UNREACHABLE) from error
        if client is not self._client:
            raise failure(UNREACHABLE)
        if not arrived or not done.wait(max(0.0, until - monotonic())):
            raise silence(entity)

    def _session(self) -> bool:
        """One connection, from its beginning to its end; True if it got as far as to be of use."""
        # A new client each time: a kept one would deliver an order it could not, minutes later.
        client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        client.on_connect = self._connected
        client.on_message = self._heard
        client.on_disconnect = self._disconnected
        user, password = self._login
        if user:
            client.username_pw_set(user, password or None)
        if self._url.scheme == "mqtts":
            client.tls_set()
        self._over.clear()
        if self._link.stopped:
            return False
        port = self._url.port or (8883 if self._url.scheme == "mqtts" else 1883)
        try:
            client.connect(self._url.hostname or "", port, KEEPALIVE_S)
        except (OSError, ValueError) as error:
            log.debug("home: %s", type(error).__name__)
            return False
        client.loop_start()
        self._over.wait()
        was, self._client = self._client is not None, None
        client.disconnect()
        client.loop_stop()
        self._snapshot.replace(())
        self._things.clear()
        self._by_topic.clear()
        return was

    # What follows runs in the client's own thread.

    def _connected(
        self,
        client: Client,
        userdata: object,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            log.warning("home: the MQTT broker refuses us: %s", reason.getName())
            self._over.set()
            return
        self._client = client
        client.subscribe([(topic, 0) for topic in TOPICS])
        log.info("home: connected to the MQTT broker")

    def _disconnected(
        self,
        client: Client,
        userdata: object,
        flags: DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        self._over.set()

    def _heard(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        try:
            topic, payload = message.topic, bytes(message.payload)
        except UnicodeDecodeError:
            self.dropped += 1
            return
        if len(payload) > MAX_BYTES:
            self.dropped += 1
        elif id := identity(topic):
            self._describe(client, id, payload)
        else:
            self._tell(topic, payload)

    def _describe(self, client: Client, id: str, payload: bytes) -> None:
        old = self._things.pop(id, None)
        if old is not None:
            self._by_topic.get(old.state_topic, set()).discard(id)
        if not payload:  # how a device says that it is gone
            self._snapshot.remove(id)
            return
        thing = announced(id, payload)
        if thing is None or len(self._things) >= MOST:
            self.dropped += 1
            self._snapshot.remove(id)
            return
        self._things[id] = thing
        self._snapshot.put(thing.entity)
        if thing.state_topic:
            self._by_topic.setdefault(thing.state_topic, set()).add(id)
            # Also when it was subscribed to before: the broker then sends again what it retains.
            client.subscribe(thing.state_topic)

    def _tell(self, topic: str, payload: bytes) -> None:
        ids = self._by_topic.get(topic)
        if not ids:
            self.dropped += 1
            return
        for id in tuple(ids):
            entity = self._things[id].heard(payload)
            if entity is None:
                continue  # about something else that the device measures
            self._snapshot.put(entity)
            with self._lock:
                wanted, done = self._awaited.get(id, ("", None))
            if done is not None and entity.state == wanted:
                done.set()
