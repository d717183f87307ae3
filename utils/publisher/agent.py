"""The whole publisher: sensor → spool → server, until it is told to stop."""

import asyncio
import logging
from collections.abc import Collection, Coroutine
from typing import Any

from .client import Client
from .clock import BoardClock, Stamp
from .commands import Commands
from .config import Config
from .counts import Counts
from .notify import Notifier
from .plausible import Sieve
from .reader import Reader
from .record import Record
from .sampler import Sampler, Values
from .sensors import Sensor
from .spool import Spool
from .writer import Writer

log = logging.getLogger(__name__)

FIRST_INTERVAL_S = 1.0
SHORTEST_INTERVAL_S = 0.005
STUCK_AFTER_S = 30.0


class Agent:
    """Ties the parts together for one run. `counts` is its account."""

    def __init__(
        self,
        config: Config,
        sensor: Sensor,
        spool: Spool,
        *,
        clock: BoardClock,
        notifier: Notifier | None = None,
    ) -> None:
        self.counts = Counts()
        self.writer = Writer(spool, interval_s=config.commit_interval, most=config.commit_readings)
        self._config = config
        self._notifier = notifier or Notifier()
        self._record = Record(config.record) if config.record else None
        sieve = Sieve(self.counts.left_out, noisy=sensor.noisy)
        reader = Reader(sensor, sieve, self.counts, config.heat_factor)
        first_s = config.interval or FIRST_INTERVAL_S
        self._sampler = Sampler(reader.read, self._take, clock=clock, interval_s=first_s)
        self._commands = Commands(sensor.screen)
        self._client = self._make_client(clock)

    def _make_client(self, clock: BoardClock) -> Client:
        config = self._config
        return Client(
            config.url,
            config.token,
            writer=self.writer,
            clock=clock,
            counts=self.counts,
            commands=self._commands,
            on_interval=self._wish_interval,
            ack_timeout_s=config.ack_timeout,
            backlog_rate=config.backlog_rate,
            reconnect_limit_s=config.reconnect_limit,
            refused_wait_s=config.refused_wait,
            tls=config.tls(),
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then commit, close the spool and return."""
        try:
            await self._work(stop)
        finally:
            await self.writer.close()
            await self._commands.close()
            if self._record is not None:
                self._record.close()
            log.info("Stopped: %s", self._summary())

    async def _work(self, stop: asyncio.Event) -> None:
        jobs: list[Coroutine[Any, Any, None]] = [
            self.writer.run(),
            self._sampler.run(),
            self._client.run(),
            self._summarize(),
            self._feed_watchdog(),
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job) for job in jobs]
            self._notifier.tell("READY=1")
            await stop.wait()
            self._notifier.tell("STOPPING=1")
            await _end(tasks)

    def _take(self, stamp: Stamp, values: Values) -> None:
        record = self._record
        self.writer.put(stamp, values, None if record is None else lambda seq: record.write(seq, values))
        self.counts.taken += 1

    def _wish_interval(self, interval_s: float) -> None:
        if self._config.interval is None:
            self._sampler.set_interval(max(interval_s, SHORTEST_INTERVAL_S))

    def _summary(self) -> str:
        writer = self.writer
        return self.counts.line(spooled=writer.committed, dropped=writer.dropped, backlog=writer.backlog)

    async def _summarize(self) -> None:
        while True:
            await asyncio.sleep(self._config.summary_interval)
            log.info("%s", self._summary())
            self._notifier.tell(f"STATUS={self._summary()}")

    async def _feed_watchdog(self) -> None:
        fed = True
        while self._notifier.watchdog_s:
            stuck = self._sampler.stuck_s() > STUCK_AFTER_S
            if not stuck:
                self._notifier.tell("WATCHDOG=1")
            elif fed:
                log.error(
                    "The sensor has not answered for %g s; systemd will start the publisher anew.",
                    STUCK_AFTER_S,
                )
            fed = not stuck
            await asyncio.sleep(self._notifier.watchdog_s)


async def _end(tasks: Collection[asyncio.Task[None]]) -> None:
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        # A cancellation can get lost where something breaks in the same moment: ask until all have ended.
        _, pending = await asyncio.wait(pending, timeout=1)
