"""Readings in by HTTP, and the latest of all devices out."""

import logging
from typing import Any

from asgiref.sync import async_to_sync
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import process, protocol, signatures, tokens
from liveapp.api import visible
from liveapp.api.errors import refused
from liveapp.api.serializers import AckSerializer, IngestSerializer, LatestSerializer
from liveapp.authentication import accept_once, device_of, signer_of
from liveapp.clock import now_ms
from liveapp.errors import DeviceDisabled, Refusal, Unauthorized
from liveapp.ingest import Source
from liveapp.models import Device
from liveapp.models.reading import TIME_BITS, time_of
from liveapp.signatures import Signed
from liveapp.store import store

logger = logging.getLogger(__name__)

DEVICE_ID = "Sense-Device"
# Described in settings.SPECTACULAR_SETTINGS; drf-spectacular takes it as OpenAPI has it.
DEVICE_TOKEN: Any = {"deviceToken": []}
DEVICE_SIGNATURE: Any = {
    name: [] for name in ("deviceId", "webhookId", "webhookTimestamp", "webhookSignature")
}


class IngestView(APIView):
    """Readings of a device that cannot hold a WebSocket open."""

    # The device's token, not a person's session: no cookie is looked at, so no CSRF can ride on one.
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=IngestSerializer, responses=AckSerializer, auth=[DEVICE_TOKEN, DEVICE_SIGNATURE])
    def post(self, request: Request) -> Response:
        try:
            device, signed = _sender(request)
            # The body as it came: the wire's own parser names what is wrong with it.
            message = protocol.parse_body(request._request.body)
            return Response(_take(device, message, signed))
        except Refusal as refusal:
            _note(refusal)
            return refused(refusal, protocol.error(refusal))


def _sender(request: Request) -> tuple[Device, Signed | None]:
    """By its token, or by its signature: then with what it signed."""
    device_id = request.headers.get(DEVICE_ID, "")
    is_signed = signatures.is_signed(request.headers) or (
        device_id and "Authorization" not in request.headers
    )
    if not is_signed:
        return device_of(tokens.bearer_of(request.headers.get("Authorization", ""))), None
    signed = signatures.read(request.headers, request._request.body)
    return signer_of(device_id, signed), signed


def _note(refusal: Refusal) -> None:
    process.count_refusal(refusal.code)
    if isinstance(refusal, Unauthorized | DeviceDisabled):
        fields = {"device": refusal.device_id} if refusal.device_id else {}
        logger.info("Refused (%s): %s", refusal.code, refusal.detail, extra=fields)


def _take(device: Device, message: protocol.Readings, signed: Signed | None) -> dict[str, Any]:
    async def take() -> dict[str, Any]:
        here, source = process.current(), Source.of(device)
        here.ingest.check_rate(source)
        if signed is not None:
            await here.database.ask(accept_once, device, signed)
        return await here.ingest.take(source, message)

    try:
        return async_to_sync(take)()
    except Refusal as refusal:
        refusal.message_id = message.id
        raise


class LatestView(APIView):
    """The newest reading of each device that has one."""

    queryset = Device.objects.all()

    @extend_schema(responses=LatestSerializer)
    def get(self, request: Request) -> Response:
        ids = {number: device_id for device_id, number in visible.numbers(request).items()}
        rows = [
            {"device": ids[row.key >> TIME_BITS], "time": time_of(row.key), "values": row.values}
            for row in store().latest(ids)
        ]
        return Response({"time": now_ms(), "devices": rows})
