"""Real sockets of clients that read nothing, answer no pings, or go in the middle."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.utils import ClientDisconnected

from learndj.websocket import WebSocket

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
PATIENCE_S = 10
ACCEPT = {"type": "websocket.accept"}
HELLO = {"type": "websocket.send", "text": "hello"}
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
        await send(ACCEPT)
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


@asynccontextmanager
async def client_of(application: Any, *, ws: type[WebSocket] = WebSocket) -> AsyncIterator[socket.socket]:
    """A client that has asked for a WebSocket and reads nothing; it is pinged every tenth of a second."""
    config = uvicorn.Config(
        application, ws=ws, ws_ping_interval=0.1, ws_ping_timeout=0.1, lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        with socket.create_connection(listening.getsockname()) as client:
            client.sendall(HANDSHAKE)
            yield client
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def deaf_client(request: pytest.FixtureRequest) -> AsyncIterator[Flood]:
    application = Flood(**request.param)
    async with client_of(application):
        yield application


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


async def test_a_client_that_goes_while_it_is_let_in_is_known_to_be_gone() -> None:
    errors: asyncio.Future[list[type[Exception] | None]] = asyncio.get_running_loop().create_future()
    opened: list[WebSocket] = []

    class Watched(WebSocket):
        def connection_made(self, transport: Any) -> None:
            opened.append(self)
            super().connection_made(transport)

    async def let_in(scope: Any, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await receive()
        # As a reset does: the event loop knows by now, and tells the protocol in its next round.
        opened[0].transport.abort()
        errors.set_result([await error_of(send(message)) for message in (ACCEPT, HELLO)])

    async with asyncio.timeout(PATIENCE_S), client_of(let_in, ws=Watched):
        assert await errors == [ClientDisconnected, ClientDisconnected]


async def error_of(work: Awaitable[None]) -> type[Exception] | None:
    try:
        await work
    except Exception as error:
        return type(error)
    return None
