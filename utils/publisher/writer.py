"""The spool's one writing thread: gathers readings into commits, so that an SD card lives long.

The first reading after a pause is committed at once; those that follow wait until `interval_s` has passed since the
last commit, or until `most` have gathered. A power loss can take what was taken since the last commit, nothing else.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

from .clock import Anchor, Stamp
from .errors import SpoolUnusable
from .spool import Dated, Spool, Taken
from .spool_file import is_damage

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_WAITING = 10_000
RETRY_S = 5.0


class Writer:
    """The spool, as the event loop sees it. `arrived` is set whenever readings became durable."""

    def __init__(self, spool: Spool, *, interval_s: float = 1.0, most: int = 100) -> None:
        self.arrived = asyncio.Event()
        self.committed = 0
        self.dropped = spool.counted("dropped")
        self._spool = spool
        self._interval_s = interval_s
        self._most = most
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._waiting: deque[Taken] = deque()
        self._done: set[int] = set()
        self._held: set[int] = set()
        self._changed = asyncio.Event()
        self._failing = False
        self._lost = 0
        self._full = False

    @property
    def backlog(self) -> int:
        """How many readings the server does not have yet."""
        return self._spool.backlog + len(self._waiting) - len(self._done)

    def put(
        self, stamp: Stamp, values: Mapping[str, float], record: Callable[[int], None] | None = None
    ) -> int:
        """Take a reading in; returns its number. `record` is called with the number before anything else happens."""
        seq = self._spool.next_seq()
        if record is not None:
            record(seq)
        self._waiting.append(Taken(seq, stamp, values))
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self._lost += 1
        self._changed.set()
        return seq

    def forget(self, seqs: set[int]) -> None:
        """The server has these: the next commit removes them."""
        self._done |= seqs
        self._held -= seqs
        self._changed.set()

    async def run(self) -> None:
        """Commit for ever, at the pace set."""
        next_s = monotonic()
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._gather(next_s)
            next_s = monotonic() + self._interval_s
            if not await self.commit():
                next_s = monotonic() + RETRY_S

    async def _gather(self, until_s: float) -> None:
        while (wait_s := until_s - monotonic()) > 0 and not (self._is_enough() and not self._failing):
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                return
            self._changed.clear()

    def _is_enough(self) -> bool:
        return len(self._waiting) >= self._most or len(self._done) >= 10 * self._most

    async def commit(self) -> bool:
        """Commit what waits; False (said once) when the disk will not have it, and then nothing is forgotten."""
        taken, done, held, lost = list(self._waiting), set(self._done), set(self._held), self._lost
        try:
            dropped = await self._call(lambda: self._spool.commit(taken, done, held, lost=lost))
        except (sqlite3.Error, SpoolUnusable) as error:
            self._say_failing(error)
            self._changed.set()
            return False
        if self._failing:
            log.warning("The spool can be written again.")
        self._failing = False
        self._lost -= lost
        self._note_dropped(dropped + lost)
        self._settle_accounts(taken, done)
        return True

    def _settle_accounts(self, taken: list[Taken], done: set[int]) -> None:
        self._done -= done
        written = {reading.seq for reading in taken}
        still = deque(reading for reading in self._waiting if reading.seq not in written)
        self.committed += len(self._waiting) - len(still)
        self._waiting = still
        if taken:
            self.arrived.set()

    def _note_dropped(self, dropped: int) -> None:
        if dropped and not self._full:
            log.warning(
                "The spool is full: the oldest readings give way to new ones, until the server takes some."
            )
        self._full = dropped > 0
        self.dropped += dropped

    def _say_failing(self, error: Exception) -> None:
        if not self._failing:
            log.error("The spool cannot be written: %s. Readings are kept in memory; trying again.", error)
        self._failing = True

    async def settle(self, anchor: Anchor) -> int:
        """See `Spool.settle`. What waits is committed first, so that all which is later comes dated."""
        await self.commit()
        return await self._call(lambda: self._spool.settle(anchor))

    async def unsettle(self) -> None:
        """See `Spool.unsettle`."""
        await self._call(self._spool.unsettle)

    async def newest(self, limit: int, *, after: int) -> list[Dated]:
        """The latest readings the server does not have yet; they are held until `forget`."""
        return await self._hold(lambda done: self._spool.newest(limit, after=after, without=done))

    async def oldest(self, limit: int) -> list[Dated]:
        """The oldest readings the server does not have yet; they are held until `forget`."""
        return await self._hold(lambda done: self._spool.oldest(limit, without=done))

    async def _hold(self, read: Callable[[set[int]], list[Dated]]) -> list[Dated]:
        done = set(self._done)
        batch = await self._call(lambda: read(done))
        self._held = {reading.seq for reading in batch}
        return batch

    async def refuse(self, seq: int) -> None:
        """Remove a reading the server will never take, and count it for good."""
        await self._call(lambda: self._spool.refuse(seq))
        self._held.discard(seq)

    async def undate(self, seqs: set[int]) -> None:
        """See `Spool.undate`; they wait to be sent again."""
        await self._call(lambda: self._spool.undate(seqs))
        self._held -= seqs

    async def counted(self, name: str) -> int:
        """See `Spool.counted`."""
        return await self._call(lambda: self._spool.counted(name))

    async def close(self) -> None:
        """Commit what waits, close the file, end the thread."""
        if not await self.commit():
            log.error("%d readings could not be written and are lost.", len(self._waiting))
        await self._call(self._spool.close)
        self._thread.shutdown()

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._guarded, work)

    def _guarded(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self._spool.begin_anew(error)
            return work()
