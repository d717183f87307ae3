"""The production server: uvicorn, with the settings this product needs, and a shut-down that loses nothing."""

import socket

import uvicorn

from liveapp import process
from liveapp.protocol import MAX_MESSAGE_BYTES


class Server(uvicorn.Server):
    """Acks what is being stored and closes sockets with 1001 before uvicorn closes what is left."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await process.close()
        await super().shutdown(sockets)


def new_server(*, host: str, port: int) -> Server:
    config = uvicorn.Config(
        "learndj.asgi:application",
        host=host,
        port=port,
        # It waits when a client does not read: a slow viewer is slowed down instead of filling memory.
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_per_message_deflate=False,
        lifespan="on",
        # Addresses can carry a device's token.
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
        proxy_headers=False,
    )
    return Server(config)
