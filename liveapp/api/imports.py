"""Readings of a file into a device, over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from channels.db import database_sync_to_async
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.views import APIView

from liveapp import audit, process
from liveapp.api import visible
from liveapp.api.fields import WordField
from liveapp.api.lasting import Permit
from liveapp.api.permissions import MayChange
from liveapp.api.streams import AsItComes, Unread, streamed
from liveapp.errors import Refusal
from liveapp.importing import Batch, Hints, Loading, Opened, named, opened, time_zone
from liveapp.importing.times import UNITS
from liveapp.models import Device
from liveapp.models.reading import time_of
from liveapp.protocol import encode
from liveapp.retention.kept import readings_kept_since_ms
from liveapp.zone import zone

# Of the many that may run, one computes at a time: acks come first.
_thread = ThreadPoolExecutor(1, thread_name_prefix="import")
MAY_CHANGE = "liveapp.change_device"
# So often something is said, so that no proxy takes a long import for a dead one.
TELL_S = 1.0
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
Parsed = TypeVar("Parsed")


class ImportQuerySerializer(serializers.Serializer[Any]):
    """What is to be known of the file beforehand."""

    map = serializers.ListField(
        child=serializers.CharField(max_length=200),
        default=list,
        max_length=200,
        help_text="Temp °C=temperature",
    )
    ignore = serializers.ListField(
        child=serializers.CharField(max_length=200),
        default=list,
        max_length=200,
        help_text="Columns to leave out.",
    )
    time = serializers.CharField(max_length=200, required=False, help_text="The column of the time.")
    time_unit = WordField(choices=list(UNITS), required=False)
    timezone = serializers.CharField(max_length=64, required=False, help_text="Of times without one.")
    encoding = serializers.CharField(max_length=40, default="utf-8")
    dry_run = serializers.BooleanField(default=False)

    def validate_map(self, value: list[str]) -> dict[str, str]:
        return dict(_worded(named, one) for one in value)

    def validate_timezone(self, value: str) -> Any:
        return _worded(time_zone, value)


class ImportView(APIView):
    """For all who may change the device."""

    queryset = Device.objects.all()
    permission_classes = (MayChange,)
    content_negotiation_class = AsItComes
    parser_classes = (Unread,)
    http_method_names = ("post", "options")

    @extend_schema(
        parameters=[ImportQuerySerializer],
        request={"text/csv": OpenApiTypes.BINARY, "application/x-ndjson": OpenApiTypes.BINARY},
        responses={(200, "application/x-ndjson"): OpenApiTypes.BINARY},
    )
    def post(self, request: Request, pk: str) -> Any:
        """Import the file that is the body. The answer tells how far it is, and in its last line what became of it."""
        query = ImportQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        device = visible.find_device(request, pk)
        if (request.content_type or "").startswith(FORMS):
            raise UnsupportedMediaType(
                request.content_type, "Send the file itself as the body, with Content-Type: text/csv."
            )
        found = opened(request._request, _hints(query.validated_data))
        loading = Loading(
            device,
            found.findings,
            kept_since_ms=readings_kept_since_ms(device.number),
            is_dry=query.validated_data["dry_run"],
        )
        if not query.validated_data["dry_run"]:
            audit.log(request.user, audit.subject_of(device), "change", sentence="Imports a file.")
        return streamed(_load(Permit(request, device, MAY_CHANGE), loading, found), "application/x-ndjson")


def _hints(query: dict[str, Any]) -> Hints:
    return Hints(
        names=query["map"],
        ignored=frozenset(query["ignore"]),
        time_name=query.get("time"),
        time_unit=query.get("time_unit"),
        zone=query.get("timezone") or zone(),
        encoding=query["encoding"],
    )


async def _load(permit: Permit, loading: Loading, found: Opened) -> AsyncIterator[bytes]:
    """Who goes away ends it, and rights that are taken away do; what was stored by then is stored."""
    error = None
    told_s = time.monotonic()
    try:
        async for _ in _steps(permit, loading):
            if time.monotonic() - told_s >= TELL_S:
                told_s = time.monotonic()
                yield _line("progress", bytes=found.source.position, **loading.report.counts())
    except Refusal as refusal:
        error = {"code": refusal.code, "detail": refusal.detail}
    if loading.report.broken:
        error = {"code": "unreadable_file", "detail": loading.report.broken}
    if loading.newest is not None:
        # Not all of it, as a board's would be: dashboards ask the history for what is old.
        newest = (time_of(loading.newest.key), loading.newest.values)
        process.current().broadcast.publish(permit.device.id, [newest], number=permit.device.number)
    yield _line("report", **loading.report.describe(), error=error)


async def _steps(permit: Permit, loading: Loading) -> AsyncIterator[None]:
    """In the same commits as what boards send."""

    def take_next() -> Batch | None:
        permit.check()
        return loading.take()

    take = database_sync_to_async(take_next, thread_sensitive=False, executor=_thread)
    began_s = time.monotonic()
    while batch := await take():
        loading.settle(batch, await process.current().writer.save(batch.rows))
        yield
        # Boards and dashboards get as much time as this takes.
        await asyncio.sleep(time.monotonic() - began_s)
        began_s = time.monotonic()


def _line(kind: str, **fields: Any) -> bytes:
    return f"{encode({'type': kind, **fields})}\n".encode()


def _worded(parse: Callable[[str], Parsed], text: str) -> Parsed:
    try:
        return parse(text)
    except ValueError as error:
        raise serializers.ValidationError(str(error)) from error
