"""Readings in by HTTP, and the latest of all devices out."""

from typing import Any

from asgiref.sync import async_to_sync
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import process, protocol, tokens
from liveapp.api.serializers import AckSerializer, IngestSerializer, LatestSerializer
from liveapp.authentication import device_of
from liveapp.clock import now_ms
from liveapp.errors import Refusal
from liveapp.ingest import Source
from liveapp.models import Device
from liveapp.models.reading import TIME_BITS, time_of
from liveapp.store import store


class RawParser(BaseParser):
    """The body as it came: the wire's own parser names what is wrong with it."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> bytes:
        body: bytes = stream.read()
        return body


class IngestView(APIView):
    """Readings of a device that cannot hold a WebSocket open."""

    # The device's token, not a person's session: no cookie is looked at, so no CSRF can ride on one.
    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (RawParser,)

    @extend_schema(request=IngestSerializer, responses=AckSerializer, auth=[{"deviceToken": []}])
    def post(self, request: Request) -> Response:
        device = device_of(tokens.bearer_of(request.headers.get("Authorization", "")))
        message = protocol.parse_body(request.data)
        try:
            return Response(async_to_sync(_take)(Source.of(device), message))
        except Refusal as refusal:
            refusal.message_id = message.id
            raise


async def _take(source: Source, message: protocol.Readings) -> dict[str, Any]:
    ingest = process.current().ingest
    ingest.check_rate(source)
    return await ingest.take(source, message)


class LatestView(APIView):
    """The newest reading of each device that has one."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=LatestSerializer)
    def get(self, request: Request) -> Response:
        ids = dict(Device.objects.values_list("number", "id"))
        rows = [
            {"device": ids[row.key >> TIME_BITS], "time": time_of(row.key), "values": row.values}
            for row in store().latest(ids)
        ]
        return Response({"time": now_ms(), "devices": rows})
