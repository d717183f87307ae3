"""Real sockets: whoever does not read answers no pings either."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from learndj.websocket import WebSocket

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
PATIENCE_S = 10
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Flood:
    """An application that sends as much as it can, until the client is gone. `ended` holds what sending ended with."""

    def __init__(self, *, every_s: float, size: int) -> None:
        self.ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self.disconnected = asyncio.Event()
        self._every_s = every_s
        self._size = size

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        flooding = asyncio.create_task(self._flood(send))
        await receive()
        self.disconnected.set()
        await flooding

    async def _flood(self, send: Send) -> None:
        try:
            while True:
                await send({"type": "websocket.send", "text": "x" * self._size})
                await asyncio.sleep(self._every_s)
        except Exception as error:
            self.ended.set_result(error)


@pytest.fixture
async def deaf_client(request: pytest.FixtureRequest) -> AsyncIterator[Flood]:
    """A client that reads nothing, before a server that pings it every tenth of a second."""
    application = Flood(**request.param)
    config = uvicorn.Config(
        application,
        ws=WebSocket,
        ws_ping_interval=0.1,
        ws_ping_timeout=0.1,
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    with socket.create_connection(listening.getsockname()) as client:
        client.sendall(HANDSHAKE)
        yield application
    server.should_exit = True
    await serving


@pytest.mark.parametrize(
    "deaf_client",
    [{"every_s": 0, "size": 100_000}, {"every_s": 0, "size": 1}],
    ids=["with a full buffer", "with an empty buffer"],
    indirect=True,
)
async def test_a_client_that_answers_no_pings_is_gone_at_once(deaf_client: Flood) -> None:
    async with asyncio.timeout(PATIENCE_S):
        error = await deaf_client.ended
        await deaf_client.disconnected.wait()
    # As for any client that went: what the consumers know as such.
    assert isinstance(error, OSError)
