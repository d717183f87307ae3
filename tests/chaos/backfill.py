"""What the live frames did not bring is asked from the history: frontend/src/live/backfill.ts in Python."""

from __future__ import annotations

import asyncio
import json
import random
import time
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from tests.chaos.picture import Picture

AHEAD_MS = 86_400_000
PARALLEL = 4
ASK_TIMEOUT_S = 30.0
RETRY_LIMIT_S = 5.0


@dataclass
class Coverage:
    """Of one device: whether it has a hole, and which, so that one found during a request is not taken for filled."""

    hole: bool = True
    hole_number: int = 0
    busy: bool = False


class Backfill:
    """Fills `picture` from `opened_ms` on, over the server's API at `url`, with the session's `cookie`."""

    def __init__(self, picture: Picture, *, url: str, cookie: str) -> None:
        self.opened_ms = 0
        self.asked = 0
        self.failed = 0
        self.complaints: list[str] = []
        self._picture = picture
        self._url = url
        self._cookie = cookie
        self._coverage: dict[str, Coverage] = {}
        self._active = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(PARALLEL, thread_name_prefix="history")

    def want(self, devices: Iterable[str]) -> None:
        for device in devices:
            self._coverage.setdefault(device, Coverage())
        self._pump()

    def resume(self) -> None:
        """Only after the live frames flow: then nothing can fall between history and frames."""
        self._active = True
        self._pump()

    def suspend(self) -> None:
        self._active = False

    def missed(self) -> None:
        """Frames were lost: all that is shown is asked for again."""
        for coverage in self._coverage.values():
            coverage.hole = True
            coverage.hole_number += 1
        self._pump()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _pump(self) -> None:
        for device, coverage in self._coverage.items():
            if not self._active or len(self._tasks) >= PARALLEL:
                return
            if coverage.hole and not coverage.busy:
                coverage.busy = True
                task = asyncio.create_task(self._fill(device, coverage))
                self._tasks.add(task)
                task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        if error := task.exception():
            self.complaints.append(f"the history could not be taken: {error!r}")
        self._pump()

    async def _fill(self, device: str, coverage: Coverage) -> None:
        hole_number = coverage.hole_number
        try:
            await self._fetch_all(device)
        except (OSError, HTTPException):
            # The server is away, a proxy answers for it, or the line broke in the middle of an answer.
            self.failed += 1
            await asyncio.sleep(random.uniform(0.5, 1) * min(RETRY_LIMIT_S, 2 ** min(self.failed, 5)))
        else:
            if coverage.hole_number == hole_number:
                coverage.hole = False
        finally:
            coverage.busy = False

    async def _fetch_all(self, device: str) -> None:
        """An answer holds the newest of a bounded number: the older ones are asked for until all are there."""
        end_ms = now_ms() + AHEAD_MS
        while True:
            self.asked += 1
            history = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._ask, device, self.opened_ms, end_ms
            )
            self._picture.merge(history)
            oldest_ms = min(history["time"], default=None)
            if history["complete"] or oldest_ms is None or oldest_ms >= end_ms:
                return
            end_ms = oldest_ms

    def _ask(self, device: str, start_ms: int, end_ms: int) -> dict[str, Any]:
        url = f"{self._url}/api/devices/{device}/history/?start={start_ms}&end={end_ms}"
        request = urllib.request.Request(url, headers={"Cookie": self._cookie})
        with urllib.request.urlopen(request, timeout=ASK_TIMEOUT_S) as answer:
            history: dict[str, Any] = json.load(answer)
            return history


def now_ms() -> int:
    return time.time_ns() // 1_000_000
