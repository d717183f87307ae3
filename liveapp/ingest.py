"""One batch's way: validate, register what is new, group-commit, acknowledge, hand on to broadcast."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import IntegrityError

from liveapp import protocol
from liveapp.broadcast import Broadcast
from liveapp.bus import Bus
from liveapp.clock import now_ms
from liveapp.counts import Counts
from liveapp.errors import RateLimited, TooCrowded, Unauthorized
from liveapp.metrics import DECLARED, MetricDescription
from liveapp.models import Device, Event
from liveapp.models.reading import key_of, time_of
from liveapp.protocol import Rejected
from liveapp.rate import Rate
from liveapp.registration import DELETED, register
from liveapp.store import Kind, Outcome, Row, storage_errors
from liveapp.validation import Validation, ValidReading
from liveapp.writer import Writer

_register = database_sync_to_async(register)


@dataclass(slots=True)
class Source:
    """The device a batch comes from, as long as its connection or request lasts."""

    id: str
    number: int
    interval_ms: int
    token_hash: str
    known: frozenset[str]

    @classmethod
    def of(cls, device: Device) -> "Source":
        return cls(device.id, device.number, device.interval_ms, device.token_hash, frozenset(device.metrics))


class Ingest:
    """Readings in, acks out. `descriptions` is replaced as a whole when somebody describes a metric."""

    def __init__(
        self, *, writer: Writer, broadcast: Broadcast, bus: Bus, counts: Counts | None = None
    ) -> None:
        self._counts = counts or Counts()
        self.descriptions: Mapping[str, MetricDescription] = DECLARED
        self._writer = writer
        self._broadcast = broadcast
        self._bus = bus
        self._rates: dict[str, Rate] = {}
        self._registering = asyncio.Lock()
        self._saving: set[asyncio.Task[list[Outcome]]] = set()

    def check_rate(self, source: Source) -> None:
        """Raises RateLimited when the device sends more messages than it may."""
        rate = self._rates.get(source.id)
        if rate is None:
            per_second, burst = settings.DEVICE_MESSAGES_PER_SECOND, settings.DEVICE_MESSAGES_BURST
            rate = self._rates[source.id] = Rate(per_second=per_second, burst=burst)
        if not rate.take():
            raise RateLimited(
                f"More than {settings.DEVICE_MESSAGES_PER_SECOND} messages a second. "
                "Put several readings into one message and wait for each ack."
            )

    async def take(self, source: Source, message: protocol.Readings) -> dict[str, Any]:
        """Store a batch; returns its ack. Raises StorageUnavailable: then nothing is acknowledged."""
        validation = Validation(now_ms=now_ms(), known=source.known, descriptions=self.descriptions)
        for index, raw in enumerate(message.readings):
            validation.add(index, raw)
        if validation.new_names:
            async with self._registering:
                source.known = await _register(source.id, source.number, validation.new_names)
            validation.drop_all_but(source.known)
        accepted = validation.accepted
        # Whoever sent it may hang up meanwhile: what is stored is shown all the same.
        saving = asyncio.create_task(self._save(source, accepted))
        self._saving.add(saving)
        saving.add_done_callback(self._saving.discard)
        outcomes = await asyncio.shield(saving)
        rejected = [*validation.rejected, *_crowded(accepted, outcomes)]
        ack = _ack(message.id, outcomes, rejected)
        self._count(len(message.readings), ack, rejected)
        return ack

    def _count(self, received: int, ack: Mapping[str, Any], rejected: Iterable[Rejected]) -> None:
        self._counts.received += received
        self._counts.stored += ack["stored"]
        self._counts.duplicates += ack["duplicates"]
        self._counts.rejected.update(one.code for one in rejected)

    async def _save(self, source: Source, accepted: Iterable[ValidReading]) -> list[Outcome]:
        rows = [Row(key_of(source.number, one.time_ms), one.values) for one in accepted]
        outcomes = await self._writer.save(rows)
        # Handed over, not awaited: the ack goes out before the broadcast, and whatever becomes of that.
        self._broadcast.publish(source.id, [*_to_tell(rows, outcomes)], number=source.number)
        return outcomes

    async def take_event(self, source: Source, event: protocol.Event) -> dict[str, Any]:
        """Store an event and tell the dashboards; returns its ack."""
        content = {"event": event.event, "direction": event.direction, "action": event.action}
        is_new = await _record_event(source, time_ms=event.time_ms, **content)
        if is_new:
            self._bus.post("event", {"type": "event", "device": source.id, "time": event.time_ms, **content})
        return protocol.ack(event.id, stored=int(is_new), duplicates=int(not is_new))


def _to_tell(rows: Iterable[Row], outcomes: Iterable[Outcome]) -> Iterable[tuple[int, Mapping[str, float]]]:
    """What dashboards are to hear of: what is new, and duplicates as well.

    A duplicate comes again because its ack was lost. Where a crash or a silent database took that, its broadcast is
    lost too.
    """
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome.kind is not Kind.CROWDED:
            yield time_of(outcome.key), outcome.values or row.values


def _ack(message_id: int | None, outcomes: Iterable[Outcome], rejected: list[Rejected]) -> dict[str, Any]:
    kinds = [outcome.kind for outcome in outcomes]
    rejected.sort(key=lambda entry: entry.index)
    return protocol.ack(
        message_id, stored=kinds.count(Kind.STORED), duplicates=kinds.count(Kind.DUPLICATE), rejected=rejected
    )


def _crowded(accepted: Iterable[ValidReading], outcomes: Iterable[Outcome]) -> list[Rejected]:
    return [
        Rejected(reading.index, TooCrowded.code, TooCrowded.detail)
        for reading, outcome in zip(accepted, outcomes, strict=True)
        if outcome.kind is Kind.CROWDED
    ]


@database_sync_to_async
def _record_event(source: Source, **fields: str | int) -> bool:
    with storage_errors():
        # MongoDB has no foreign keys, and another device may have the id by now.
        if not Device.objects.filter(id=source.id, number=source.number).exists():
            raise Unauthorized(DELETED)
        try:
            return Event.record(source.number, device_id=source.id, **fields)
        except IntegrityError as error:
            raise Unauthorized(DELETED) from error
