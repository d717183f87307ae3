"""Group commit: while one commit runs, the rows of all devices gather; the next commit takes them all."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from channels.db import database_sync_to_async

from liveapp.counts import Counts
from liveapp.errors import Refusal, StorageUnavailable
from liveapp.store import Outcome, Row, Store

logger = logging.getLogger(__name__)

# Bounds one transaction, and with it how long the first batch in line can wait.
MAX_COMMIT_ROWS = 10_000


class _Waiting(NamedTuple):
    rows: Sequence[Row]
    done: asyncio.Future[list[Outcome]]


class Writer:
    """The one place in a process that writes readings. No timer: the batch size tunes itself."""

    def __init__(self, store: Store, counts: Counts | None = None) -> None:
        self._counts = counts or Counts()
        self._waiting: deque[_Waiting] = deque()
        self._running: asyncio.Task[None] | None = None
        self._closed = False
        self._is_away = False
        # A thread of its own, so that a slow history query never delays an ack.
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ingest")
        self._commit = database_sync_to_async(store.commit, thread_sensitive=False, executor=self._executor)

    def batches_waiting(self) -> int:
        """How many calls of `save` wait for the next commit."""
        return len(self._waiting)

    async def save(self, rows: Sequence[Row]) -> list[Outcome]:
        """Store rows durably; one outcome each, in their order.

        Awaiting it is the back-pressure. Raises StorageUnavailable; then nothing may be acknowledged.
        """
        if self._closed:
            raise StorageUnavailable("The server is going away. Send the readings again.")
        if not rows:
            return []
        done: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(rows, done))
        self._counts.rows_waiting += len(rows)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._drain())
        return await done

    async def _drain(self) -> None:
        while self._waiting:
            group = self._take_group()
            rows = [row for waiting in group for row in waiting.rows]
            self._counts.rows_waiting -= len(rows)
            began_s = time.monotonic()
            try:
                outcomes = await self._commit(rows)
            except Exception as error:
                self._counts.commits["failed"] += 1
                # Anything else is a defect of ours, which whoever waited brings to the log with its traceback.
                if isinstance(error, StorageUnavailable):
                    self._note_away(error)
                _tell_all(group, error)
            else:
                self._note_back()
                self._count(len(rows), time.monotonic() - began_s)
                _hand_out(group, outcomes)

    def _note_away(self, error: StorageUnavailable) -> None:
        """In the log once when the database goes and once when it is back, not for every commit."""
        if not self._is_away:
            cause = str(error.__cause__ or error)[:200]
            logger.warning(
                "Readings cannot be stored, boards keep them: the database does not answer (%s).", cause
            )
        self._is_away = True

    def _note_back(self) -> None:
        if self._is_away:
            logger.warning("The database is back: readings are stored again.")
        self._is_away = False

    def _count(self, rows: int, took_s: float) -> None:
        self._counts.commits["done"] += 1
        self._counts.commit_rows.observe(rows)
        self._counts.commit_seconds.observe(took_s)

    def _take_group(self) -> list[_Waiting]:
        group = [self._waiting.popleft()]
        rows = len(group[0].rows)
        while self._waiting and rows + len(self._waiting[0].rows) <= MAX_COMMIT_ROWS:
            rows += len(self._waiting[0].rows)
            group.append(self._waiting.popleft())
        return group

    async def close(self) -> None:
        """Finish what was handed in, take nothing more."""
        self._closed = True
        if self._running is not None:
            await self._running
        await asyncio.to_thread(self._executor.shutdown)


def _tell_all(group: Sequence[_Waiting], error: Exception) -> None:
    for waiting in group:
        if not waiting.done.done():
            # One refusal for each: whoever catches it writes its own message's id on it.
            waiting.done.set_exception(type(error)(error.detail) if isinstance(error, Refusal) else error)


def _hand_out(group: Sequence[_Waiting], outcomes: list[Outcome]) -> None:
    start = 0
    for waiting in group:
        end = start + len(waiting.rows)
        # Whoever waited may be gone; what it sent is stored all the same.
        if not waiting.done.done():
            waiting.done.set_result(outcomes[start:end])
        start = end
