"""A server that speaks the protocol over a real WebSocket, and misbehaves as told."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

TOKEN = "kitchen.secret"
Answer = dict[str, Any] | str | None


def ack(
    message: dict[str, Any], *, rejected: tuple[dict[str, Any], ...] = (), duplicates: int = 0
) -> dict[str, Any]:
    """The ack for a `readings` message."""
    stored = len(message["readings"]) - duplicates - len(rejected)
    return {
        "type": "ack",
        "id": message["id"],
        "stored": stored,
        "duplicates": duplicates,
        "rejected": list(rejected),
    }


def error(message: dict[str, Any], code: str, *, retry_ms: int | None = None) -> dict[str, Any]:
    """The error for a `readings` message."""
    answer = {"type": "error", "id": message["id"], "code": code, "detail": f"told so: {code}"}
    return answer if retry_ms is None else answer | {"retry_ms": retry_ms}


class FakeServer:
    """Stores readings as the real one does: by millisecond, equal values at a known one being a duplicate.

    `script` holds functions from a message to an answer (`None` for silence), used up one a message; after that each
    message is acknowledged.
    """

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.stored: dict[int, dict[str, float]] = {}
        self.conflicts: list[dict[str, float]] = []
        self.duplicates = 0
        self.results: list[dict[str, Any]] = []
        self.connections = 0
        self.connected_at: list[float] = []
        self.close_codes: list[int | None] = []
        self.headers: list[Headers] = []
        self.script: deque[Callable[[dict[str, Any]], Answer]] = deque()
        self.status: HTTPStatus | None = None
        self.status_body = "{}"
        self.greeting: Callable[[], str] = self.welcome
        self.close_at_once: tuple[int, str] | None = None
        self.close_code_after: int | None = None
        self.ahead_ms = 0
        self.max_readings = 1000
        self.interval_ms = 1000
        self.changed = asyncio.Condition()
        self._server: Server | None = None
        self._connection: ServerConnection | None = None

    def welcome(self) -> str:
        """The message that begins a connection."""
        return json.dumps(
            {
                "type": "welcome",
                "device": "kitchen",
                "time": time.time_ns() // 1_000_000 + self.ahead_ms,
                "max_readings": self.max_readings,
                "interval_ms": self.interval_ms,
            }
        )

    async def start(self, port: int = 0) -> None:
        """Listen on loopback."""
        self._server = await serve(
            self._serve, "127.0.0.1", port, process_request=self._admit, compression=None, max_size=256 * 1024
        )

    async def stop(self) -> None:
        """Close everything."""
        if self._server is not None:
            self._server.close(close_connections=True)
            await self._server.wait_closed()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    @property
    def url(self) -> str:
        """Where a device connects to."""
        return f"ws://127.0.0.1:{self.port}/ws/device/"

    async def command(self, name: str, command_id: str = "1", **more: Any) -> None:
        """Send a command over the latest connection."""
        await self.say({"type": "command", "id": command_id, "command": name, **more})

    async def say(self, message: dict[str, Any]) -> None:
        """Send a message over the latest connection."""
        assert self._connection is not None
        await self._connection.send(json.dumps(message))

    async def until(self, condition: Callable[[], bool], *, within_s: float = 15.0) -> None:
        """Wait for a condition on what has arrived."""
        async with asyncio.timeout(within_s), self.changed:
            await self.changed.wait_for(condition)

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        self.headers.append(request.headers)
        self.connected_at.append(time.monotonic())
        await self._notify()
        if self.status is not None:
            return connection.respond(self.status, self.status_body)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return connection.respond(HTTPStatus.UNAUTHORIZED, '{"code": "unauthorized", "detail": "no"}')
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        self.connections += 1
        await self._notify()
        if self.close_at_once:
            await connection.close(*self.close_at_once)
            return
        await connection.send(self.greeting())
        self._connection = connection
        async for frame in connection:
            message = json.loads(frame)
            if message["type"] == "result":
                self.results.append(message)
                await self._notify()
                continue
            self.messages.append(message)
            answer = self.script.popleft()(message) if self.script else self._store(message)
            if answer is not None:
                await connection.send(answer if isinstance(answer, str) else json.dumps(answer))
            await self._notify()
            if self.close_code_after is not None:
                code, self.close_code_after = self.close_code_after, None
                await connection.close(code)
        self.close_codes.append(connection.close_code)
        await self._notify()

    def _store(self, message: dict[str, Any]) -> dict[str, Any]:
        duplicates = 0
        for reading in message["readings"]:
            values = {name: value for name, value in reading.items() if name != "time"}
            before = self.stored.get(reading["time"])
            if before == values:
                duplicates += 1
            elif before is not None:
                self.conflicts.append(reading)
            self.stored[reading["time"]] = values
        self.duplicates += duplicates
        return ack(message, duplicates=duplicates)

    def store_silently(self, message: dict[str, Any]) -> None:
        """Store, and lose the ack."""
        self._store(message)
