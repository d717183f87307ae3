"""Where the account of who is signed in is signed in too."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import audit
from liveapp.accounts import sessions
from liveapp.models import AccountSession
from liveapp.models.device import to_ms


class AccountSessionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    created = serializers.IntegerField()
    last_seen = serializers.IntegerField(help_text="Exact to five minutes.")
    address = serializers.CharField()
    browser = serializers.CharField(help_text="Empty where it is not known.")
    current = serializers.BooleanField()


class AccountSessionsSerializer(serializers.Serializer[Any]):
    sessions = AccountSessionSerializer(many=True)


class AccountSessionsView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=AccountSessionsSerializer)
    def get(self, request: Request) -> Response:
        own_key = request._request.session.session_key
        return Response({"sessions": [_describe(one, own_key) for one in sessions.of(request.user)]})

    @extend_schema(operation_id="account_sessions_destroy_others", responses={204: None})
    def delete(self, request: Request) -> Response:
        """End all sessions but this one."""
        sessions.end_all(request.user, but=request._request.session.session_key or "")
        _record(request, "Ended all others.")
        return Response(status=204)


class AccountSessionView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, id: UUID) -> Response:
        """End one session; its open pages close within a second."""
        if not sessions.end(request.user, id):
            raise NotFound("There is no such session, or it has ended already.")
        _record(request, "")
        return Response(status=204)


def _record(request: Request, detail: str) -> None:
    name = request.user.get_username()
    audit.record(by=name, action="session_revoked", text=name, detail=detail)


def _describe(one: AccountSession, own_key: str | None) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "created": to_ms(one.created_at),
        "last_seen": to_ms(one.last_seen_at),
        "address": one.address,
        "browser": one.browser,
        "current": one.session_key == own_key,
    }
