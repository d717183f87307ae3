"""Open dashboards by the thousand in a process of their own: they count what arrives, nothing else."""

import asyncio
import json
import multiprocessing
import resource
from collections.abc import Callable
from functools import lru_cache
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, NamedTuple, Self

import uvloop

from benchmarks import mqtt
from benchmarks.websocket import BINARY, TEXT, Address, Client, connect, frame

HANDSHAKES_AT_ONCE = 10
OPEN_S = 120


class Audience(NamedTuple):
    """Whom viewers connect to, how they greet, and what they count: a key of COUNTERS."""

    name: str
    address: Address
    counter: str
    greetings: tuple[bytes, ...] = ()
    # How many messages come before it is ready; they are not counted.
    answers: int = 0


class Counts(NamedTuple):
    """Frames and readings of all viewers of one audience, and the readings of the one that has the fewest."""

    viewers: int
    frames: int
    readings: int
    least: int


# Every viewer gets the same bytes: one of them is looked into.
@lru_cache(maxsize=512)
def _live(payload: bytes) -> int:
    message = json.loads(payload)
    return sum(len(one["time"]) for one in message["series"]) if message["type"] == "readings" else 0


def _tutorial(payload: bytes) -> int:
    return 1


COUNTERS: dict[str, Callable[[bytes], int]] = {"live": _live, "tutorial": _tutorial, "mqtt": mqtt.publishes}


class Viewer(Client):
    """Counts messages that hold readings, and the readings in them."""

    def __init__(self, audience: Audience) -> None:
        super().__init__(audience.address)
        self._count = COUNTERS[audience.counter]
        self._answers = audience.answers
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.frames = self.readings = 0

    def received(self, payload: bytes) -> None:
        if self._answers:
            self._answers -= 1
            if not self._answers:
                self.ready.set_result(None)
            return
        if readings := self._count(payload):
            self.frames += 1
            self.readings += readings


async def _open(audience: Audience, turn: asyncio.Semaphore) -> Viewer:
    async with turn:
        viewer = Viewer(audience)
        await connect(viewer)
        opcode = BINARY if audience.counter == "mqtt" else TEXT
        for greeting in audience.greetings:
            viewer.transport.write(frame(greeting, opcode))
        if audience.answers:
            await viewer.ready
        return viewer


async def _open_all(audience: Audience, count: int) -> list[Viewer]:
    turn = asyncio.Semaphore(HANDSHAKES_AT_ONCE)
    async with asyncio.timeout(OPEN_S):
        return list(await asyncio.gather(*(_open(audience, turn) for _ in range(count))))


def _count(viewers: list[Viewer]) -> Counts:
    if any(viewer.lost for viewer in viewers):
        raise ConnectionError("A viewer lost its connection.")
    frames = sum(viewer.frames for viewer in viewers)
    readings = [viewer.readings for viewer in viewers]
    return Counts(len(viewers), frames, sum(readings), min(readings, default=0))


async def _serve(pipe: Connection) -> None:
    groups: dict[str, list[Viewer]] = {}
    while True:
        order, *arguments = await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        if order == "end":
            return
        try:
            if order == "open":
                audience, count = arguments
                groups.setdefault(audience.name, []).extend(await _open_all(audience, count))
            pipe.send(_count(groups.get(arguments[0] if order == "count" else arguments[0].name, [])))
        except (OSError, TimeoutError) as error:
            pipe.send(error)


def _run(pipe: Connection) -> None:
    raise_file_limit()
    uvloop.run(_serve(pipe))


def raise_file_limit() -> None:
    """As many open sockets as this machine allows; children inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Viewers:
    """The process of the viewers, seen from outside."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(theirs,), daemon=True)

    def open(self, audience: Audience, count: int) -> None:
        """More of them; returns when all are connected and greeted."""
        self._ask("open", audience, count)

    def counts(self, name: str) -> Counts:
        return self._ask("count", name)

    def _ask(self, *order: Any) -> Counts:
        self._pipe.send(order)
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, Counts)
        return answer

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.is_alive():
            self._pipe.send(("end",))
        self._process.join(timeout=5)
        self._process.kill()
