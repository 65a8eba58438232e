"""An MQTT 3.1.1 broker on this machine, of as little as one client needs, with devices on it."""

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK = 1, 2, 3, 4, 8, 9
PINGREQ, PINGRESP, DISCONNECT = 12, 13, 14

Device = Callable[["FakeMqtt", str], None]
"""Told of what is published on its topic."""


def fits(pattern: str, topic: str) -> bool:
    ours, theirs = pattern.split("/"), topic.split("/")
    return len(ours) == len(theirs) and all(
        a in ("+", b) for a, b in zip(ours, theirs, strict=True)
    )


class FakeMqtt:
    """Listens from the start; `stop` ends it, also for whoever is connected."""

    def __init__(self, port: int = 0) -> None:
        self.retained: dict[str, bytes] = {}
        self.devices: dict[str, Device] = {}
        self.published: list[tuple[str, str]] = []
        """By clients."""
        self.logins: list[bytes] = []
        """What a client sends after the header of CONNECT: its name, user and password."""
        self.refuse_login = False
        self.refuse = False
        """Hang up instead of taking an order."""
        self.silent = False
        self._lock = Lock()
        self._clients: dict[socket.socket, list[str]] = {}
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        self.hang_up()  # also on who was just let in
        for thread in self._threads:
            thread.join()

    def hang_up(self) -> None:
        with self._lock:
            for client in self._clients:
                with suppress(OSError):  # who has hung up already
                    client.shutdown(socket.SHUT_RDWR)

    def retain(self, topic: str, payload: str | bytes) -> None:
        """As a device does: sent to who has subscribed, kept for who will."""
        data = payload.encode() if isinstance(payload, str) else payload
        self.retained[topic] = data
        with self._lock:
            for client, patterns in self._clients.items():
                if any(fits(pattern, topic) for pattern in patterns):
                    _send(client, PUBLISH << 4 | 1, _text(topic.encode()) + data)

    def raw(self, topic: bytes, payload: bytes) -> None:
        """To everybody, whether they asked for it or not."""
        with self._lock:
            for client, patterns in self._clients.items():
                if patterns:
                    _send(client, PUBLISH << 4, _text(topic) + payload)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # stopped
            with self._lock:
                self._clients[client] = []
            thread = Thread(target=self._serve, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as stream:
            try:
                while head := stream.read(1):
                    body = stream.read(_length(stream.read))
                    if not self._take(client, head[0], body):
                        break
            except OSError:
                pass  # hung up on; the client is forgotten below
            finally:
                with self._lock:
                    self._clients.pop(client, None)

    def _take(self, client: socket.socket, head: int, body: bytes) -> bool:
        kind = head >> 4
        if kind == CONNECT:
            self.logins.append(body[10:])
            _send(client, CONNACK << 4, bytes([0, 5 if self.refuse_login else 0]))
            return not self.refuse_login
        if kind == SUBSCRIBE:
            self._subscribe(client, body)
        elif kind == PUBLISH:
            return self._publish(client, head, body)
        elif kind == PINGREQ:
            _send(client, PINGRESP << 4, b"")
        return kind != DISCONNECT

    def _subscribe(self, client: socket.socket, body: bytes) -> None:
        patterns, at = [], 2
        while at < len(body):
            (length,) = struct.unpack_from("!H", body, at)
            patterns.append(body[at + 2 : at + 2 + length].decode())
            at += 3 + length
        with self._lock:
            self._clients[client] += patterns
            _send(client, SUBACK << 4, body[:2] + bytes(len(patterns)))
            for topic, payload in self.retained.items():
                if any(fits(pattern, topic) for pattern in patterns):
                    _send(client, PUBLISH << 4 | 1, _text(topic.encode()) + payload)

    def _publish(self, client: socket.socket, head: int, body: bytes) -> bool:
        (length,) = struct.unpack_from("!H", body)
        topic, rest = body[2 : 2 + length].decode(), body[2 + length :]
        if self.refuse:
            return False
        asked, rest = (rest[:2], rest[2:]) if head & 0b110 else (b"", rest)
        self.published.append((topic, rest.decode()))
        if asked:
            _send(client, PUBACK << 4, asked)
        device = self.devices.get(topic)
        if device and not self.silent:
            device(self, rest.decode())
        return True


def _text(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data


def _send(client: socket.socket, head: int, body: bytes) -> None:
    length, rest = b"", len(body)
    while True:
        rest, low = divmod(rest, 128)
        length += bytes([low | 128 * (rest > 0)])
        if not rest:
            break
    with suppress(OSError):  # who has hung up hears nothing
        client.sendall(bytes([head]) + length + body)


def _length(read: Callable[[int], bytes]) -> int:
    value = shift = 0
    while True:
        byte = read(1)[0]
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value
