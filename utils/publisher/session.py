"""One connection: the welcome, the right time, then rounds of fresh readings and backlog."""

import asyncio
import logging
from collections.abc import Callable
from time import monotonic

from websockets.asyncio.client import ClientConnection

from .clock import TOLERANCE_MS, BoardClock, Stamp, anchor_of_greeting
from .commands import Commands
from .counts import Counts
from .delivery import Delivery
from .errors import NoAnswer, ProtocolError
from .protocol import Ack, Command, Other, Refusal, Welcome, parse
from .writer import Writer

log = logging.getLogger(__name__)

GREETING_TIMEOUT_S = 10.0
FRESH_AT_ONCE = 100


class Session:
    """Talks over one connection until it ends; `asked` is when it was asked for.

    `backlog_rate` is in readings a second, 0 for no bound.
    """

    def __init__(
        self,
        connection: ClientConnection,
        *,
        writer: Writer,
        delivery: Delivery,
        clock: BoardClock,
        counts: Counts,
        commands: Commands,
        asked: Stamp,
        backlog_rate: float,
        on_interval: Callable[[float], None],
    ) -> None:
        self._connection = connection
        self._writer = writer
        self._delivery = delivery
        self._clock = clock
        self._counts = counts
        self._commands = commands
        self._asked = asked
        self._backlog_rate = backlog_rate
        self._on_interval = on_interval
        self._backlog_due_s = 0.0
        self._undated_until = 0

    async def run(self) -> None:
        """Work until the connection ends; raises what ended it."""
        welcome = await self._greet()
        self._counts.connected = True
        log.info("Connected to the server as %s.", welcome.device)
        self._delivery.limit = min(self._delivery.limit, welcome.max_readings)
        self._on_interval(welcome.interval_ms / 1000)
        # Not a task group: in Python 3.11 it hides a cancellation that comes as the connection breaks.
        tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in ended:
            task.result()

    async def _greet(self) -> Welcome:
        try:
            async with asyncio.timeout(GREETING_TIMEOUT_S):
                message = parse(await self._connection.recv())
                received = self._clock.now()
                if not isinstance(message, Welcome):
                    raise ProtocolError(
                        "The server did not begin with a welcome. Is this a Sense Live server?"
                    )
                round_trip_s = await (await self._connection.ping())
        except TimeoutError as error:
            raise NoAnswer(
                f"The server did not greet within {GREETING_TIMEOUT_S:g} s. Connecting again."
            ) from error
        anchor = anchor_of_greeting(
            message.time_ms, asked=self._asked, received=received, round_trip_ms=round_trip_s * 1000
        )
        self._note_offset(anchor.server_ms - received.wall_ms)
        self._undated_until = await self._writer.settle(anchor)
        return message

    def _note_offset(self, offset_ms: int) -> None:
        self._counts.clock_offset_ms = offset_ms
        if abs(offset_ms) > TOLERANCE_MS:
            log.warning(
                "The board's clock is %.1f s %s the server's. Readings are dated by the server's.",
                abs(offset_ms) / 1000, "behind" if offset_ms > 0 else "ahead of",
            )  # fmt: skip

    async def _listen(self) -> None:
        while True:
            match parse(await self._connection.recv()):
                case Ack() | Refusal() as answer:
                    self._delivery.hear(answer)
                case Command() as command:
                    await self._commands.hear(command, self._connection)
                case Other(kind):
                    log.debug("The server sent a message this publisher has no use for: %s", kind)

    async def _send(self) -> None:
        await self._delivery.resume(self._connection)
        while True:
            self._writer.arrived.clear()
            await self._send_fresh()
            await self._pause(await self._send_backlog())

    async def _send_fresh(self) -> None:
        # Only those which came dated: dating a backlog from its end would use up the lanes (`times.py`).
        limit = min(FRESH_AT_ONCE, self._delivery.limit)
        fresh = await self._writer.newest(limit, after=self._undated_until)
        await self._delivery.deliver(self._connection, fresh)

    async def _send_backlog(self) -> float | None:
        """Send the oldest readings, if it is time to; returns seconds to the next time, `None` if none are left."""
        if monotonic() >= self._backlog_due_s:
            oldest = await self._writer.oldest(self._delivery.limit)
            if not oldest:
                return None
            await self._delivery.deliver(self._connection, oldest)
            rate = self._backlog_rate
            self._backlog_due_s = monotonic() + (len(oldest) / rate if rate else 0)
        return max(0.0, self._backlog_due_s - monotonic())

    async def _pause(self, wait_s: float | None) -> None:
        try:
            async with asyncio.timeout(wait_s):
                await self._writer.arrived.wait()
        except TimeoutError:
            return
