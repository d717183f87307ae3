"""Histories take turns: threads that compute many at once would leave the event loop no time for acks."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

PATH_END = "/history/"
AT_ONCE = 2


class HistoryTurns:
    """ASGI middleware. A turn lasts until the answer begins: whoever reads slowly holds up nobody."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if not scope["path"].endswith(PATH_END):
            await self.app(scope, receive, send)
            return
        turns = self._turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
        await turns.acquire()
        release = _once(turns.release)

        async def answer(message: Any) -> None:
            release()
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            release()


def _once(release: Any) -> Any:
    pending = [release]

    def call() -> None:
        while pending:
            pending.pop()()

    return call
