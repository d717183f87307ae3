"""One layer subscription per process; what comes in goes to the ring, to presence and to the latest readings."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

from liveapp import bus
from liveapp.audience import Audience, Known
from liveapp.clock import now_ms
from liveapp.counts import Counts
from liveapp.latest import Latest
from liveapp.presence import Presence
from liveapp.reception import Reception
from liveapp.ring import Ring

PING_S = 20.0
SWEEP_S = 1.0
# So long without any message, and it makes new connections to the layer.
DEAF_S = 10.0
# So long after a device was removed its readings may still come over the bus.
STRAGGLERS_S = 5.0

logger = logging.getLogger(__name__)
Handler = Callable[[dict[str, Any]], None]


class Hub:
    """What this process knows of now. `on_control` and `on_change` are told what concerns the process itself.

    With a `bus` it listens for its own pulse there; `on_hole` is called when messages of the bus were missed,
    `on_presence` with each device that comes or goes.
    """

    def __init__(
        self,
        *,
        on_control: Handler,
        on_change: Handler,
        on_hole: Callable[[], None] = lambda: None,
        on_presence: Callable[[str], None] = lambda device_id: None,
        own_bus: bus.Bus | None = None,
        counts: Counts | None = None,
    ) -> None:
        self._counts = counts or Counts()
        self.ring = Ring()
        self.presence = Presence()
        self.latest = Latest()
        self.audience = Audience()
        self._handlers: dict[str, Handler] = {
            "readings": self._readings,
            "presence": self._presence,
            "event": self._pass_on,
            "changes": self._changes,
            "notifications": self._notifications,
            "control": on_control,
            "pulse": lambda body: None,
            "goodbye": lambda body: self.reception.forget(body["sender"]),
        }
        self._bus = own_bus
        self._on_hole = on_hole
        self._on_presence = on_presence
        self._on_change = on_change
        self.reception = Reception(own_bus=own_bus, on_miss=self._miss, tell=self.add)
        # By number, not by id: its last readings may come behind its removal, when the id is a new device's already.
        self._removed: dict[int, float] = {}
        self.subscribed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def on(self, kind: str, handler: Handler) -> None:
        """Hand the bus's messages of a kind to `handler`; dashboards do not see them."""
        self._handlers[kind] = handler

    def open(self) -> None:
        self._tasks = [
            asyncio.create_task(run())
            for run in (self._listen, self._ping, self._sweep, self.reception.pulse)
        ]

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
                self._miss(deaf_since_ms)
                self.subscribed.set()
                await self._hear(channel)
            except Exception as error:
                away = "Cannot listen to the channel layer, trying again: %r"
                logger.warning(away, error, extra={"is_repeated": True})
                deaf_since_ms = self.reception.interrupted_since_ms or now_ms()
                await asyncio.sleep(bus.RETRY_S)

    async def _hear(self, channel: str) -> None:
        # Its own pulse would have come by then, many times.
        patience_s = DEAF_S if self._bus is not None else None
        try:
            async for message in bus.receive(channel, patience_s=patience_s):
                self.take(message)
        except TimeoutError:
            await bus.disconnect()
            raise
        finally:
            # A channel that nobody reads any more would fill up. A layer that is away has forgotten it, and what it
            # says to that must not take the place of the end that was asked for.
            with suppress(Exception):
                await bus.unsubscribe(channel)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            self.add({"type": "ping", "time": now_ms()})

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            if self.reception.hears_all():
                for device_id in self.presence.expire():
                    self._tell_presence(device_id)
            self.reception.notice_dead()

    def take(self, message: bus.Message) -> None:
        """One message of the bus, this process's own included."""
        self._counts.heard += 1
        if message.sender:
            self.reception.hear(message.sender, message.number)
        handler = self._handlers.get(message.kind)
        if handler is None:
            logger.warning("The bus carries a %s, which this version does not know.", message.kind)
            return
        try:
            handler(message.body)
        except (KeyError, TypeError, ValueError, AttributeError):
            # From a server of another version, perhaps. One message is lost to live, not the whole line.
            logger.exception("The bus carries a %s that this version cannot read.", message.kind)

    def _miss(self, since_ms: int) -> None:
        """Dashboards ask again for what they show; the process looks again at what it keeps."""
        self._counts.gaps["bus"] += 1
        self.add({"type": "gap", "start": since_ms, "end": now_ms()})
        self._on_hole()

    def add(self, message: dict[str, Any]) -> None:
        self.ring.append(message, time_ms=now_ms())

    def _readings(self, body: dict[str, Any]) -> None:
        numbers = body.get("numbers", {})
        wanted = [one for one in body["series"] if not self._is_removed(numbers.get(one["device"], 0))]
        known = {one["device"]: self.audience.meet(one["device"]) for one in wanted}
        if not all(known.values()):
            self._on_hole()
        for series in wanted:
            self.latest.offer_series(series, number=numbers.get(series["device"], 0))
            if self.presence.renew(series["device"], now_ms=now_ms()):
                self._tell_presence(series["device"])
        if wanted:
            self.add({"type": "readings", "series": wanted})

    def _is_removed(self, number: int) -> bool:
        return bool(self._removed) and time.monotonic() < self._removed.get(number, 0)

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
        self._on_presence(device_id)

    def _pass_on(self, body: dict[str, Any]) -> None:
        self.add(body)

    def _remove(self, device_id: str, number: int) -> None:
        self.latest.forget(device_id)
        self.presence.forget(device_id)
        self.audience.forget(device_id)
        if not number:
            return
        now_s = time.monotonic()
        self._removed = {one: until_s for one, until_s in self._removed.items() if until_s > now_s}
        self._removed[number] = now_s + STRAGGLERS_S

    def _changes(self, body: dict[str, Any]) -> None:
        told = [self._change(change) for change in body["changes"]]
        if len(told) == 1:
            self.add({"type": "change", **told[0]})
        else:
            self.add({"type": "changes", "changes": told})

    def _change(self, change: dict[str, Any]) -> dict[str, Any]:
        """Take it in; the change as the ring has it."""
        self._on_change(change)
        if change["model"] == "device":
            return self._change_of_device(change)
        guard = change["guard"]
        if change["model"] == "metric":
            guard["devices"] = self.audience.measuring(change["id"])
        elif change.get("device") is not None:
            guard["devices"] = [change["device"]]
        return change

    def _notifications(self, body: dict[str, Any]) -> None:
        for message in body["notifications"]:
            if message["model"] == "metric":
                message["guard"]["devices"] = self.audience.measuring(message["object"])
            self.add(message)

    def _change_of_device(self, change: dict[str, Any]) -> dict[str, Any]:
        device_id, data, number = change["id"], change["data"], change.pop("number", 0)
        before = self.audience.groups_of(device_id)
        if change["action"] == "remove":
            self._remove(device_id, number)
        else:
            if self.audience.put(device_id, groups=data["groups"], metrics=data["metrics"]):
                self.ring.clear()
            stored_ms = data.pop("last_seen")
            change["data"] = data | self.describe_now(device_id, stored_ms=stored_ms)
        after = self.audience.groups_of(device_id)
        change["guard"] |= {"before": _listed(before), "after": _listed(after)}
        return change

    def load_audience(self, devices: Mapping[str, Known], told: Collection[str]) -> None:
        """Who sees which device, as the database says; of those `told` of meanwhile the bus knows better."""
        if self.audience.load(devices, told):
            self.ring.clear()

    def describe_now(self, device_id: str, *, stored_ms: int | None) -> dict[str, Any]:
        """What is known of a device at this moment; it was last seen then as far as the database knows."""
        latest = self.latest.describe(device_id)
        read_ms = None if latest is None else latest["time"]
        known = (self.presence.last_seen_ms(device_id), stored_ms, read_ms)
        return {
            "online": self.presence.is_online(device_id),
            "last_seen": max((seen for seen in known if seen is not None), default=None),
            "latest": latest,
        }


def _listed(groups: frozenset[str] | None) -> list[str] | None:
    return None if groups is None else sorted(groups)
