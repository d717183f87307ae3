"""An open dashboard that behaves as the page in the browser does (frontend/src/live), and remembers all it was told."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from typing import Any

from websockets import Origin
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from tests.chaos.backfill import Backfill
from tests.chaos.picture import Picture
from tests.processes import HOST

HANDSHAKE_S = 15.0
SILENCE_S = 45.0
SPREAD_S = 3.0
# The page's own limit is 30 s; a run of minutes has no time for that.
BACKOFF_LIMIT_S = 4.0
GOING_AWAY = (1001, 1012)
SIGN_IN_AGAIN = 4401


class Dashboard:
    """One viewer behind `port`, of all devices or of some. `complaints` is what a page should never meet."""

    def __init__(self, name: str, *, port: int, cookie: str, devices: list[str] | None = None) -> None:
        self.name = name
        self.picture = Picture()
        self.online: dict[str, bool] = {}
        self.connections = 0
        self.gaps = 0
        self.is_live = False
        url = f"http://{HOST}:{port}"
        self.backfill = Backfill(self.picture, url=url, cookie=cookie)
        self.complaints = self.backfill.complaints
        self._origin = Origin(url)
        self._url = f"ws://{HOST}:{port}/ws/live/"
        self._cookie = cookie
        self._subscribe = json.dumps({"type": "subscribe", "devices": devices or "all"})
        self._attempt = 0
        self._has_missed = False
        self._connection: ClientConnection | None = None
        self._asking_again: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Stay connected, for ever."""
        try:
            while True:
                wait_s = await self._talk()
                await self._lose()
                await asyncio.sleep(wait_s)
        finally:
            await self._lose()
            await self.backfill.close()

    async def _lose(self) -> None:
        self._has_missed = self._has_missed or self.is_live
        self.is_live = False
        self.backfill.suspend()
        if self._asking_again is not None:
            self._asking_again.cancel()
            await asyncio.gather(self._asking_again, return_exceptions=True)
            self._asking_again = None

    async def _talk(self) -> float:
        """One connection from its beginning to its end; seconds to wait before the next."""
        try:
            async with connect(
                self._url,
                origin=self._origin,
                additional_headers={"Cookie": self._cookie},
                open_timeout=HANDSHAKE_S,
                close_timeout=1,
                ping_interval=None,
                compression=None,
                max_size=None,
                proxy=None,
            ) as connection:
                self._connection = connection
                await connection.send(self._subscribe)
                await self._listen(connection)
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
            if code in GOING_AWAY:
                return random.uniform(0, SPREAD_S)
            if code == SIGN_IN_AGAIN:
                self.complaints.append("closed with 4401: told to sign in again")
        except InvalidStatus as refused:
            if refused.response.status_code < 500:
                self.complaints.append(f"refused with {refused.response.status_code}")
        except (OSError, InvalidHandshake, TimeoutError):
            pass  # The line is cut, or the server away: again in a moment.
        self._attempt += 1
        return random.uniform(0.5, 1) * min(BACKOFF_LIMIT_S, 2.0 ** (self._attempt - 1))

    async def _listen(self, connection: ClientConnection) -> None:
        while True:
            async with asyncio.timeout(SILENCE_S):
                text = await connection.recv()
            self._take(json.loads(text))

    def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "welcome":
                self._welcome(message)
            case "readings":
                for series in message["series"]:
                    self.picture.merge(series)
            case "gap":
                self.gaps += 1
                self._has_missed = True
                self._ask_again_in(0)
            case "presence":
                self.online[message["device"]] = message["online"]
            case "error" if "retry_ms" in message:
                self._ask_again_in(message["retry_ms"] / 1000)
            case "error":
                self.complaints.append(f"told an error: {message}")

    def _ask_again_in(self, wait_s: float) -> None:
        """Not only readings were missed: who came and went comes with another welcome."""
        if self._asking_again is None:
            self._asking_again = asyncio.create_task(self._ask_again(wait_s + random.uniform(0, SPREAD_S)))

    async def _ask_again(self, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        self._asking_again = None
        assert self._connection is not None
        with suppress(ConnectionClosed):
            await self._connection.send(self._subscribe)

    def _welcome(self, message: dict[str, Any]) -> None:
        self.is_live = True
        self.connections += 1
        self._attempt = 0
        self.online = {device["id"]: device["online"] for device in message["devices"]}
        self.backfill.opened_ms = self.backfill.opened_ms or message["time"]
        if self._has_missed:
            self._has_missed = False
            self.backfill.missed()
        self.backfill.resume()
        self.backfill.want(self.online)
