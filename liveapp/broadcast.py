"""Ticks: saved readings are merged per device and published at most every 50 ms."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from itertools import islice
from operator import itemgetter
from typing import Any

from liveapp.bus import Bus
from liveapp.series import columns

TICK_S = 0.05
# Bounds one message on the bus; a backlog that drains is spread over several.
MAX_READINGS = 5_000
# While the layer hangs, more than this does not wait in memory: dashboards are told a gap instead.
MAX_WAITING = 50_000


class Broadcast:
    """When the line is quiet the first reading goes at once; the bus sees about 20 messages a second."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._fresh: dict[str, list[tuple[int, Mapping[str, float]]]] = defaultdict(list)
        self._fresh_count = 0
        self._numbers: dict[str, int] = {}
        self._ticking: asyncio.Task[None] | None = None
        self._waiting = asyncio.Event()
        self._sending = asyncio.Event()
        self._sending.set()

    def publish(
        self, device_id: str, readings: list[tuple[int, Mapping[str, float]]], *, number: int = 0
    ) -> None:
        """Hand over what was just saved. Never waits and never fails: ingest goes on.

        `number` is the device's: it tells those who listen whether that is still the one of this id.
        """
        if not readings:
            return
        if number < self._numbers.setdefault(device_id, number):
            # Its id is a newer device's by now.
            return
        if number > self._numbers[device_id]:
            self._numbers[device_id] = number
            self._fresh_count -= len(self._fresh.pop(device_id, ()))
        if self._fresh_count + len(readings) > MAX_WAITING:
            self._drop()
        self._fresh_count += len(readings)
        self._fresh[device_id].extend(readings)
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())

    def _drop(self) -> None:
        self._fresh, self._fresh_count = defaultdict(list), 0
        self._bus.skip()

    async def _tick(self) -> None:
        while self._fresh:
            fresh, self._fresh, self._fresh_count = self._fresh, defaultdict(list), 0
            self._sending, self._waiting = self._waiting, asyncio.Event()
            for series in _messages(fresh):
                numbers = {one["device"]: self._numbers[one["device"]] for one in series}
                if not await self._bus.send("readings", {"series": series, "numbers": numbers}):
                    # The number of the failed message is spent: the hole shows, whatever of this round is left.
                    break
            self._sending.set()
            await asyncio.sleep(TICK_S)

    async def flush(self) -> None:
        """Return when all that was handed over before is on the bus."""
        waiting = self._waiting if self._fresh else None
        await self._sending.wait()
        if waiting is not None:
            await waiting.wait()


def _messages(fresh: dict[str, list[tuple[int, Mapping[str, float]]]]) -> list[list[dict[str, Any]]]:
    """The series of one tick, split so that no message holds more than MAX_READINGS."""
    messages: list[list[dict[str, Any]]] = []
    room = 0
    for device_id, readings in fresh.items():
        # Late ones may have come in between; viewers take the last of a series for the newest.
        readings.sort(key=itemgetter(0))
        remaining = iter(readings)
        while part := list(islice(remaining, room or MAX_READINGS)):
            if not room:
                messages.append([])
                room = MAX_READINGS
            messages[-1].append({"device": device_id, **columns(part)})
            room -= len(part)
    return messages
