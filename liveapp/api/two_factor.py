"""The second factor of who is signed in: set up, confirmed, switched off."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth import get_user_model
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import audit
from liveapp.accounts import two_factor
from liveapp.accounts.addresses import address_of
from liveapp.accounts.attempts import Attempt
from liveapp.api.account import password_field, prove
from liveapp.api.bodies import Body
from liveapp.changes import announce


class ProofSerializer(Body):
    password = password_field(required=False, help_text="Where the account has one.")


class CodeSerializer(Body):
    code = serializers.CharField(max_length=64)


class SetupSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="To type into an authenticator app.")
    uri = serializers.CharField()
    qr = serializers.CharField(help_text="The same as a picture, as a data: address.")


class RecoveryCodesSerializer(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(child=serializers.CharField())


class TwoFactorView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(request=ProofSerializer, responses=SetupSerializer)
    def post(self, request: Request) -> Response:
        """Begin: a new secret, which counts once it is confirmed."""
        given = ProofSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        prove(request, given.validated_data, "password")
        return Response(asdict(two_factor.begin(request.user)))

    @extend_schema(request=CodeSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Switch it off, with a code of now or a recovery code."""
        attempt, code = _counted_code(request)
        two_factor.check(request.user, code)
        attempt.undo()
        two_factor.switch_off(request.user)
        _tell(request.user, "Switched off.")
        return Response(status=204)


class ConfirmTwoFactorView(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(request=CodeSerializer, responses=RecoveryCodesSerializer)
    def post(self, request: Request) -> Response:
        """Switch it on with a first code. The answer is the only one that ever shows the recovery codes."""
        attempt, code = _counted_code(request)
        codes = two_factor.confirm(request.user, code)
        attempt.undo()
        _tell(request.user, "Switched on.")
        return Response({"recovery_codes": codes})


def _tell(user: Any, detail: str) -> None:
    """Who looks at people sees who has a second factor."""
    audit.record(by=user.get_username(), action="two_factor", text=user.get_username(), detail=detail)
    announce(get_user_model()._default_manager.get(pk=user.pk), "update")


def _counted_code(request: Request) -> tuple[Attempt, str]:
    given = CodeSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    attempt = Attempt(request.user.get_username(), address_of(request))
    attempt.begin()
    attempt.begin_code()
    return attempt, given.validated_data["code"]
