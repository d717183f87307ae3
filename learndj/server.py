"""The production server: uvicorn, with the settings this product needs, and a shut-down that loses nothing."""

import gc
import signal
import socket
from contextlib import suppress

import uvicorn
from django.urls import get_resolver

from learndj.websocket import WebSocket
from liveapp import process
from liveapp.protocol import MAX_MESSAGE_BYTES
from liveapp.worker import Workers


class Server(uvicorn.Server):
    """Acks what is being stored and closes sockets with 1001 before uvicorn closes what is left."""

    workers: Workers | None = None

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until SIGTERM or Ctrl-C; comes back when the shut-down was clean, so that the program ends with 0."""
        # uvicorn raises the signal again when all is done, to end the program by it. Who asked for the end would
        # take that for a crash.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            super().run(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        spare_what_is_loaded()
        if self.workers is not None:
            self.workers.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        if self.workers is not None:
            self.workers.stop()
        await process.close()
        await super().shutdown(sockets)


def spare_what_is_loaded() -> None:
    """Leave the program itself out of Python's search for garbage.

    It is half a million objects that never go: to look at them all is a pause of a tenth of a second for everybody.
    """
    # What the first request would load.
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


def new_server(*, host: str, port: int, with_worker: bool = True) -> Server:
    config = uvicorn.Config(
        "learndj.asgi:application",
        host=host,
        port=port,
        # It waits when a client does not read: a slow viewer is slowed down instead of filling memory.
        ws=WebSocket,
        ws_max_size=MAX_MESSAGE_BYTES,
        # A board whose power went is noticed before its lease would have run out.
        ws_ping_interval=15,
        ws_ping_timeout=10,
        ws_per_message_deflate=False,
        lifespan="on",
        # Addresses can carry a device's token.
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
        proxy_headers=False,
    )
    server = Server(config)
    if with_worker:
        server.workers = Workers()
    return server
