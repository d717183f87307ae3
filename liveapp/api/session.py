"""Sign in, sign out, and who is signed in."""

from typing import Any

from django.contrib import auth
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from liveapp import ws_tokens
from liveapp.api.serializers import SessionAnswerSerializer, SessionSerializer, WsTokenSerializer
from liveapp.authentication import describe_user
from liveapp.errors import Refusal


class WrongCredentials(Refusal):
    """No such user, a wrong password, or a closed account: which of them is not told."""

    code = "wrong_credentials"


class SignInThrottle(ScopedRateThrottle):
    """Counts attempts to sign in, and nothing else of this address."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        return request.method != "POST" or super().allow_request(request, view)


class SessionView(APIView):
    """The session of this browser."""

    permission_classes = (AllowAny,)
    throttle_classes = (SignInThrottle,)
    throttle_scope = "sign_in"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # DRF checks the CSRF token only of who is signed in; signing in needs the check too.
        SessionAuthentication().enforce_csrf(request)
        super().initial(request, *args, **kwargs)

    @extend_schema(responses=SessionAnswerSerializer)
    def get(self, request: Request) -> Response:
        return Response(_describe(request.user))

    @extend_schema(request=SessionSerializer, responses=SessionAnswerSerializer)
    def post(self, request: Request) -> Response:
        given = SessionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = auth.authenticate(request._request, **given.validated_data)
        if user is None:
            raise WrongCredentials("The user name or the password is not right.")
        auth.login(request._request, user)
        return Response(_describe(user))

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        auth.logout(request._request)
        return Response(status=204)


class WsTokenView(APIView):
    """A token for a WebSocket client without a session: good once, for 30 s."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=None, responses=WsTokenSerializer)
    def post(self, request: Request) -> Response:
        assert request.user.is_authenticated
        return Response({"token": ws_tokens.new_token(request.user), "valid_seconds": ws_tokens.VALID_S})


def _describe(user: Any) -> dict[str, Any]:
    return {"user": describe_user(user) if user.is_authenticated else None}
