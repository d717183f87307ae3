"""A forgotten password: a link by mail, and what it leads to."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liveapp import audit
from liveapp.accounts import passwords
from liveapp.accounts.addresses import address_of
from liveapp.accounts.attempts import count_address, count_mail
from liveapp.api.account import fit, password_field
from liveapp.api.bodies import Body


class PasswordResetSerializer(Body):
    email = serializers.EmailField(max_length=254)


class ConfirmPasswordResetSerializer(Body):
    uid = serializers.CharField(max_length=200)
    token = serializers.CharField(max_length=200)
    password = password_field()


class _ForStrangers(APIView):
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # DRF checks the CSRF token only of who is signed in.
        SessionAuthentication().enforce_csrf(request)
        super().initial(request, *args, **kwargs)


class PasswordResetView(_ForStrangers):
    @extend_schema(request=PasswordResetSerializer, responses={202: None})
    def post(self, request: Request) -> Response:
        """Send a link to this address. The answer is the same whether anybody has it."""
        given = PasswordResetSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        email = given.validated_data["email"]
        count_address(address_of(request))
        count_mail(email)
        passwords.ask_for_reset(email)
        return Response(status=202)


class ConfirmPasswordResetView(_ForStrangers):
    @extend_schema(request=ConfirmPasswordResetSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """Choose a new password. All sessions end; who has a second factor still needs it to sign in."""
        given = ConfirmPasswordResetSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        link = given.validated_data
        count_address(address_of(request))
        user = passwords.owner_of_link(link["uid"], link["token"])
        fit(user, link["password"])
        passwords.reset(user, link["password"])
        audit.record(by=user.get_username(), action="password_reset", text=user.get_username())
        return Response(status=204)
