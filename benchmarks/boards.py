"""Boards that send readings: at a given pace, or as fast as the answers come."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from benchmarks.websocket import BINARY, TEXT, Address, Client, connect, frame

OPEN_S = 30
ANSWER_S = 30
# Old enough that no run reaches the future; every reading of a run has a millisecond of its own.
_times_ms = count(int(time.time() * 1000) - 30 * 24 * 3_600_000)


class Way(NamedTuple):
    """How a board speaks to a server. `welcomed`: the server speaks first, or after `greeting`."""

    addresses: Sequence[Address]
    greeting: bytes = b""
    welcomed: bool = False
    answered: bool = True
    opcode: int = TEXT


class Board(Client):
    """Sends one message and waits for its answer."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def received(self, payload: bytes) -> None:
        if not self._answer.done():
            self._answer.set_result(payload)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if not self._answer.done():
            self._answer.set_exception(ConnectionError(f"{self.address.path}: the board lost its connection"))

    async def answer(self) -> bytes:
        return await self._answer

    async def ask(self, data: bytes) -> bytes:
        """Send a frame and return the payload of the answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return await self._answer


def values() -> str:
    """What one measurement holds, as a part of a JSON object, with a time of its own."""
    degrees, percent, pascals = random.uniform(15, 30), random.uniform(30, 60), random.uniform(980, 1030)
    head = f'"time":{next(_times_ms)},"temperature":{degrees:.2f}'
    return f'{head},"humidity":{percent:.2f},"pressure":{pascals:.2f}'


async def open_board(way: Way, number: int) -> Board:
    board = Board(way.addresses[number])
    await connect(board)
    if way.greeting:
        board.transport.write(frame(way.greeting, BINARY))
    if way.welcomed:
        await board.answer()
    return board


async def open_boards(way: Way, number: int) -> list[Board]:
    async with asyncio.timeout(OPEN_S):
        return [await open_board(way, index) for index in range(number)]


async def send_paced(
    boards: Sequence[Board], frames: Sequence[Iterator[bytes]], *, every_s: float, each: int, answered: bool
) -> None:
    """`each` frames from every board, one every `every_s`, the boards evenly spread over that time."""
    start = time.monotonic()

    async def run(index: int) -> None:
        begin = start + every_s * index / len(boards)
        for turn in range(each):
            await asyncio.sleep(max(0, begin + every_s * turn - time.monotonic()))
            data = next(frames[index])
            if answered:
                await boards[index].ask(data)
            else:
                boards[index].transport.write(data)

    async with asyncio.timeout(each * every_s + ANSWER_S):
        await asyncio.gather(*(run(index) for index in range(len(boards))))


async def send_fast(
    boards: Sequence[Board],
    frames: Sequence[Sequence[bytes]],
    stored: Callable[[bytes], int],
    *,
    seconds: float,
) -> tuple[int, float]:
    """Each board sends its frames, one in flight, for `seconds`; the readings said to be stored, and the time taken."""
    start = time.monotonic()

    async def run(board: Board, mine: Sequence[bytes]) -> int:
        done = 0
        for data in mine:
            if time.monotonic() > start + seconds:
                break
            done += stored(await board.ask(data))
        return done

    async with asyncio.timeout(seconds + ANSWER_S):
        done = await asyncio.gather(*map(run, boards, frames))
    return sum(done), time.monotonic() - start
