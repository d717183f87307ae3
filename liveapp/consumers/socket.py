"""What both kinds of WebSocket share: refusing plainly, answering in order, closing cleanly."""

import asyncio
import logging
import uuid
from contextlib import suppress
from typing import Any, ClassVar

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer

from liveapp import process, protocol
from liveapp.authentication import Viewer
from liveapp.caching import PRIVATE
from liveapp.errors import TOO_BIG, Refusal, StorageUnavailable
from liveapp.process import Process


class Socket(AsyncWebsocketConsumer):
    """An open WebSocket. Subclasses implement `answer`."""

    # No channel of its own on the layer: one subscription per process serves all.
    channel_layer_alias = ""
    kind: ClassVar[str]
    process: Process
    viewer: Viewer | None = None

    def __init__(self) -> None:
        super().__init__()
        self.uid = uuid.uuid4().hex[:16]
        self._busy = asyncio.Lock()
        self._closing: asyncio.Task[None] | None = None
        self._closed = False
        self._sending: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Whatever ended it, a defect too: nobody may take it for somebody who is there.
            self.leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels looks after old database connections in a thread for every message, which costs more than
        # the message itself. All that touches the ORM here goes through database_sync_to_async, which does it too.
        await getattr(self, get_handler_name(message))(message)

    async def open(self) -> None:
        self.process = process.current()
        await self.accept()
        self.process.sockets.add(self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is not None and len(text_data) > protocol.MAX_MESSAGE_BYTES:
            await self.close(TOO_BIG)
            return
        async with self._busy:
            if self._closed:
                return
            try:
                await self.answer(text_data)
            except Refusal as refusal:
                self.process.counts.refused[refusal.code] += 1
                await self.send_message(protocol.error(refusal))

    async def answer(self, text: str | None) -> None:
        """Deal with one frame (None: it was binary). A Refusal it raises is sent as an `error`."""
        raise NotImplementedError

    async def send_message(self, message: dict[str, Any]) -> None:
        if self._closed:
            return
        try:
            await self.send(text_data=protocol.encode(message))
        except OSError:
            # The client went away. Its disconnect is in the queue already, and cleans up when it is dealt with.
            self._closed = True

    def send_soon(self, message: dict[str, Any]) -> None:
        """Send without waiting for it, between the answers."""
        task = asyncio.create_task(self.send_message(message))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def refuse(self, refusal: Refusal) -> None:
        """Refuse the handshake, with a status and a body where the server supports it, else a bare 403."""
        self.note_refusal(refusal)
        if "websocket.http.response" not in self.scope.get("extensions", {}):
            await self.close()
            return
        body = protocol.encode({"code": refusal.code, "detail": refusal.detail}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        headers.append((b"cache-control", PRIVATE.encode()))
        start = {"type": "websocket.http.response.start", "status": refusal.status, "headers": headers}
        await self.base_send(start)
        await self.base_send({"type": "websocket.http.response.body", "body": body})

    async def end(self, refusal: Refusal, code: int) -> None:
        """Say why, and close."""
        self.note_refusal(refusal)
        await self.send_message(protocol.error(refusal))
        await self.close(code)

    def note_refusal(self, refusal: Refusal) -> None:
        """Count and log that nobody was let in. Only a device that exists is named: the rest may be a secret."""
        process.count_refusal(refusal.code)
        fields = self.fields() | ({"device": refusal.device_id} if refusal.device_id else {})
        # Everybody comes again and again while the database is away.
        fields["is_repeated"] = isinstance(refusal, StorageUnavailable)
        logging.getLogger(self.__module__).info(
            "Refused (%s): %s", refusal.code, refusal.detail, extra=fields
        )

    def fields(self) -> dict[str, Any]:
        """What a line of the log says of this connection beside its sentence."""
        return {"connection": self.uid}

    async def close(self, code: int | None = None, reason: str | None = None) -> None:
        if not self._closed:
            self._closed = True
            with suppress(OSError):  # it was quicker to go
                await super().close(code, reason)

    def close_soon(self, code: int) -> None:
        """Close without waiting for it; what is being answered is answered first."""
        self._closing = asyncio.create_task(self.close_after_answer(code))

    async def close_after_answer(self, code: int) -> None:
        async with self._busy:
            await self.close(code)

    def leave(self) -> None:
        """The process forgets this connection. May be called again."""
        self._closed = True
        if hasattr(self, "process"):
            self.process.sockets.discard(self)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        self.leave()
        await super().websocket_disconnect(message)
