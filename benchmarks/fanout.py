"""Server time for each frame that reaches a viewer: one publisher, many dashboards."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import uvloop

from benchmarks import cpu
from benchmarks.boards import open_boards, send_paced
from benchmarks.contenders import Contender
from benchmarks.viewers import Counts, Viewers
from benchmarks.websocket import frame

# After what went before: boards that went away are still being written down.
REST_S = 2.0
IDLE_S = 3.0
SETTLE_S = 0.5
ARRIVE_S = 20.0
LOOK_S = 0.05


class Load(NamedTuple):
    """`boards` that send a reading `every_s`; `each` of them that many."""

    boards: int
    every_s: float
    each: int


class Sample(NamedTuple):
    """Server time over a measurement less that of an idle server, and what arrived."""

    used_s: float
    frames: int
    readings: int
    published: int
    lost: int

    @property
    def us_per_frame(self) -> float:
        return self.used_s / max(self.frames, 1) * 1e6

    @property
    def us_per_reading(self) -> float:
        return self.used_s / max(self.readings, 1) * 1e6

    @property
    def us_per_published(self) -> float:
        return self.used_s / self.published * 1e6


def load_of(*, per_second: float, seconds: float, boards: int = 1) -> Load:
    """So many readings a second of all boards together."""
    every_s = boards / per_second
    return Load(boards, every_s, max(2, round(seconds / every_s)))


def idle_rates(contenders: Sequence[Contender]) -> dict[str, float]:
    """Seconds of server time in a second in which nothing is published; the same pause for all."""
    time.sleep(REST_S)
    before = {one.name: cpu.used_s(one.process.pid) for one in contenders}
    time.sleep(IDLE_S)
    return {one.name: (cpu.used_s(one.process.pid) - before[one.name]) / IDLE_S for one in contenders}


def measure(contender: Contender, viewers: Viewers, load: Load, *, idle: float) -> Sample:
    return uvloop.run(_measure(contender, viewers, load, idle))


async def _measure(contender: Contender, viewers: Viewers, load: Load, idle: float) -> Sample:
    boards = await open_boards(contender.way, load.boards)
    frames = [_frames(contender, number) for number in range(load.boards)]
    answered = contender.way.answered
    # The first reading of a device makes its metrics known: not what is measured.
    first = viewers.counts(contender.name)
    await send_paced(boards, frames, every_s=SETTLE_S, each=1, answered=answered)
    before = await _arrived(viewers, contender.name, first.least + load.boards)
    await asyncio.sleep(SETTLE_S)
    start, used_s = time.monotonic(), cpu.used_s(contender.process.pid)
    await send_paced(boards, frames, every_s=load.every_s, each=load.each, answered=answered)
    published = load.boards * load.each
    after = await _arrived(viewers, contender.name, before.least + published)
    used_s = cpu.used_s(contender.process.pid) - used_s - idle * (time.monotonic() - start)
    for board in boards:
        board.close()
    readings = after.readings - before.readings
    return Sample(
        used_s, after.frames - before.frames, readings, published, published * after.viewers - readings
    )


def _frames(contender: Contender, board: int) -> Iterator[bytes]:
    while True:
        yield frame(contender.message(board), contender.way.opcode)


async def _arrived(viewers: Viewers, name: str, least: int) -> Counts:
    """The counts once every viewer has that many readings, or when waiting longer is of no use."""
    deadline = time.monotonic() + ARRIVE_S
    while True:
        counts = viewers.counts(name)
        if not counts.viewers or counts.least >= least or time.monotonic() > deadline:
            return counts
        await asyncio.sleep(LOOK_S)
