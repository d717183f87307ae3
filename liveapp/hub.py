"""One layer subscription per process; what comes in goes to the ring, to presence and to the latest readings."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from liveapp import bus
from liveapp.clock import now_ms
from liveapp.presence import Presence
from liveapp.ring import Ring

PING_S = 20.0
SWEEP_S = 1.0
# So long after a device was removed its readings may still come over the bus.
STRAGGLERS_S = 5.0

logger = logging.getLogger(__name__)
Handler = Callable[[dict[str, Any]], None]


class Latest:
    """The newest reading of each device: a time in ms and its values."""

    def __init__(self) -> None:
        self._readings: dict[str, tuple[int, dict[str, float]]] = {}

    def offer(self, device_id: str, time_ms: int, values: dict[str, float]) -> None:
        """Keep it unless a newer one is known; a second part of the same millisecond is merged."""
        known = self._readings.get(device_id)
        if known is None or time_ms > known[0]:
            self._readings[device_id] = (time_ms, values)
        elif time_ms == known[0]:
            self._readings[device_id] = (time_ms, known[1] | values)

    def offer_series(self, series: dict[str, Any]) -> None:
        times = series["time"]
        newest = max(range(len(times)), key=times.__getitem__)
        values = {
            name: column[newest] for name, column in series["values"].items() if column[newest] is not None
        }
        self.offer(series["device"], times[newest], values)

    def describe(self, device_id: str) -> dict[str, Any] | None:
        known = self._readings.get(device_id)
        return None if known is None else {"time": known[0], "values": known[1]}

    def forget(self, device_id: str) -> None:
        self._readings.pop(device_id, None)


class Hub:
    """What this process knows of now. `on_control` and `on_change` are told what concerns the process itself."""

    def __init__(self, *, on_control: Handler, on_change: Handler) -> None:
        self.ring = Ring()
        self.presence = Presence()
        self.latest = Latest()
        self._handlers: dict[str, Handler] = {
            "readings": self._readings,
            "presence": self._presence,
            "event": self._pass_on,
            "change": self._change,
            "control": on_control,
        }
        self._on_change = on_change
        self._numbers: dict[str, int] = {}
        self._heard_ms: dict[str, int] = {}
        self._opened_ms = now_ms()
        # Its last readings may come behind its removal, and must not stick to a new device of the same id.
        self._removed: dict[str, float] = {}
        self.subscribed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def on(self, kind: str, handler: Handler) -> None:
        """Hand the bus's messages of a kind to `handler`; dashboards do not see them."""
        self._handlers[kind] = handler

    def open(self) -> None:
        self._tasks = [asyncio.create_task(run()) for run in (self._listen, self._ping, self._sweep)]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        deaf_since_ms = now_ms()
        while True:
            try:
                channel = await bus.subscribe()
                # What was broadcast while nobody listened here has passed by the viewers that were there already.
                self.add({"type": "gap", "start": deaf_since_ms, "end": now_ms()})
                self.subscribed.set()
                await self._hear(channel)
            except Exception as error:
                logger.warning("The channel layer does not answer, trying again: %s", error)
                deaf_since_ms = now_ms()
                await asyncio.sleep(bus.RETRY_S)

    async def _hear(self, channel: str) -> None:
        try:
            async for message in bus.receive(channel):
                self.take(message)
        finally:
            # A channel that nobody reads any more would fill up.
            await bus.unsubscribe(channel)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            self.add({"type": "ping", "time": now_ms()})

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            for device_id in self.presence.expire():
                self._tell_presence(device_id)

    def take(self, message: bus.Message) -> None:
        """One message of the bus, this process's own included."""
        if message.sender:
            self._notice_hole(message.sender, message.number)
        handler = self._handlers.get(message.kind)
        if handler is None:
            logger.warning("The bus carries a %s, which this version does not know.", message.kind)
            return
        try:
            handler(message.body)
        except (KeyError, TypeError, ValueError, AttributeError):
            # From a server of another version, perhaps. One message is lost to live, not the whole line.
            logger.exception("The bus carries a %s that this version cannot read.", message.kind)

    def _notice_hole(self, sender: str, number: int) -> None:
        # A sender never heard of counts from 1: what it sent before this hub listened is a hole too.
        if number != self._numbers.get(sender, 0) + 1:
            self.add({"type": "gap", "start": self._heard_ms.get(sender, self._opened_ms), "end": now_ms()})
        self._numbers[sender], self._heard_ms[sender] = number, now_ms()

    def add(self, message: dict[str, Any]) -> None:
        self.ring.append(message, time_ms=now_ms())

    def _readings(self, body: dict[str, Any]) -> None:
        for series in body["series"]:
            if time.monotonic() < self._removed.get(series["device"], 0):
                continue
            self.latest.offer_series(series)
            if self.presence.renew(series["device"], now_ms=now_ms()):
                self._tell_presence(series["device"])
        self.add({"type": "readings", "series": body["series"]})

    def _presence(self, body: dict[str, Any]) -> None:
        """`online` and `offline` hold a connection for each device: a heartbeat, a coming or a going."""
        for device_id, connection in body.get("online", {}).items():
            if self.presence.renew(device_id, now_ms=now_ms(), connection=connection):
                self._tell_presence(device_id)
        for device_id, connection in body.get("offline", {}).items():
            if self.presence.end(device_id, connection=connection):
                self._tell_presence(device_id)

    def _tell_presence(self, device_id: str) -> None:
        online, seen = self.presence.is_online(device_id), self.presence.last_seen_ms(device_id)
        self.add({"type": "presence", "device": device_id, "online": online, "last_seen": seen})

    def _pass_on(self, body: dict[str, Any]) -> None:
        self.add(body)

    def _change(self, body: dict[str, Any]) -> None:
        if body["model"] == "device" and body["action"] == "remove":
            self.latest.forget(body["id"])
            self.presence.forget(body["id"])
            self._removed[body["id"]] = time.monotonic() + STRAGGLERS_S
        self._on_change(body)
        self.add(body)
