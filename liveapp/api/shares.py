"""Share links: one's own, a new one, and the end of one."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from liveapp import audit
from liveapp.access import visible_numbers
from liveapp.api import visible
from liveapp.api.bodies import Body
from liveapp.api.fields import TimeField
from liveapp.api.permissions import MayDo
from liveapp.api.serializers import validate_printable
from liveapp.clock import now_ms
from liveapp.models import ShareLink
from liveapp.models.device import from_ms
from liveapp.models.share_link import MAX_NAME
from liveapp.protocol import shorten
from liveapp.shares import MAY_MANAGE, describe_link, describe_links

MAX_DEVICES = 100
MAX_ACTIVE = 200
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=366)
PAGE = "/shared/"


class ShareLinkSerializer(Body):
    """A link that shows some devices to whoever has it."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(
        max_length=MAX_NAME,
        default="",
        allow_blank=True,
        validators=[validate_printable],
        help_text="Default: its devices'.",
    )
    devices = serializers.ListField(
        child=serializers.CharField(max_length=64), min_length=1, max_length=MAX_DEVICES
    )
    start = TimeField(default=None, allow_null=True, help_text="null: all the past.")
    end = TimeField(default=None, allow_null=True, help_text="null: it is live.")
    expires = TimeField(help_text="Milliseconds since 1970, UTC; in a year at most.")
    created = serializers.IntegerField(read_only=True)
    by = serializers.CharField(read_only=True)
    last_used = serializers.IntegerField(read_only=True, allow_null=True, help_text="Exact to five minutes.")
    uses = serializers.IntegerField(read_only=True, help_text="Spans of five minutes in which it was used.")
    state = serializers.ChoiceField(["active", "expired", "revoked"], read_only=True)

    def validate_devices(self, value: list[str]) -> dict[str, int]:
        """Their numbers, by id."""
        known = visible_numbers(visible.access(self.context["request"]))
        if missing := [device_id for device_id in value if device_id not in known]:
            raise serializers.ValidationError(f"there is no device {shorten(missing[0])}.")
        return {device_id: known[device_id] for device_id in value}

    def validate_expires(self, value: int) -> int:
        lasts = timedelta(milliseconds=value - now_ms())
        if not SHORTEST <= lasts <= LONGEST:
            raise serializers.ValidationError("use a time between a minute and a year from now.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        start_ms, end_ms = attrs["start"], attrs["end"]
        if start_ms is not None and end_ms is not None and end_ms <= start_ms:
            raise serializers.ValidationError({"end": "must be after the start; null for a live link."})
        return attrs

    def to_representation(self, instance: ShareLink) -> dict[str, Any]:
        return describe_link(instance)


class CreatedShareSerializer(ShareLinkSerializer):
    """The only answer that ever shows the link itself."""

    link = serializers.CharField(read_only=True)


class ShareViewSet(viewsets.GenericViewSet[ShareLink]):
    """One's own share links, and those of all for who looks after them."""

    queryset = ShareLink.objects.all()
    serializer_class = ShareLinkSerializer

    def get_permissions(self) -> Any:
        # One's own can always be ended.
        return [IsAuthenticated()] if self.action == "destroy" else super().get_permissions()

    def get_queryset(self) -> "QuerySet[ShareLink]":
        access, found = visible.access(self.request), super().get_queryset()
        is_for_all = access.sees_all and access.may(MAY_MANAGE)
        return found if is_for_all else found.filter(user=self.request.user.pk)

    @extend_schema(responses=ShareLinkSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The newest first; those that lead nowhere any more for another week."""
        return Response(describe_links(list(self.get_queryset())))

    @extend_schema(request=ShareLinkSerializer, responses={201: CreatedShareSerializer})
    def create(self, request: Request) -> Response:
        """Make a link. The answer is the only one that ever shows it."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        if ShareLink.active().filter(user=request.user.pk).count() >= MAX_ACTIVE:
            raise serializers.ValidationError(
                f"You have {MAX_ACTIVE} links. End some that nobody needs first."
            )
        link = _link(request.user, given.validated_data)
        token = link.set_new_token()
        link.save(force_insert=True)
        audit.log(request.user, audit.subject_of(link), "add")
        return Response({**describe_link(link), "link": f"{_home(request)}{PAGE}#{token}"}, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """End a link: whoever looks by it sees nothing more at once."""
        link = self._find(pk)
        if link.user_id != request.user.pk:
            self._check_may_delete(request)
        link.revoke()
        audit.log(request.user, audit.subject_of(link), "delete")
        return Response(status=204)

    def _find(self, pk: str) -> ShareLink:
        try:
            found = self.get_queryset().filter(pk=uuid.UUID(pk)).first()
        except ValueError:
            found = None
        if found is None:
            raise NotFound(f"There is no share link {shorten(pk)}.")
        return found

    def _check_may_delete(self, request: Request) -> None:
        if not MayDo().has_permission(request, self):
            self.permission_denied(request)


def _link(user: Any, given: dict[str, Any]) -> ShareLink:
    return ShareLink(
        name=given["name"] or ", ".join(given["devices"])[:MAX_NAME],
        numbers=list(given["devices"].values()),
        start_ms=given["start"],
        end_ms=given["end"],
        user=user,
        by=user.get_username(),
        expires_at=from_ms(given["expires"]),
    )


def _home(request: Request) -> str:
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
