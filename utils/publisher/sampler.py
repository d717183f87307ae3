"""Takes a reading every so often, in a thread of its own, so that a slow bus holds nothing up."""

import asyncio
import queue
import threading
from collections.abc import Callable, Mapping
from time import monotonic

from .clock import BoardClock, Stamp

Values = Mapping[str, float]
Job = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Values]"]


class Sampler:
    """Calls `read` every `interval_s` and hands what came, with its stamp, to `on_reading`."""

    def __init__(
        self,
        read: Callable[[], Values],
        on_reading: Callable[[Stamp, Values], None],
        *,
        clock: BoardClock,
        interval_s: float,
    ) -> None:
        self._read = read
        self._on_reading = on_reading
        self._clock = clock
        self._interval_s = interval_s
        self._changed = asyncio.Event()
        self._began_s: float | None = None
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def set_interval(self, interval_s: float) -> None:
        """Change the time between readings, at once."""
        self._interval_s = interval_s
        self._changed.set()

    def stuck_s(self) -> float:
        """For how many seconds the reading in progress has been in progress; 0 when there is none."""
        return 0.0 if self._began_s is None else monotonic() - self._began_s

    async def run(self) -> None:
        """Take readings for ever."""
        # A daemon: a bus that never answers must not keep the program from ending.
        threading.Thread(target=self._work, name="sensor", daemon=True).start()
        try:
            await self._repeat()
        finally:
            self._jobs.put(None)

    async def _repeat(self) -> None:
        due_s = monotonic()
        while True:
            stamp = self._clock.now()
            values = await self._sample()
            if values:
                self._on_reading(stamp, values)
            due_s = await self._wait(due_s)

    async def _sample(self) -> Values:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Values] = loop.create_future()
        self._began_s = monotonic()
        self._jobs.put((loop, answer))
        values = await answer
        self._began_s = None
        return values

    async def _wait(self, last_due_s: float) -> float:
        while (wait_s := last_due_s + self._interval_s - monotonic()) > 0:
            self._changed.clear()
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                break
        due_s = last_due_s + self._interval_s
        # After a long standstill there is no catching up: what was not measured then cannot be measured now.
        return due_s if monotonic() - due_s < self._interval_s else monotonic()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            loop, answer = job
            try:
                values, error = self._read(), None
            except Exception as raised:  # it belongs to whoever waits for the answer
                values, error = {}, raised
            try:
                loop.call_soon_threadsafe(_give, answer, values, error)
            except RuntimeError:
                # The program has ended meanwhile; nobody waits any more.
                return


def _give(answer: "asyncio.Future[Values]", values: Values, error: Exception | None) -> None:
    if answer.cancelled():
        return
    if error is None:
        answer.set_result(values)
    else:
        answer.set_exception(error)
