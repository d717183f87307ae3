"""Boards that measure once a second, and dashboards that come, look, and go in one way or another."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence

from benchmarks.boards import Way, open_board
from benchmarks.websocket import Address, Client, connect, frame

SHORTEST_STAY_S, LONGEST_STAY_S = 10.0, 180.0
# The server gives up on whoever leaves its pings unanswered for 20 to 40 s.
LONGEST_DEAF_S = 60.0
FOLLOWS_ALL, IS_DEAF, LEAVES_POLITELY = 0.8, 0.05, 0.5
HISTORY_MS = 5 * 60_000
OPEN_S = 60.0
ANSWER_S = 60.0


class Dashboard(Client):
    """Counts what it hears, by type."""

    def __init__(self, address: Address, heard: Counter[str]) -> None:
        super().__init__(address)
        self._heard = heard
        self.welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def received(self, payload: bytes) -> None:
        # The type comes first; parsing all of it would cost more than serving it.
        kind = payload[9:25].partition(b'"')[0].decode()
        self._heard[kind] += 1
        if kind == "welcome" and not self.welcomed.done():
            self.welcomed.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if self.opened.done() and not self.opened.exception() and not self.welcomed.done():
            self.welcomed.set_exception(ConnectionError(f"{self.address.path}: lost before its welcome"))


class Crowd:
    """Everybody outside the server. All chance comes from one seed.

    `counts` says what they did and what became of it, `heard` what the dashboards heard.
    """

    def __init__(self, ways: Sequence[Way], doors: Sequence[Address], *, seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self.heard: Counter[str] = Counter()
        self._ways = ways
        self._doors = doors
        self._chance = random.Random(seed)
        self._ending = asyncio.Event()

    def end(self) -> None:
        """All finish what they have begun, and go."""
        self._ending.set()

    @property
    def ending(self) -> bool:
        return self._ending.is_set()

    async def pause(self, seconds: float) -> None:
        """Until then, or until all end; not at all when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        except TimeoutError:
            return

    async def measure(self, number: int) -> None:
        """One board for the whole run: a reading a second, each awaited."""
        async with asyncio.timeout(OPEN_S):
            board = await open_board(self._ways[number % len(self._ways)], number)
        due_s = time.monotonic() + self._chance.random()
        await self.pause(due_s - time.monotonic())
        while not self.ending:
            self.counts["sent"] += 1
            async with asyncio.timeout(ANSWER_S):
                answer = json.loads(await board.ask(frame(self._message())))
            self.counts["acknowledged"] += answer.get("stored", 0)
            # By its own clock, as a real board: one second after each answer, all would soon measure in step.
            due_s += 1
            await self.pause(due_s - time.monotonic())
        board.close()

    def _message(self) -> bytes:
        between = self._chance.uniform
        values = {
            "temperature": between(15, 30),
            "humidity": between(30, 60),
            "pressure": between(980, 1030),
        }
        return json.dumps({"readings": [{"time": time.time_ns() // 1_000_000, **values}]}).encode()

    async def watch(self, devices: int) -> None:
        """One seat in front of a dashboard: whoever leaves is followed by the next."""
        while not self.ending:
            address = self._chance.choice(self._doors)
            dashboard = Dashboard(address, self.heard)
            async with asyncio.timeout(OPEN_S):
                await connect(dashboard)
                dashboard.transport.write(frame(json.dumps(self._subscription(devices)).encode()))
                await dashboard.welcomed
                await self._read_history(address, self._chance.randrange(devices))
            self.counts["visits"] += 1
            await self._stay(dashboard)
            self._leave(dashboard)

    def _subscription(self, devices: int) -> dict[str, object]:
        one = [f"board-{self._chance.randrange(devices)}"]
        return {"type": "subscribe", "devices": "all" if self._chance.random() < FOLLOWS_ALL else one}

    async def _stay(self, dashboard: Dashboard) -> None:
        stay_s = self._chance.uniform(SHORTEST_STAY_S, LONGEST_STAY_S)
        if self._chance.random() < IS_DEAF:
            self.counts["deaf"] += 1
            dashboard.transport.pause_reading()
            await self.pause(min(stay_s, LONGEST_DEAF_S))
            dashboard.close()
            return
        await self.pause(stay_s)
        # The server has no reason to let go of one that listens.
        self.counts["dropped"] += dashboard.lost

    def _leave(self, dashboard: Dashboard) -> None:
        if self._chance.random() < LEAVES_POLITELY:
            dashboard.close()
        else:
            self.counts["cut off"] += 1
            dashboard.transport.abort()

    async def _read_history(self, address: Address, device: int) -> None:
        """What a page asks when it opens."""
        now_ms = time.time_ns() // 1_000_000
        path = f"/api/devices/board-{device}/history/?start={now_ms - HISTORY_MS}&end={now_ms}"
        reader, writer = await asyncio.open_connection(address.host, address.port)
        head = [f"GET {path} HTTP/1.1", f"Host: {address.host}:{address.port}", "Connection: close"]
        head += [f"Cookie: {address.headers['Cookie']}"]
        writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
        answer = await reader.read(-1)
        writer.close()
        if not answer.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(f"{path} answered {answer[:80]!r}")
