"""The WebSocket side of the server: uvicorn's own, but done at once with a client that is gone or answers no pings."""

from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class WebSocket(WebSocketsSansIOProtocol):
    """One connection."""

    async def send(self, message: Any) -> None:
        if not self.handshake_complete and self.transport.is_closing():
            # uvicorn would pass over an `accept` now, and take what is sent after it for the application's mistake.
            raise ClientDisconnected
        await super().send(message)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # uvicorn would first wait until what is in the buffer has been read, by a client that does not read.
        self.transport.abort()
        # What is sent from now on fails as with any client that went, and not as a mistake of the application.
        self.disconnected = True
