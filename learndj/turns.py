"""Histories take turns: threads that compute many at once would leave the event loop no time for acks."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

PATH_ENDS = ("/history/", "/statistics/")
AT_ONCE = 2


class HistoryTurns:
    """ASGI middleware. A turn lasts from the whole request to the begin of the answer: slow clients hold up nobody."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if not scope["path"].endswith(PATH_ENDS):
            await self.app(scope, receive, send)
            return
        turns = self._turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
        turn = Turn(turns)

        async def ask() -> Any:
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body"):
                # Not earlier: whoever never ends a request holds up nobody either.
                await turn.begin()
            return message

        async def answer(message: Any) -> None:
            turn.end()
            await send(message)

        try:
            await self.app(scope, ask, answer)
        finally:
            turn.end()


class Turn:
    """One request's; it begins once and ends once, however often it is told."""

    def __init__(self, turns: asyncio.Semaphore) -> None:
        self._turns = turns
        self._was_asked = self._is_held = False

    async def begin(self) -> None:
        if not self._was_asked:
            self._was_asked = True
            await self._turns.acquire()
            self._is_held = True

    def end(self) -> None:
        if self._is_held:
            self._is_held = False
            self._turns.release()
