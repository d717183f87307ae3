"""Whether this process can do its work: asked by proxies and operators, and never a load on what it asks."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from channels.db import database_sync_to_async

from liveapp.errors import StorageUnavailable
from liveapp.models import Sequence
from liveapp.process import Process
from liveapp.store import storage_errors

# An answer is good for so long, whoever asks meanwhile.
FRESH_S = 1.0
# A database that needs longer is away for those who wait for it.
PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Health:
    """Each part in plain words; `is_ready` says whether to send anybody here. docs/decisions/0005 says why so."""

    is_ready: bool
    parts: dict[str, str]


class Check:
    """Looks at the parts of one process, once at a time. A database that hangs holds one thread, not one a question."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")
        self._look = database_sync_to_async(_ask_database, thread_sensitive=False, executor=self._executor)
        self._asking: asyncio.Task[None] | None = None
        self._answered_s = 0.0
        self._database = "not asked yet"

    async def look(self) -> Health:
        if time.monotonic() > self._answered_s + FRESH_S:
            await self._ask()
        stage = self._stage()
        return Health(stage == "ok", {"process": stage, "database": self._database, "layer": self._layer()})

    def _stage(self) -> str:
        if self.process.closing.is_set():
            return "going away"
        # Once only: a database that goes later goes for all servers, and none would be left to say so.
        return "ok" if self.process.catch_up.loaded.is_set() else "starting: it waits for the database"

    def _layer(self) -> str:
        if self.process.hub.reception.interrupted_since_ms is None:
            return "ok"
        return "away: live updates are interrupted, readings are stored"

    async def _ask(self) -> None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._note())
        done, _ = await asyncio.wait([self._asking], timeout=PATIENCE_S)
        for asked in done:
            asked.result()
        if not done:
            self._database = f"no answer within {PATIENCE_S:g} s: boards keep their readings"

    async def _note(self) -> None:
        try:
            await self._look()
            self._database = "ok"
        except StorageUnavailable:
            self._database = "away: boards keep their readings"
        self._answered_s = time.monotonic()


def _ask_database() -> None:
    with storage_errors():
        Sequence.objects.filter(name="device").exists()
