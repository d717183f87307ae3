"""The account of who is signed in: its address for mail, its password."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as Refused
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import audit
from liveapp.accounts import passwords, sessions, two_factor
from liveapp.accounts.addresses import address_of
from liveapp.accounts.attempts import Attempt
from liveapp.api.bodies import Body

NEEDED = "Enter your password."


def password_field(**options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=1000, write_only=True, trim_whitespace=False, **options)


class AccountSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    email = serializers.CharField()
    two_factor = serializers.BooleanField()
    recovery_codes_left = serializers.IntegerField()
    has_password = serializers.BooleanField()


class ChangeAccountSerializer(Body):
    email = serializers.EmailField(allow_blank=True, max_length=254)
    password = password_field(required=False, help_text="Where the account has one.")


class ChangePasswordSerializer(Body):
    current = password_field(required=False, help_text="Where the account has one.")
    password = password_field()


class AccountView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=AccountSerializer)
    def get(self, request: Request) -> Response:
        return Response(_describe(request.user))

    @extend_schema(request=ChangeAccountSerializer, responses=AccountSerializer)
    def patch(self, request: Request) -> Response:
        """Change the address for mail. A link for a new password goes there, so it needs the password."""
        given = ChangeAccountSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user: Any = request.user
        prove(request, given.validated_data, "password")
        user.email = given.validated_data["email"]
        user.save(update_fields=["email"])
        audit.record(
            by=user.get_username(), action="change", text=user.get_username(), detail="Changed e-mail."
        )
        return Response(_describe(user))


class PasswordView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(request=ChangePasswordSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change the password. All other sessions end."""
        given = ChangePasswordSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user: Any = request.user
        prove(request, given.validated_data, "current")
        fit(user, given.validated_data["password"])
        passwords.change(user, given.validated_data["password"])
        sessions.keep(request._request, user)
        audit.record(by=user.get_username(), action="password", text=user.get_username())
        return Response(status=204)


def prove(request: Request, given: dict[str, Any], name: str) -> None:
    """That the own password is in the field `name`. Counted like signing in; who has none proves nothing."""
    user: Any = request.user
    if not user.has_usable_password():
        return
    if not given.get(name):
        raise ValidationError({name: [NEEDED]})
    attempt = Attempt(user.get_username(), address_of(request))
    attempt.begin()
    passwords.prove(user, given[name])
    attempt.undo()


def fit(user: Any, password: str) -> None:
    """Raises ValidationError unless it is good enough to be a password."""
    try:
        validate_password(password, user)
    except Refused as error:
        raise ValidationError({"password": error.messages}) from error


def _describe(user: Any) -> dict[str, Any]:
    return {
        "username": user.get_username(),
        "email": user.email,
        "two_factor": two_factor.is_on(user),
        "recovery_codes_left": two_factor.codes_left(user),
        "has_password": user.has_usable_password(),
    }
