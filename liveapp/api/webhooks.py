"""Webhooks: list, add, change, delete; a new secret, a test, and the log of what was sent."""

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from liveapp import audit
from liveapp.api import visible
from liveapp.api.permissions import MayChange
from liveapp.api.webhook_serializers import (
    DeliveriesSerializer,
    DeliverySerializer,
    NewWebhookSerializer,
    PageOfDeliveriesSerializer,
    SecretSerializer,
    WebhookSerializer,
)
from liveapp.clock import now_ms
from liveapp.errors import WebhookOff
from liveapp.models import Delivery, Webhook
from liveapp.protocol import shorten
from liveapp.webhooks import events, queue


class WebhookViewSet(viewsets.GenericViewSet[Webhook]):
    """Programs that are told of what happens here: for who sees all of it, for they are nobody's own."""

    queryset = Webhook.objects.all()
    serializer_class = WebhookSerializer
    http_method_names = ("get", "post", "patch", "delete", "head", "options")

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if not visible.access(request).sees_all:
            self.permission_denied(request, "Webhooks are for who sees all devices.")

    def get_object(self) -> Webhook:
        found = Webhook.objects.filter(pk=_uuid(self.kwargs["pk"])).first()
        if found is None:
            raise NotFound(f"There is no webhook {shorten(self.kwargs['pk'])}.")
        return found

    @extend_schema(responses=WebhookSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response([webhook.describe() for webhook in Webhook.objects.all()])

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(self.get_object().describe())

    @extend_schema(responses={201: NewWebhookSerializer})
    def create(self, request: Request) -> Response:
        """Add one. The answer shows its secret, which is not shown again."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        webhook = given.save()
        audit.log(request.user, audit.subject_of(webhook), "add")
        return Response({**webhook.describe(), "secret": webhook.secret}, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        webhook = self.get_object()
        given = self.get_serializer(webhook, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        fields = audit.changed_fields(webhook, given.validated_data)
        webhook = given.save()
        audit.log(request.user, audit.subject_of(webhook), "change", fields=fields)
        return Response(webhook.describe())

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete it; what waits for it is not sent any more."""
        webhook = self.get_object()
        subject = audit.subject_of(webhook)
        webhook.delete()
        audit.log(request.user, subject, "delete")
        return Response(status=204)

    @extend_schema(request=None, responses=SecretSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayChange])
    def rotate(self, request: Request, pk: str) -> Response:
        """Make a new secret. For a day requests are signed with the old one too."""
        webhook = self.get_object()
        secret = webhook.rotate()
        audit.log(request.user, audit.subject_of(webhook), "change", sentence="Made a new secret.")
        return Response({"secret": secret})

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"], permission_classes=[MayChange])
    def test(self, request: Request, pk: str) -> Response:
        """Send the event `test`, whatever it is told otherwise."""
        webhook = self._switched_on()
        data = {"webhook": str(webhook.id), "name": webhook.name}
        return Response(queue.put(webhook.id, events.TEST, data).describe(), status=202)

    @extend_schema(parameters=[PageOfDeliveriesSerializer], responses=DeliveriesSerializer)
    @action(detail=True, methods=["get"])
    def deliveries(self, request: Request, pk: str) -> Response:
        """What was sent in the last 30 days and what waits, the newest first."""
        page = PageOfDeliveriesSerializer(data=request.query_params)
        page.is_valid(raise_exception=True)
        return Response(_page(self.get_object(), page.validated_data))

    @extend_schema(
        request=None,
        parameters=[OpenApiParameter("delivery", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={202: DeliverySerializer},
    )
    @action(
        detail=True,
        methods=["post"],
        permission_classes=[MayChange],
        url_path="deliveries/(?P<delivery>[^/.]+)/again",
    )
    def again(self, request: Request, pk: str, delivery: str) -> Response:
        """Send one again, under the same id: a receiver that has it already can tell."""
        webhook = self._switched_on()
        found = Delivery.objects.filter(pk=_uuid(delivery), webhook_id=webhook.pk).first()
        if found is None:
            raise NotFound(f"There is no delivery {shorten(delivery)}.")
        found.send_again(now_ms=now_ms())
        return Response(found.describe(), status=202)

    def _switched_on(self) -> Webhook:
        webhook = self.get_object()
        if not webhook.enabled:
            raise WebhookOff("This webhook is switched off. Switch it on first.")
        return webhook


def _uuid(text: str) -> uuid.UUID:
    """Of what is none, one that nothing has."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _page(webhook: Webhook, query: dict[str, Any]) -> dict[str, Any]:
    found = Delivery.objects.filter(webhook_id=webhook.pk).order_by("-created_ms", "pk")
    if "before" in query:
        found = found.filter(created_ms__lt=query["before"])
    page = list(found[: query["limit"]])
    if page:
        # Those of the same moment belong together: the next page begins before it.
        last_ms, held = page[-1].created_ms, {delivery.pk for delivery in page}
        page += [delivery for delivery in found.filter(created_ms=last_ms) if delivery.pk not in held]
    more = bool(page) and found.filter(created_ms__lt=page[-1].created_ms).exists()
    return {"deliveries": [delivery.describe() for delivery in page], "more": more}
