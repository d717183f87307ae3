"""Sign in, sign out, and who is signed in."""

from typing import Any

from django.contrib import auth
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import audit, ws_tokens
from liveapp.accounts import mail, sessions, two_factor
from liveapp.accounts.addresses import address_of
from liveapp.accounts.attempts import Attempt
from liveapp.accounts.two_factor import CodeRequired, WrongCode
from liveapp.api.serializers import SessionAnswerSerializer, SessionSerializer, WsTokenSerializer
from liveapp.authentication import describe_user
from liveapp.errors import Refusal
from liveapp.models.audit import SIGN_IN_FAILED


class WrongCredentials(Refusal):
    """No such user, a wrong password, or a closed account: which of them is not told."""

    code = "wrong_credentials"


class SessionView(APIView):
    """The session of this browser."""

    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # DRF checks the CSRF token only of who is signed in; signing in needs the check too.
        SessionAuthentication().enforce_csrf(request)
        super().initial(request, *args, **kwargs)

    @extend_schema(responses=SessionAnswerSerializer)
    def get(self, request: Request) -> Response:
        return Response(_describe(request.user))

    @extend_schema(request=SessionSerializer, responses=SessionAnswerSerializer)
    def post(self, request: Request) -> Response:
        """With the code too, where the account has a second factor: else 401 `code_required`."""
        given = SessionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = _authenticate(request._request, **given.validated_data)
        sessions.sign_in(request._request, user)
        _record(user, "sign_in")
        return Response(_describe(user))

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        sessions.sign_out(request._request)
        return Response(status=204)


def _authenticate(request: HttpRequest, username: str, password: str, code: str = "") -> Any:
    """Who this is. Every attempt is counted before it is made, and the right one is taken back."""
    attempt = Attempt(username, address_of(request))
    attempt.begin()
    user = auth.authenticate(request, username=username, password=password)
    if user is None:
        _record_failure(username)
        raise WrongCredentials("The user name or the password is not right.")
    if two_factor.is_on(user):
        _check_code(attempt, user, code)
    attempt.succeed()
    return user


def _check_code(attempt: Attempt, user: Any, code: str) -> None:
    if not code:
        # No guess. Wrong ones of before stay counted: half of it is not yet the owner.
        attempt.undo()
        raise CodeRequired("Enter the code that your authenticator app shows, or a recovery code.")
    attempt.begin_code()
    try:
        two_factor.check(user, code)
    except WrongCode:
        _record(user, SIGN_IN_FAILED, "The code was wrong.")
        raise


def _record(user: Any, action: str, detail: str = "") -> None:
    name, key = user.get_username(), str(user.pk)
    audit.record(by=name, action=action, object_id=key, text=name, detail=detail)


def _record_failure(username: str) -> None:
    """What was typed is named only where there is such an account: it may be somebody's password."""
    known = auth.get_user_model()._default_manager.filter(username=username).exists()
    audit.record(by=username if known else "", action=SIGN_IN_FAILED, text=username if known else "")


class WsTokenView(APIView):
    """A token for a WebSocket client without a session: good once, for 30 s."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(request=None, responses=WsTokenSerializer)
    def post(self, request: Request) -> Response:
        assert request.user.is_authenticated
        return Response(
            {
                "token": ws_tokens.new_token(request.user, request._request.session.session_key or ""),
                "valid_seconds": ws_tokens.VALID_S,
            }
        )


def _describe(user: Any) -> dict[str, Any]:
    return {"user": describe_user(user) if user.is_authenticated else None, "mail": mail.is_set_up()}
