"""Readings in, acks out."""

import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from liveapp import process, protocol, tokens
from liveapp.authentication import device_of
from liveapp.clock import now_ms
from liveapp.consumers.socket import Socket
from liveapp.deletion import ask_for_deletion
from liveapp.errors import TOKEN_REVOKED, Refusal, StorageUnavailable, Unauthorized
from liveapp.ingest import Source
from liveapp.models import Device
from liveapp.store import storage_errors

logger = logging.getLogger(__name__)


class DeviceConsumer(Socket):
    """One board's connection. The next message is read when the last one is answered: the back-pressure."""

    kind = "device"
    source: Source | None = None
    token_hash = ""
    # The process counts this connection among the open ones.
    _is_known = False

    async def connect(self) -> None:
        try:
            device = await process.current().database.ask(device_of, self._token())
        except Refusal as refusal:
            await self.refuse(refusal)
            return
        self.source = Source.of(device)
        self.token_hash = device.token_hash
        await self.open()
        welcome = protocol.device_welcome(device.id, time_ms=now_ms(), interval_ms=device.interval_ms)
        await self.send_message(welcome)
        self._is_known = True
        self.process.connected(device.id, self)
        await self._remember_seen()
        logger.info("%s connected.", device.id, extra=self.fields())

    def _token(self) -> str:
        """From the header, or from the query for clients that cannot set one. Never logged."""
        headers = dict(self.scope["headers"])
        token = tokens.bearer_of(headers.get(b"authorization", b"").decode("latin-1"))
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        return token or query.get("token", [""])[0]

    async def answer(self, text: str | None) -> None:
        assert self.source is not None
        message = protocol.parse_device_message(text)
        if isinstance(message, protocol.Result):
            # Not acknowledged and never refused: an error without an id would be taken for the batch in flight.
            self.process.commands.answered(self.source.id, message)
            return
        try:
            self.process.ingest.check_rate(self.source)
            if isinstance(message, protocol.Readings):
                ack = await self.process.ingest.take(self.source, message)
            else:
                ack = await self.process.ingest.take_event(self.source, message)
        except Unauthorized:
            await self.close(TOKEN_REVOKED)
            return
        except Refusal as refusal:
            refusal.message_id = message.id
            raise
        await self.send_message(ack)

    def leave(self) -> None:
        super().leave()
        if self._is_known:
            assert self.source is not None
            self._is_known = False
            self.process.disconnected(self.source.id, self)

    async def disconnect(self, code: int) -> None:
        if self.source is None or not hasattr(self, "process"):
            return
        await self._remember_seen()
        logger.info("%s disconnected, code %s.", self.source.id, code, extra=self.fields())

    async def _remember_seen(self) -> None:
        assert self.source is not None
        try:
            await self.process.database.ask(_store_seen, self.source)
        except StorageUnavailable:
            # Bookkeeping only: the latest reading tells nearly as much.
            away = "The database does not answer: when devices were seen is not noted."
            logger.warning(away, extra={"is_repeated": True})

    def fields(self) -> dict[str, Any]:
        return super().fields() | ({} if self.source is None else {"device": self.source.id})


def _store_seen(source: Source) -> None:
    with storage_errors():
        this = Device.objects.filter(id=source.id, number=source.number)
        if not this.update(last_seen_at=datetime.now(UTC)):
            # Deleted while it was connected: what it sent between the deletion and now goes too.
            ask_for_deletion(source.number, source.id)
