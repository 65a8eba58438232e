"""Wyoming, the protocol of Home Assistant's voice servers: one line of JSON, then data and payload.

Written out because the assistant itself never speaks it, so its package is no dependency of ours.
"""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Self

from tools.bench.peers.failure import PeerError

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Event:
    type: str
    data: dict[str, Any] = field(default_factory=dict)
    payload: bytes = b""
    """Samples, in events of audio."""


def encode(event: Event) -> bytes:
    data = json.dumps(event.data).encode() if event.data else b""
    header = {
        "type": event.type,
        "data_length": len(data),
        "payload_length": len(event.payload),
    }
    return json.dumps(header).encode() + b"\n" + data + event.payload


def read(stream: BinaryIO) -> Event | None:
    """The next event; None at the end. Raises PeerError if the stream ends inside of one."""
    line = stream.readline()
    if not line:
        return None
    header = json.loads(line)
    data = header.get("data", {})
    if length := header.get("data_length") or 0:
        data = data | json.loads(_exactly(stream, length))
    return Event(header["type"], data, _exactly(stream, header.get("payload_length") or 0))


def _exactly(stream: BinaryIO, length: int) -> bytes:
    found = stream.read(length)
    if len(found) < length:
        raise PeerError("A Wyoming server closed in the middle of an event; its log tells why.")
    return found


class Connection:
    """To a server on this machine."""

    def __init__(self, port: int) -> None:
        """Raises PeerError if nobody listens there."""
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        except OSError as error:
            raise PeerError("A Wyoming server does not listen; its log tells why.") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._socket.close()

    def send(self, event: Event) -> None:
        """Raises PeerError if the server has gone."""
        try:
            self._socket.sendall(encode(event))
        except OSError as error:
            raise PeerError("A Wyoming server is gone; its log tells why.") from error

    def events(self) -> Iterator[Event]:
        """Until the server closes, or falls silent (PeerError)."""
        try:
            while (event := read(self._stream)) is not None:
                yield event
        except OSError as error:
            raise PeerError("A Wyoming server does not answer; its log tells why.") from error
