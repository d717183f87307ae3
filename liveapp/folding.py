"""Changes that come quickly one after the other go to the dashboards as one message."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any

TICK_S = 0.05
# Bounds one message on the bus.
MAX_CHANGES = 200

Change = dict[str, Any]
# Of which object, and whether it is its removal: another one may come under the same name right after it.
Key = tuple[str, str, bool]


class Folding:
    """When the line is quiet the first change goes at once; of one object the last state is told, once in a tick."""

    def __init__(self, send: Callable[[str, dict[str, Any]], Awaitable[bool]]) -> None:
        self._send = send
        self._fresh: dict[Key, Change] = {}
        self._ticking: asyncio.Task[None] | None = None
        self._sending = asyncio.Lock()

    def add(self, change: Change) -> None:
        model, object_id, is_removal = change["model"], change["id"], change["action"] == "remove"
        before = self._fresh.pop((model, object_id, False), None)
        folded = change if before is None or is_removal else _folded(before, change)
        # Behind all others: it is the newest of what is told.
        self._fresh.pop((model, object_id, is_removal), None)
        self._fresh[model, object_id, is_removal] = folded
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.create_task(self._tick())

    async def _tick(self) -> None:
        while self._fresh:
            await self.flush()
            await asyncio.sleep(TICK_S)

    async def flush(self) -> None:
        """Tell what waits, now."""
        async with self._sending:
            fresh, self._fresh = iter(self._fresh.values()), {}
            while part := list(islice(fresh, MAX_CHANGES)):
                await self._send("changes", {"changes": part})

    async def close(self) -> None:
        """The same, and nothing after it."""
        await self.flush()
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)


def _folded(before: Change, after: Change) -> Change:
    """Two changes of one object as one. What two tabs did is news to both."""
    origin = after["origin"] if before["origin"] == after["origin"] else None
    return {**after, "action": before["action"], "origin": origin}
