"""Boards that measure once a second, and dashboards that come, look, and go in one way or another."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence

from benchmarks.boards import Board, Way, open_board
from benchmarks.websocket import Address, Client, connect, frame

SHORTEST_STAY_S, LONGEST_STAY_S = 10.0, 180.0
DEAF_S = 30.0
HISTORY_MS = 5 * 60_000
OPEN_S = 60.0


class Dashboard(Client):
    """Counts what it hears."""

    def __init__(self, address: Address, counts: Counter[str]) -> None:
        super().__init__(address)
        self._counts = counts
        self.welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def received(self, payload: bytes) -> None:
        # The type comes first; parsing all of it would cost more than serving it.
        kind = payload[9:25].partition(b'"')[0].decode()
        self._counts[kind] += 1
        if kind == "welcome" and not self.welcomed.done():
            self.welcomed.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if not self.welcomed.done():
            self.welcomed.set_exception(ConnectionError(f"lost before its welcome: {error}"))


class Crowd:
    """Everybody outside the server. `counts` says what was seen; all chance comes from one seed."""

    def __init__(self, way: Sequence[Way], doors: Sequence[Address], *, seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self._ways = way
        self._doors = doors
        self._chance = random.Random(seed)
        self._ending = asyncio.Event()

    def end(self) -> None:
        self._ending.set()

    async def measure(self, number: int, ways: int) -> None:
        """One board for the whole run: a reading a second, each awaited."""
        board: Board = await open_board(self._ways[number % ways], number)
        await self._pause(self._chance.random())
        while not self._ending.is_set():
            began_s = time.monotonic()
            values = (
                self._chance.uniform(15, 30),
                self._chance.uniform(30, 60),
                self._chance.uniform(980, 1030),
            )
            reading = dict(zip(("temperature", "humidity", "pressure"), values, strict=True))
            message = {"readings": [{"time": time.time_ns() // 1_000_000, **reading}]}
            answer = json.loads(await board.ask(frame(json.dumps(message).encode())))
            self.counts["stored"] += answer["stored"]
            await self._pause(max(0.0, began_s + 1 - time.monotonic()))
        board.close()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        except TimeoutError:
            return

    async def watch(self, devices: int) -> None:
        """One seat in front of a dashboard: whoever leaves is followed by the next."""
        while not self._ending.is_set():
            address = self._chance.choice(self._doors)
            dashboard = Dashboard(address, self.counts)
            async with asyncio.timeout(OPEN_S):
                await connect(dashboard)
                dashboard.transport.write(frame(json.dumps(self._subscription(devices)).encode()))
                await dashboard.welcomed
                await self._read_history(address, self._chance.randrange(devices))
            self.counts["visits"] += 1
            await self._stay(dashboard)

    def _subscription(self, devices: int) -> dict[str, object]:
        some = [f"board-{self._chance.randrange(devices)}"]
        return {"type": "subscribe", "devices": "all" if self._chance.random() < 0.8 else some}

    async def _stay(self, dashboard: Dashboard) -> None:
        stay_s = self._chance.uniform(SHORTEST_STAY_S, LONGEST_STAY_S)
        if self._chance.random() < 0.05:
            self.counts["deaf"] += 1
            dashboard.transport.pause_reading()
            await self._pause(min(stay_s, DEAF_S))
            dashboard.transport.resume_reading()
        await self._pause(stay_s)
        if self._chance.random() < 0.5:
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
