"""What the publisher's tests share: a stepped clock, a spool in a folder of its own, a server on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from utils.publisher.clock import BoardClock
from utils.publisher.spool import Spool
from utils.publisher.tests.server import FakeServer

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


def close_emulated(hat: Any) -> None:
    """Close what the emulator's library leaves open."""
    hat._stick.close()
    for chip in (hat._humidity, hat._pressure, hat._imu):
        chip._map.close()
        chip._fd.close()
