"""Comings and goings for webhooks: every process sees each of them, one of all queues it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from django.db import transaction

from liveapp.clock import now_ms
from liveapp.errors import StorageUnavailable
from liveapp.models import Attendance, Device
from liveapp.presence import HEARTBEAT_S, LEASE_S, Presence
from liveapp.store import storage_errors
from liveapp.webhooks import interest
from liveapp.webhooks.events import OFFLINE, ONLINE
from liveapp.webhooks.queue import queue_event

EVERY_S = 10.0
Ask = Callable[..., Awaitable[Any]]


class Watch:
    """Of the presence in one process. `ask` runs what blocks in a thread; what it cannot say now the next look says."""

    def __init__(self, presence: Presence, ask: Ask) -> None:
        self._presence = presence
        self._ask = ask
        self._seen: dict[str, tuple[bool, int]] = {}
        self._is_wanted = True
        self._wake = asyncio.Event()
        self._opened_s = time.monotonic()

    def notice(self, device_id: str) -> None:
        """It came or went. Costs nothing when no webhook wants to know."""
        if self._is_wanted:
            self._seen[device_id] = (self._presence.is_online(device_id), now_ms())
            self._wake.set()

    def look_soon(self) -> None:
        """A webhook was changed."""
        interest.forget()
        self._wake.set()

    async def run(self, is_trusted: Callable[[], bool]) -> None:
        """Until it is cancelled. `is_trusted` says whether the bus brings all that comes and goes."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._wake.wait()
            self._wake.clear()
            seen, self._seen = self._seen, {}
            # Who comes while the database is asked comes after this.
            at_ms, online = now_ms(), self._presence.online()
            # The first leases of a process come with the heartbeats: before that, nobody is taken for gone.
            knows_all = is_trusted() and time.monotonic() > self._opened_s + LEASE_S + HEARTBEAT_S
            try:
                self._is_wanted = await self._ask(_look, seen, online, at_ms, knows_all, self._is_wanted)
            except StorageUnavailable:
                # The next look comes back to it.
                self._seen = seen | self._seen


def _look(
    seen: dict[str, tuple[bool, int]], online: frozenset[str], at_ms: int, knows_all: bool, was_wanted: bool
) -> bool:
    """Queue what is new since any process looked; whether any webhook wants to know at all. Blocks.

    `online` are those who were there at `at_ms`.
    """
    with storage_errors():
        if not interest.is_presence_wanted():
            if was_wanted:
                # What is noted would be of long ago when somebody wants to know again.
                Attendance.objects.all()._raw_delete("default")
            return False
        devices = set(Device.objects.values_list("id", flat=True))
        noted = dict(Attendance.objects.values_list("device_id", "online"))
        for device_id, (is_online, seen_ms) in seen.items():
            if device_id in devices:
                _say(device_id, is_online, seen_ms, is_noted=device_id in noted)
        for device_id in devices - seen.keys():
            _compare(device_id, noted.get(device_id), device_id in online, at_ms, knows_all)
        Attendance.objects.filter(device_id__in=noted.keys() - devices)._raw_delete("default")
    return True


def _compare(device_id: str, noted: bool | None, is_online: bool, at_ms: int, knows_all: bool) -> None:
    """Nobody noticed it here: it came or went while nobody looked, or the database was away."""
    if noted is None:
        Attendance.begin(device_id, is_online, seen_ms=at_ms)
    elif noted != is_online and (is_online or knows_all):
        _say(device_id, is_online, at_ms, is_noted=True)


def _say(device_id: str, is_online: bool, seen_ms: int, *, is_noted: bool) -> None:
    with transaction.atomic():
        if is_noted:
            is_news = Attendance.change(device_id, is_online, seen_ms=seen_ms)
        else:
            # Of one that goes before it was ever noted nobody was told that it came.
            is_news = Attendance.begin(device_id, is_online, seen_ms=seen_ms) and is_online
        if is_news:
            data = {"online": is_online, "last_seen": seen_ms}
            queue_event(ONLINE if is_online else OFFLINE, data, device=device_id)
