"""Who is there, by lease: right after any crash, because nothing depends on a goodbye. Pure."""

import time

LEASE_S = 30.0
HEARTBEAT_S = 10.0
# What sends over HTTP has no connection: its readings alone tell that it is there.
NO_CONNECTION = ""


class Presence:
    """Leases of the devices that any process has heard of. Seconds are of the monotonic clock.

    Each connection has a lease of its own: one that is half dead in one process must not stand in for the living one in
    another, nor outlive its goodbye.
    """

    def __init__(self) -> None:
        self._leases: dict[str, dict[str, float]] = {}
        self._last_seen_ms: dict[str, int] = {}

    def renew(
        self, device_id: str, *, now_ms: int, connection: str = NO_CONNECTION, now_s: float | None = None
    ) -> bool:
        """The device was heard of; True when it was not there before."""
        is_new = device_id not in self._leases
        leases = self._leases.setdefault(device_id, {})
        leases[connection] = (time.monotonic() if now_s is None else now_s) + LEASE_S
        self._last_seen_ms[device_id] = now_ms
        return is_new

    def end(self, device_id: str, *, connection: str) -> bool:
        """A connection said goodbye; True when the device is gone with it.

        While another connection of the device is there the goodbye means nothing.
        """
        leases = self._leases.get(device_id)
        if leases is None:
            return False
        leases.pop(connection, None)
        if leases.keys() - {NO_CONNECTION}:
            return False
        # What is left are readings, and they came over the connection that went.
        del self._leases[device_id]
        return True

    def expire(self, *, now_s: float | None = None) -> list[str]:
        """The devices whose last lease ran out since the last call."""
        now_s = time.monotonic() if now_s is None else now_s
        gone = []
        for device_id, leases in list(self._leases.items()):
            for connection in [name for name, expires_s in leases.items() if expires_s <= now_s]:
                del leases[connection]
            if not leases:
                del self._leases[device_id]
                gone.append(device_id)
        return gone

    def forget(self, device_id: str) -> None:
        self._leases.pop(device_id, None)
        self._last_seen_ms.pop(device_id, None)

    def online(self) -> frozenset[str]:
        return frozenset(self._leases)

    def count(self) -> int:
        return len(self._leases)

    def is_online(self, device_id: str) -> bool:
        return device_id in self._leases

    def last_seen_ms(self, device_id: str) -> int | None:
        return self._last_seen_ms.get(device_id)
