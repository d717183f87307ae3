"""What one server process holds: the writer, the bus, the hub and the connected devices."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, ClassVar, Protocol, TypeVar

from liveapp.access import Access
from liveapp.accounts import sessions
from liveapp.audience import Known
from liveapp.authentication import Viewer, looked_up
from liveapp.availability import Availability
from liveapp.broadcast import Broadcast
from liveapp.bus import Bus
from liveapp.commands import Commands
from liveapp.connections import Connections, DeviceConnection
from liveapp.counts import Counts
from liveapp.errors import DISABLED, GOING_AWAY, REPLACED, RESTARTING, TOKEN_REVOKED, StorageUnavailable
from liveapp.hub import Hub
from liveapp.ingest import Ingest
from liveapp.models import Device
from liveapp.models.metric import all_descriptions
from liveapp.models.reading import TIME_BITS, time_of
from liveapp.presence import HEARTBEAT_S
from liveapp.store import storage_errors, store
from liveapp.webhooks.watch import Watch
from liveapp.writer import Writer

CLOSE_S = 5.0
CLOCK_STEP_S = 2.0
RETRY_S = 1.0
CATCH_UP_S = 0.5
LAG_EVERY_S = 0.5
SEEN_S = 60.0
Loaded = TypeVar("Loaded")

logger = logging.getLogger(__name__)


class Socket(Protocol):
    """What an open WebSocket of either kind offers to the process."""

    viewer: Viewer | None
    kind: ClassVar[str]

    def take_access(self, access: Access) -> None:
        """What its viewer may do from now on."""

    def lose_device(self, device_id: str) -> None:
        """It is gone, for who came by a link."""

    async def close_after_answer(self, code: int) -> None:
        """Close once the message in hand is answered."""

    def close_soon(self, code: int) -> None:
        """The same, without waiting for it."""

    def send_soon(self, message: dict[str, Any]) -> None:
        """Send without waiting for it, between the answers."""


class Process:
    """Opened by the server's start-up or by its first use, closed by its shut-down."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.counts = Counts()
        self.database = Availability()
        self.bus = Bus(self.counts)
        self.writer = Writer(store(), self.counts)
        self.broadcast = Broadcast(self.bus)
        self.connections = Connections()
        self.hub = Hub(
            on_control=self._control,
            on_change=self._change,
            on_hole=self._catch_up_soon,
            on_presence=lambda device_id: self.watch.notice(device_id),
            own_bus=self.bus,
            counts=self.counts,
        )
        self.watch = Watch(self.hub.presence, self.database.ask)
        self.commands = Commands(bus=self.bus, connections=self.connections)
        self.hub.on("command", self.commands.deliver)
        self.hub.on("result", self.commands.hear)
        self.hub.on("access", self._access_changed)
        self.hub.on("read", self._notifications_read)
        self.ingest = Ingest(writer=self.writer, broadcast=self.broadcast, bus=self.bus, counts=self.counts)
        self.sockets: set[Socket] = set()
        self.closing = asyncio.Event()
        # The latest reading of each device is known from the database.
        self.loaded = asyncio.Event()
        self._clock_offset_s = time.time() - time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        # Connections whose own message has not come round on the bus yet.
        self._arriving: set[str] = set()
        self._catching_up: asyncio.Task[None] | None = None
        self._holes = 0
        # How often the bus said that somebody's rights changed.
        self.access_news = 0
        self._looking = asyncio.Lock()

    def open(self) -> None:
        self.bus.open()
        self.hub.open()
        self.spawn(self._load_descriptions())
        self.spawn(self._load_latest())
        self.spawn(self._beat())
        self.spawn(self._look_again())
        self.spawn(self._note_open_pages())
        self.spawn(self._measure_lag())
        self.spawn(self.watch.run(self.hub.hears_all))

    def spawn(self, coroutine: Any) -> asyncio.Task[None]:
        """Run something beside; it ends with the process."""
        task: asyncio.Task[None] = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Take no more readings, finish the commit in flight, tell the rest."""
        self.closing.set()
        await self.writer.close()
        await self.broadcast.flush()
        await self._close_sockets()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.hub.close()
        await self.bus.close()

    async def _close_sockets(self) -> None:
        closing = [asyncio.create_task(socket.close_after_answer(GOING_AWAY)) for socket in self.sockets]
        if closing:
            # One that does not read does not hold up the shut-down.
            await asyncio.wait(closing, timeout=CLOSE_S)

    def connected(self, device_id: str, connection: DeviceConnection) -> None:
        """A device came: an older connection of it, here or in another process, is closed."""
        self.connections.add(device_id, connection)
        self._arriving.add(connection.uid)
        self.bus.post("control", {"device": device_id, "code": REPLACED, "except": connection.uid})
        self.bus.post("presence", {"online": {device_id: connection.uid}})

    def disconnected(self, device_id: str, connection: DeviceConnection) -> None:
        self._arriving.discard(connection.uid)
        self.connections.remove(device_id, connection)
        # Of a replaced one too: its lease would outlive it.
        self.spawn(self._tell_offline(device_id, connection.uid))

    async def _tell_offline(self, device_id: str, uid: str) -> None:
        # Its last readings go first: they would bring it back to life.
        await self.broadcast.flush()
        await self.bus.send("presence", {"offline": {device_id: uid}})

    async def _beat(self) -> None:
        """Renew the leases. Waits for no database: devices are there whether that answers or not."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self._notice_clock()
            online = self.connections.uids()
            # What has not come round by now was lost with the bus.
            self._arriving.clear()
            self.bus.post("presence", {"online": online})

    def _notice_clock(self) -> None:
        """Boards date their readings by the time of their welcome: when ours was set, they need a new one."""
        offset_s = time.time() - time.monotonic()
        step_s, self._clock_offset_s = offset_s - self._clock_offset_s, offset_s
        if abs(step_s) > CLOCK_STEP_S:
            logger.warning(
                "This machine's clock was set by %+.1f s: boards connect again to learn it.", step_s
            )
            for device_id in self.connections.uids():
                self.connections.close(device_id, RESTARTING)

    async def _measure_lag(self) -> None:
        while True:
            due_s = self.loop.time() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self.counts.loop_lag_seconds.observe(max(0.0, self.loop.time() - due_s))

    async def _look_again(self) -> None:
        """Close what was revoked while nobody could tell us."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            try:
                await self._close_revoked()
            except StorageUnavailable:
                away = "The database does not answer: who may be here could not be looked at again."
                logger.warning(away, extra={"is_repeated": True})

    async def _note_open_pages(self) -> None:
        """Who only watches is there too."""
        while True:
            await asyncio.sleep(SEEN_S)
            keys = {socket.viewer.session_key for socket in self.sockets if socket.viewer} - {""}
            with suppress(StorageUnavailable):  # the next turn notes them
                if keys:
                    await self.database.ask(_note_open, keys)

    async def _close_revoked(self) -> None:
        """Close the devices and dashboards that may no longer be here, whoever failed to tell us."""
        await self._close_revoked_devices(self.connections.token_hashes())
        await self._load_audience()
        await self._look_at_viewers(None)

    async def _look_at_viewers(self, user_ids: Collection[str] | None) -> None:
        """What these people (None: all) may do by now, and whether they may be here at all."""
        # One after the other: what was looked up last is what counts.
        async with self._looking:
            viewers = {
                socket: socket.viewer
                for socket in self.sockets
                if socket.viewer is not None and (user_ids is None or socket.viewer.depends_on in user_ids)
            }
            held = await self._looked_up(set(viewers.values())) if viewers else {}
            for socket, viewer in viewers.items():
                if socket.viewer is not viewer:
                    # It is another one's by now.
                    continue
                if viewer in held:
                    socket.take_access(held[viewer])
                else:
                    socket.close_soon(TOKEN_REVOKED)

    async def _looked_up(self, viewers: set[Viewer]) -> dict[Viewer, Access]:
        """As it is when no device came or went while the database was asked."""
        audience = self.hub.audience
        while True:
            told = audience.told
            held: dict[Viewer, Access] = await self.database.ask(looked_up, viewers)
            if told == audience.told:
                return held

    def news(self) -> tuple[int, int]:
        """Who asks the database who may see what, and finds the same news after it as before, has asked late enough."""
        return self.access_news, self.hub.audience.told

    def guests_of(self, share_id: str) -> int:
        """How many look by a link here."""
        return sum(socket.viewer.share_id == share_id for socket in self.sockets if socket.viewer is not None)

    async def _close_revoked_devices(self, token_hashes: dict[str, str], code: int | None = None) -> None:
        """With `code`, or with the one that tells why."""
        revoked = await self.database.ask(_revoked, token_hashes) if token_hashes else {}
        for device_id, why in revoked.items():
            # Not one that came meanwhile, with a new token.
            self.connections.close(device_id, code or why, token_hash=token_hashes[device_id])

    async def _revoke(self, device_id: str, code: int) -> None:
        """Somebody says that a device may no longer be here: what the database says of its connection counts."""
        held = {key: value for key, value in self.connections.token_hashes().items() if key == device_id}
        with suppress(StorageUnavailable):  # `_look_again` comes back to it
            await self._close_revoked_devices(held, code)

    async def _load_descriptions(self) -> None:
        self.ingest.descriptions = await self._when_there(all_descriptions)

    async def _load_latest(self) -> None:
        await self._load_audience()
        numbers, readings = await self._when_there(_latest_readings)
        latest = self.hub.latest
        latest.keep(numbers)
        for device_id, (time_ms, values) in readings.items():
            latest.offer(device_id, time_ms, values, number=numbers[device_id])
        self.loaded.set()

    async def _load_audience(self) -> None:
        """Who sees which device. What the bus tells meanwhile is newer than what was read."""
        audience = self.hub.audience
        while True:
            told = audience.told
            devices = await self._when_there(_known_devices)
            if told == audience.told:
                self.hub.load_audience(devices)
                return

    async def _when_there(self, load: Callable[[], Loaded]) -> Loaded:
        """What `load` gives, as soon as the database answers."""
        while True:
            try:
                return await self.database.ask(_load, load)
            except StorageUnavailable:
                await asyncio.sleep(RETRY_S)

    def _catch_up_soon(self) -> None:
        self._holes += 1
        if self._catching_up is None or self._catching_up.done():
            self._catching_up = self.spawn(self._catch_up())

    async def _catch_up(self) -> None:
        """Messages were missed: what this process keeps in memory may be of yesterday."""
        caught_up = 0
        while caught_up != self._holes:
            # One hole seldom comes alone: each process that was not heard leaves one.
            await asyncio.sleep(CATCH_UP_S)
            caught_up = self._holes
            await self._load_descriptions()
            await self._load_latest()

    def _control(self, body: dict[str, Any]) -> None:
        device_id, code, newer = body["device"], body["code"], body.get("except", "")
        if code != REPLACED:
            self.spawn(self._revoke(device_id, code))
            return
        self._arriving.discard(newer)
        # Of connections that come at once the last one on the bus stays; else each would close the others.
        if self.connections.uids().get(device_id) not in self._arriving:
            self.connections.close(device_id, REPLACED, except_uid=newer)

    def _change(self, change: dict[str, Any]) -> None:
        if change["model"] == "metric":
            self.spawn(self._load_descriptions())
        if change["model"] == "webhook":
            self.watch.look_soon()
        if change["model"] == "device":
            self._tell_guests(change)

    def _tell_guests(self, change: dict[str, Any]) -> None:
        """Their devices are looked up when they come; another one that takes the name of one that goes is none."""
        guests = {
            socket: socket.viewer.maker_id
            for socket in self.sockets
            if socket.viewer is not None and socket.viewer.share_id
        }
        if change["action"] == "remove":
            for socket in guests:
                socket.lose_device(change["id"])
        elif guests:
            self.spawn(self.look_at(set(guests.values())))

    def _access_changed(self, body: dict[str, Any]) -> None:
        self.access_news += 1
        self.spawn(self.look_at(body["users"]))

    def _notifications_read(self, body: dict[str, Any]) -> None:
        told = {"type": "notifications_read", "until": body["until"], "unread": body["unread"]}
        for socket in self.sockets:
            if socket.viewer is not None and str(socket.viewer.user_id) == body["user"]:
                socket.send_soon(told)

    async def look_at(self, user_ids: Collection[str] | None) -> None:
        """The same; when the database is away `_look_again` comes back to it."""
        with suppress(StorageUnavailable):
            await self._look_at_viewers(user_ids)


def _load(load: Callable[[], Loaded]) -> Loaded:
    with storage_errors():
        return load()


def _known_devices() -> dict[str, Known]:
    rows = Device.objects.values_list("id", "groups", "metrics")
    return {device_id: Known(frozenset(groups), frozenset(metrics)) for device_id, groups, metrics in rows}


def _note_open(keys: set[str]) -> None:
    with storage_errors():
        sessions.note_open(keys)


def _latest_readings() -> tuple[dict[str, int], dict[str, tuple[int, dict[str, float]]]]:
    """The number of each device, and its latest reading where it has one."""
    ids = dict(Device.objects.values_list("number", "id"))
    numbers = {device_id: number for number, device_id in ids.items()}
    rows = store().latest(ids)
    return numbers, {ids[row.key >> TIME_BITS]: (time_of(row.key), row.values) for row in rows}


def _revoked(token_hashes: dict[str, str]) -> dict[str, int]:
    """Of the connected devices, those whose token no longer holds or that are disabled, with the close code."""
    with storage_errors():
        rows = Device.objects.filter(id__in=list(token_hashes)).values_list("id", "token_hash", "enabled")
        devices = {device_id: (token_hash, enabled) for device_id, token_hash, enabled in rows}
    valid = {
        device_id for device_id, held in token_hashes.items() if devices.get(device_id, ("",))[0] == held
    }
    gone = {device_id: TOKEN_REVOKED for device_id in token_hashes if device_id not in valid}
    return gone | {device_id: DISABLED for device_id in valid if not devices[device_id][1]}


_current: Process | None = None


def current() -> Process:
    """The process of the running event loop; opened when this is its first use."""
    global _current
    if _current is None or _current.loop is not asyncio.get_running_loop() or _current.closing.is_set():
        _current = Process()
        _current.open()
    return _current


async def close() -> None:
    """Close what `current` opened, if it did."""
    global _current
    if _current is not None and _current.loop is asyncio.get_running_loop():
        process, _current = _current, None
        await process.close()


def count_refusal(code: str) -> None:
    """From any thread; where no server runs nobody counts."""
    if _current is not None:
        _current.counts.refused[code] += 1


def current_hub() -> Hub:
    """What this process knows of now; an empty hub where no server runs, as in a command."""
    return _current.hub if _current is not None else Hub(on_control=_ignore, on_change=_ignore)


def _ignore(body: dict[str, Any]) -> None:
    """Nobody listens in a process that is not a server."""
