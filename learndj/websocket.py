"""The WebSocket side of the server: uvicorn's own, but done at once with a client that answers no pings."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class WebSocket(WebSocketsSansIOProtocol):
    """One connection."""

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # uvicorn would first wait until what is in the buffer has been read, by a client that does not read.
        self.transport.abort()
        # What is sent from now on fails as with any client that went, and not as a mistake of the application.
        self.disconnected = True
