"""What one server process holds: the writer, the bus, the hub and the connected devices."""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any

from liveapp.accounts import sessions
from liveapp.availability import Availability
from liveapp.broadcast import Broadcast
from liveapp.bus import Bus
from liveapp.catch_up import CatchUp
from liveapp.commands import Commands
from liveapp.connections import Connections, DeviceConnection
from liveapp.counts import Counts
from liveapp.errors import GOING_AWAY, REPLACED, RESTARTING, StorageUnavailable
from liveapp.hub import Hub
from liveapp.ingest import Ingest
from liveapp.presence import HEARTBEAT_S
from liveapp.revocation import Revocation
from liveapp.sockets import Socket
from liveapp.store import storage_errors, store
from liveapp.webhooks.watch import Watch
from liveapp.writer import Writer

CLOSE_S = 5.0
CLOCK_STEP_S = 2.0
LAG_EVERY_S = 0.5
SEEN_S = 60.0

logger = logging.getLogger(__name__)


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
            on_hole=lambda: self.catch_up.soon(),
            on_presence=lambda device_id: self.watch.notice(device_id),
            own_bus=self.bus,
            counts=self.counts,
        )
        self.watch = Watch(self.hub.presence, self.database.ask)
        self.commands = Commands(bus=self.bus, connections=self.connections)
        self.hub.on("command", self.commands.deliver)
        self.hub.on("result", self.commands.hear)
        self.ingest = Ingest(writer=self.writer, broadcast=self.broadcast, bus=self.bus, counts=self.counts)
        self.catch_up = CatchUp(database=self.database, hub=self.hub, ingest=self.ingest)
        self.sockets: set[Socket] = set()
        self.revocation = Revocation(
            database=self.database,
            sockets=self.sockets,
            connections=self.connections,
            audience=self.hub.audience,
        )
        self.hub.on("access", self._access_changed)
        self.hub.on("read", self._notifications_read)
        self.closing = asyncio.Event()
        self._clock_offset_s = time.time() - time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        # Connections whose own message has not come round on the bus yet.
        self._arriving: set[str] = set()

    def open(self) -> None:
        self.bus.open()
        self.hub.open()
        self.spawn(self.catch_up.load_descriptions())
        self.spawn(self.catch_up.load_latest())
        self.spawn(self.catch_up.keep_audience())
        self.spawn(self._beat())
        self.spawn(self.revocation.run())
        self.spawn(self._note_open_pages())
        self.spawn(self._measure_lag())
        self.spawn(self.watch.run(self.hub.reception.hears_all))

    def spawn(self, coroutine: Any) -> asyncio.Task[None]:
        """Run something beside; it ends with the process."""
        task: asyncio.Task[None] = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("What ran beside ended with a defect.", exc_info=error)

    async def close(self) -> None:
        """Take no more readings, finish the commit in flight, tell the rest."""
        self.closing.set()
        await self.writer.close()
        await self.broadcast.flush()
        await self._close_sockets()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.catch_up.close()
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

    async def _note_open_pages(self) -> None:
        """Who only watches is there too."""
        while True:
            await asyncio.sleep(SEEN_S)
            keys = {socket.viewer.session_key for socket in self.sockets if socket.viewer} - {""}
            with suppress(StorageUnavailable):  # the next turn notes them
                if keys:
                    await self.database.ask(_note_open, keys)

    def _control(self, body: dict[str, Any]) -> None:
        device_id, code, newer = body["device"], body["code"], body.get("except", "")
        if code != REPLACED:
            self.spawn(self.revocation.revoke(device_id, code))
            return
        self._arriving.discard(newer)
        # Of connections that come at once the last one on the bus stays; else each would close the others.
        if self.connections.uids().get(device_id) not in self._arriving:
            self.connections.close(device_id, REPLACED, except_uid=newer)

    def _access_changed(self, body: dict[str, Any]) -> None:
        self.spawn(self.revocation.hear(body["users"]))

    def _notifications_read(self, body: dict[str, Any]) -> None:
        told = {"type": "notifications_read", "until": body["until"], "unread": body["unread"]}
        for socket in self.sockets:
            if socket.viewer is not None and str(socket.viewer.user_id) == body["user"]:
                socket.send_soon(told)

    def _change(self, change: dict[str, Any]) -> None:
        if change["model"] == "metric":
            self.spawn(self.catch_up.load_descriptions())
        if change["model"] == "webhook":
            self.watch.look_soon()
        if change["model"] == "device" and change["action"] == "remove":
            self.revocation.take_from_guests(change["id"])
        elif change["model"] == "device":
            self.spawn(self.revocation.look_at_guests())


def _note_open(keys: set[str]) -> None:
    with storage_errors():
        sessions.note_open(keys)


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
