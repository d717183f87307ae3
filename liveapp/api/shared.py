"""What a share link shows, for whoever has it. No cookie is read or set here."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import process, tokens
from liveapp.accounts.addresses import address_of
from liveapp.api.histories import PageHistorySerializer, PageQuerySerializer
from liveapp.api.serializers import LatestReadingSerializer, MetricSerializer
from liveapp.api.visible import no_device
from liveapp.clock import now_ms
from liveapp.devices import describe_live, describe_metrics
from liveapp.errors import Refusal, Unauthorized
from liveapp.history import DEFAULT_SPAN_MS, MAX_POINTS, history, no_history
from liveapp.models import Device
from liveapp.models.reading import TIME_MASK
from liveapp.share_door import open_share
from liveapp.shares import SCHEME, Share
from liveapp.spans import Span

SHARE_LINK: Any = {"shareLink": []}


class ShareAuthentication(BaseAuthentication):
    """By the header of a share link and nothing else: no session stands beside it, so nothing can ride on one."""

    def authenticate(self, request: Request) -> tuple[Any, Share]:
        token = tokens.of_scheme(SCHEME, request.headers.get("Authorization", ""))
        if not token:
            raise Unauthorized("No link. Send what stands behind its # as 'Authorization: Share <token>'.")
        try:
            return AnonymousUser(), open_share(token, address_of(request))
        except Refusal as refusal:
            process.count_refusal(refusal.code)
            raise

    def authenticate_header(self, request: Request) -> str:
        return "Share"


class HasLink(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Share)


class SharedView(APIView):
    """What is shared is for whoever has the link, and for no search engine."""

    authentication_classes = (ShareAuthentication,)
    permission_classes = (HasLink,)
    http_method_names = ("get", "options")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["X-Robots-Tag"] = "noindex"
        return answer


class SharedDeviceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    interval_ms = serializers.IntegerField()
    metrics = serializers.ListField(child=serializers.CharField())
    online = serializers.BooleanField()
    last_seen = serializers.IntegerField(allow_null=True)
    latest = LatestReadingSerializer(allow_null=True)


class SharedSerializer(serializers.Serializer[Any]):
    """What there is to see; times are null where the link has no such bound."""

    name = serializers.CharField()
    devices = SharedDeviceSerializer(many=True)
    metrics = MetricSerializer(many=True)
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    expires = serializers.IntegerField()
    live = serializers.BooleanField()
    time = serializers.IntegerField()


class SharedDevicesView(SharedView):
    """The devices of a link."""

    @extend_schema(responses=SharedSerializer, auth=[SHARE_LINK])
    def get(self, request: Request) -> Response:
        """What the link shows, and what is known of now."""
        share = _share(request)
        devices = list(Device.objects.filter(number__in=share.numbers.values()))
        described = share.describe()
        return Response(
            {
                "name": described.pop("name"),
                "devices": [describe_live(one, process.current_hub(), share.access) for one in devices],
                "metrics": describe_metrics(devices),
                **described,
                "live": share.end_ms is None,
                "time": now_ms(),
            }
        )


class SharedQuerySerializer(PageQuerySerializer):
    """A span, which is clipped to the link's."""

    points = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_POINTS, help_text="Default: every reading, of one device."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        share: Share = self.context["share"]
        end_ms = attrs.setdefault("end", min(now_ms() + 1, _end_ms(share)))
        usual_ms = max(share.start_ms or 0, end_ms - DEFAULT_SPAN_MS)
        attrs.setdefault("start", max(0, min(usual_ms, end_ms - 1)))
        return super().validate(attrs)


class SharedHistoryView(SharedView):
    """What was, of the link's devices."""

    @extend_schema(parameters=[SharedQuerySerializer], responses=PageHistorySerializer, auth=[SHARE_LINK])
    def get(self, request: Request) -> Response:
        """The same span of several devices, as far as the link shows it."""
        share = _share(request)
        given = SharedQuerySerializer(data=request.query_params, context={"share": share})
        given.is_valid(raise_exception=True)
        query = given.validated_data
        if missing := [device_id for device_id in query["devices"] if device_id not in share.numbers]:
            raise no_device(missing[0])
        if "points" not in query and len(query["devices"]) > 1:
            # All of many at once would be more than a server has room for.
            raise serializers.ValidationError({"points": "is needed for more than one device."})
        return Response({"series": [_history(share, device_id, query) for device_id in query["devices"]]})


def _history(share: Share, device_id: str, query: dict[str, Any]) -> dict[str, Any]:
    limits = Span(share.numbers[device_id], share.start_ms or 0, _end_ms(share))
    span = Span(limits.number, query["start"], query["end"])
    clipped = span.clipped(limits)
    if clipped.is_empty:
        return no_history(device_id, span)
    return history(
        device_id, clipped, points=query.get("points"), metrics=query.get("metrics"), limits=limits
    )


def _share(request: Request) -> Share:
    assert isinstance(request.auth, Share)
    return request.auth


def _end_ms(share: Share) -> int:
    return TIME_MASK + 1 if share.end_ms is None else share.end_ms
