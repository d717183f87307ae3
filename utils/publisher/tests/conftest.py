"""What the publisher's tests share: a stepped clock, a spool in a folder of its own, a server on loopback, a board."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from utils.publisher.client import Client
from utils.publisher.clock import BoardClock, Stamp
from utils.publisher.commands import Commands
from utils.publisher.counts import Counts
from utils.publisher.matrix import NoMatrix
from utils.publisher.spool import Spool
from utils.publisher.tests.server import TOKEN, FakeServer
from utils.publisher.writer import Writer

NOON_MS = 1_763_640_000_000


@dataclass
class SteppedClock:
    """A board's two clocks, moved by the test."""

    wall_ms: int = NOON_MS
    mono_ms: int = 60_000

    def pass_ms(self, passed_ms: int) -> None:
        """Time goes by: both clocks move."""
        self.wall_ms += passed_ms
        self.mono_ms += passed_ms

    def set_wall(self, step_ms: int) -> None:
        """Somebody sets the clock: only the wall clock moves."""
        self.wall_ms += step_ms

    def board(self, boot_id: str = "boot-1") -> BoardClock:
        """The clock as the publisher sees it."""
        return BoardClock(lambda: self.wall_ms, lambda: self.mono_ms, boot_id)


async def eventually(condition: Callable[[], object], *, within_s: float = 10.0) -> None:
    """Wait until `condition` holds, wherever in the publisher it comes true."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.005)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


OpenSpool = Callable[..., Spool]


@pytest.fixture
def open_spool(tmp_path: Path) -> Iterator[OpenSpool]:
    spools: list[Spool] = []

    def opened(name: str = "spool.db", *, boot_id: str = "boot-1", max_readings: int = 1_000_000) -> Spool:
        spools.append(Spool(tmp_path / name, boot_id=boot_id, max_readings=max_readings))
        return spools[-1]

    yield opened
    for spool in spools:
        spool.close()


@pytest.fixture
async def server() -> AsyncIterator[FakeServer]:
    fake = FakeServer()
    await fake.start()
    yield fake
    await fake.stop()


class Board:
    """A publisher without a sensor: the test puts the readings in."""

    def __init__(self, url: str, spool: Spool, clock: SteppedClock, **settings: Any) -> None:
        self.counts = Counts()
        self.intervals: list[float] = []
        self.clock = clock
        self.writer = Writer(spool, interval_s=0)
        self.commands: Commands = settings.pop("commands", None) or Commands(NoMatrix)
        token = settings.pop("token", TOKEN)
        quick: dict[str, Any] = {"reconnect_limit_s": 0.02, "refused_wait_s": 0.05, "backlog_rate": 0}
        self.client = Client(
            url,
            token,
            writer=self.writer,
            clock=clock.board(),
            counts=self.counts,
            commands=self.commands,
            on_interval=self.intervals.append,
            **quick | settings,
        )

    def put(self, count: int = 1, **extra: float) -> None:
        for _ in range(count):
            self.clock.pass_ms(100)
            values = {"temperature": 21.5, **extra}
            self.writer.put(Stamp(self.clock.wall_ms, self.clock.mono_ms), values)


MakeBoard = Callable[..., Board]


@asynccontextmanager
async def connected(board: Board) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(board.writer.run()), asyncio.create_task(board.client.run())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def make_board(
    server: FakeServer, open_spool: OpenSpool, clock: SteppedClock
) -> AsyncIterator[MakeBoard]:
    boards: list[Board] = []
    server.ahead_ms = NOON_MS - int(time.time() * 1000)

    def made(**settings) -> Board:
        boards.append(Board(settings.pop("url", server.url), open_spool(), clock, **settings))
        return boards[-1]

    yield made
    for board in boards:
        await board.writer.close()
        await board.commands.close()


def close_emulated(hat: Any) -> None:
    """Close what the emulator's library leaves open."""
    hat._stick.close()
    for chip in (hat._humidity, hat._pressure, hat._imu):
        chip._map.close()
        chip._fd.close()


class Watch(threading.Event):
    """Never waits, but looks each time it is asked to."""

    def __init__(self, look: Callable[[], Any]) -> None:
        super().__init__()
        self._look = look
        self.seen: list[Any] = []
        self.waited_s = 0.0

    def wait(self, timeout: float | None = None) -> bool:
        self.seen.append(self._look())
        self.waited_s += timeout or 0
        return False
