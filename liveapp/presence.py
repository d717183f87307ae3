"""Who is there, by lease: right after any crash, because nothing depends on a goodbye. Pure."""

import time
from dataclasses import dataclass

LEASE_S = 30.0
HEARTBEAT_S = 10.0


@dataclass(slots=True)
class _Lease:
    connection: str
    expires_s: float


class Presence:
    """Leases of the devices that any process has heard of. Seconds are of the monotonic clock."""

    def __init__(self) -> None:
        self._leases: dict[str, _Lease] = {}
        self._last_seen_ms: dict[str, int] = {}

    def renew(self, device_id: str, *, now_ms: int, connection: str = "", now_s: float | None = None) -> bool:
        """The device was heard of; True when it was not there before."""
        expires_s = (time.monotonic() if now_s is None else now_s) + LEASE_S
        lease = self._leases.get(device_id)
        self._last_seen_ms[device_id] = now_ms
        if lease is None:
            self._leases[device_id] = _Lease(connection, expires_s)
            return True
        lease.expires_s = expires_s
        lease.connection = connection or lease.connection
        return False

    def end(self, device_id: str, *, connection: str) -> bool:
        """A connection said goodbye; True when the device is gone with it.

        The goodbye of a connection that a newer one replaced means nothing.
        """
        lease = self._leases.get(device_id)
        if lease is None or lease.connection not in ("", connection):
            return False
        del self._leases[device_id]
        return True

    def expire(self, *, now_s: float | None = None) -> list[str]:
        """The devices whose lease ran out since the last call."""
        now_s = time.monotonic() if now_s is None else now_s
        gone = [device_id for device_id, lease in self._leases.items() if lease.expires_s <= now_s]
        for device_id in gone:
            del self._leases[device_id]
        return gone

    def forget(self, device_id: str) -> None:
        self._leases.pop(device_id, None)
        self._last_seen_ms.pop(device_id, None)

    def is_online(self, device_id: str) -> bool:
        return device_id in self._leases

    def last_seen_ms(self, device_id: str) -> int | None:
        return self._last_seen_ms.get(device_id)
