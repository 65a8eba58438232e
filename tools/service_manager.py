"""What stands in for systemd: the end of the socket that a service tells how it goes."""

import socket


class Listening:
    """A service manager's socket, see sd_notify(3)."""

    def __init__(self, address: str) -> None:
        """`address`: a path, or "@" and a name for an abstract one."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self._socket.setblocking(False)

    def told(self) -> list[str]:
        """Since the last time, one entry an assignment."""
        lines = []
        while True:
            try:
                lines += self._socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                return lines

    def close(self) -> None:
        self._socket.close()
