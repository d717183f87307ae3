"""The devices connected to this process: one connection each, the newest wins."""

from typing import Any, Protocol

from liveapp.errors import REPLACED


class DeviceConnection(Protocol):
    """What a device's consumer offers to the rest of the process."""

    uid: str
    token_hash: str

    def send_soon(self, message: dict[str, Any]) -> None:
        """Send a message of the wire, without waiting for it."""

    def close_soon(self, code: int) -> None:
        """Close the socket with `code`, without waiting for it."""


class Connections:
    """Device id to its open connection."""

    def __init__(self) -> None:
        self._open: dict[str, DeviceConnection] = {}

    def add(self, device_id: str, connection: DeviceConnection) -> None:
        """Take a new connection in; an older one of the same device is closed."""
        self.close(device_id, REPLACED)
        self._open[device_id] = connection

    def get(self, device_id: str) -> DeviceConnection | None:
        return self._open.get(device_id)

    def remove(self, device_id: str, connection: DeviceConnection) -> None:
        """A socket is gone. That of a replaced connection leaves the newer one where it is."""
        if self._open.get(device_id) is connection:
            del self._open[device_id]

    def close(self, device_id: str, code: int, *, except_uid: str = "", token_hash: str = "") -> None:
        """Close the device's connection, with `token_hash` only one that came with that token.

        It stays known until its socket is gone: that is when others are told.
        """
        connection = self._open.get(device_id)
        if connection is None or connection.uid == except_uid:
            return
        if token_hash in ("", connection.token_hash):
            connection.close_soon(code)

    def token_hashes(self) -> dict[str, str]:
        return {device_id: connection.token_hash for device_id, connection in self._open.items()}

    def uids(self) -> dict[str, str]:
        return {device_id: connection.uid for device_id, connection in self._open.items()}
