"""What others did, and all that is on record."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp.api import visible
from liveapp.api.bodies import Body
from liveapp.api.fields import TimeField
from liveapp.api.permissions import HasRight
from liveapp.audit.marks import mark_read, unread
from liveapp.audit.reading import described, entries, notifications, page

MOST = 200


class PageOfEntriesSerializer(serializers.Serializer[Any]):
    """The query of a list: the newest before a time."""

    before = TimeField(required=False, help_text="Exclusive, in milliseconds since 1970.")
    limit = serializers.IntegerField(default=50, min_value=1, max_value=MOST)


class AuditQuerySerializer(PageOfEntriesSerializer):
    by = serializers.CharField(max_length=150, required=False)
    model = serializers.CharField(max_length=40, required=False)


class NotificationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    time = serializers.IntegerField()
    by = serializers.CharField()
    action = serializers.CharField()
    model = serializers.CharField()
    object = serializers.CharField()
    text = serializers.CharField()
    detail = serializers.CharField()
    device = serializers.CharField(allow_null=True)


class NotificationsSerializer(serializers.Serializer[Any]):
    notifications = NotificationSerializer(many=True)
    unread = serializers.IntegerField(help_text="100: more than 99.")
    more = serializers.BooleanField()


class AuditEntrySerializer(NotificationSerializer):
    address = serializers.CharField(allow_null=True)


class AuditSerializer(serializers.Serializer[Any]):
    entries = AuditEntrySerializer(many=True)
    more = serializers.BooleanField()


class ReadSerializer(Body):
    until = TimeField()


class UnreadSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField()


class NotificationsView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(parameters=[PageOfEntriesSerializer], responses=NotificationsSerializer)
    def get(self, request: Request) -> Response:
        """What others did to what this person sees, the newest first."""
        query = _checked(PageOfEntriesSerializer(data=request.query_params))
        access, user = visible.access(request), request.user
        found = notifications(access, user.get_username())
        shown = page(found, access, before_ms=query.get("before"), limit=query["limit"])
        return Response(
            {
                "notifications": [entry.describe() for entry in shown.entries],
                "unread": unread(user, access),
                "more": shown.has_more,
            }
        )


class ReadView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(request=ReadSerializer, responses=UnreadSerializer)
    def post(self, request: Request) -> Response:
        """All up to a time is read; every open page of this person is told."""
        until_ms = _checked(ReadSerializer(data=request.data))["until"]
        return Response({"unread": mark_read(request.user, until_ms)})


class AuditView(APIView):
    permission_classes = (HasRight,)
    right = "admin.view_logentry"

    @extend_schema(parameters=[AuditQuerySerializer], responses=AuditSerializer)
    def get(self, request: Request) -> Response:
        """Who did what, the newest first: of one person, or to one kind of thing."""
        query = _checked(AuditQuerySerializer(data=request.query_params))
        access = visible.access(request)
        chosen = {name: query[name] for name in ("by", "model") if query.get(name)}
        shown = page(
            entries(access).filter(**chosen), access, before_ms=query.get("before"), limit=query["limit"]
        )
        return Response({"entries": [described(entry) for entry in shown.entries], "more": shown.has_more})


def _checked(given: serializers.Serializer[Any]) -> dict[str, Any]:
    given.is_valid(raise_exception=True)
    checked: dict[str, Any] = given.validated_data
    return checked
