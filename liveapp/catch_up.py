"""What a process keeps of the database in memory: loaded at its start, and again when messages were missed."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from liveapp.audience import Known
from liveapp.availability import Availability
from liveapp.errors import StorageUnavailable
from liveapp.hub import Hub
from liveapp.ingest import Ingest
from liveapp.models import Device
from liveapp.models.metric import all_descriptions
from liveapp.models.reading import TIME_BITS, time_of
from liveapp.presence import HEARTBEAT_S
from liveapp.store import storage_errors, store

RETRY_S = 1.0
CATCH_UP_S = 0.5
Loaded = TypeVar("Loaded")


class CatchUp:
    """Metrics and their ranges, the latest readings, and who sees which device."""

    def __init__(self, *, database: Availability, hub: Hub, ingest: Ingest) -> None:
        self._database, self._hub, self._ingest = database, hub, ingest
        # The latest reading of each device is known from the database.
        self.loaded = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._holes = 0

    def soon(self) -> None:
        """Messages were missed: what this process keeps in memory may be of yesterday."""
        self._holes += 1
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._catch_up())

    async def done(self) -> None:
        """When there is nothing more to catch up with."""
        if self._running is not None:
            await self._running

    async def close(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _catch_up(self) -> None:
        caught_up = 0
        while caught_up != self._holes:
            # One hole seldom comes alone: each process that was not heard leaves one.
            await asyncio.sleep(CATCH_UP_S)
            caught_up = self._holes
            await self.load_descriptions()
            await self.load_latest()

    async def load_descriptions(self) -> None:
        self._ingest.descriptions = await self._when_there(all_descriptions)

    async def load_latest(self) -> None:
        await self.load_audience()
        numbers, readings = await self._when_there(_latest_readings)
        latest = self._hub.latest
        latest.keep(numbers)
        for device_id, (time_ms, values) in readings.items():
            latest.offer(device_id, time_ms, values, number=numbers[device_id])
        self.loaded.set()

    async def keep_audience(self) -> None:
        """Look again and again, for what no message told."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            await self.load_audience()

    async def load_audience(self) -> None:
        """Who sees which device. What the bus tells meanwhile is newer than what was read."""
        with self._hub.audience.hearing() as told:
            devices = await self._when_there(_known_devices)
            self._hub.load_audience(devices, told)

    async def _when_there(self, load: Callable[[], Loaded]) -> Loaded:
        """What `load` gives, as soon as the database answers."""
        while True:
            try:
                return await self._database.ask(_load, load)
            except StorageUnavailable:
                await asyncio.sleep(RETRY_S)


def _load(load: Callable[[], Loaded]) -> Loaded:
    with storage_errors():
        return load()


def _known_devices() -> dict[str, Known]:
    rows = Device.objects.values_list("id", "groups", "metrics")
    return {device_id: Known(frozenset(groups), frozenset(metrics)) for device_id, groups, metrics in rows}


def _latest_readings() -> tuple[dict[str, int], dict[str, tuple[int, dict[str, float]]]]:
    """The number of each device, and its latest reading where it has one."""
    ids = dict(Device.objects.values_list("number", "id"))
    numbers = {device_id: number for number, device_id in ids.items()}
    rows = store().latest(ids)
    return numbers, {ids[row.key >> TIME_BITS]: (time_of(row.key), row.values) for row in rows}
