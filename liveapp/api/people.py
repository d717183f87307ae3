"""People with an account: list, add, change, delete, and how they come in."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from liveapp import audit
from liveapp.accounts import others, two_factor
from liveapp.accounts.delegation import may_manage
from liveapp.accounts.links import sign_in_link
from liveapp.api import visible
from liveapp.api.people_serializers import (
    TAKEN,
    ChangedPersonSerializer,
    LinkSerializer,
    NewPersonSerializer,
    PersonSerializer,
    PersonWithLinkSerializer,
)
from liveapp.api.permissions import MayChange, MayDo
from liveapp.changes import announce
from liveapp.errors import Forbidden
from liveapp.people import describe_people, describe_person
from liveapp.protocol import shorten

User = get_user_model()
BEYOND = "This account may do more than yours. Only somebody who may do as much can change it."
NOT_ONESELF = "Nobody does this to the own account. Ask somebody else who may."
OWN_EMAIL = "change your own address in your account, with your password."
OWN_ROLE = "nobody changes the own role. Ask somebody else who may."
OWN_GROUPS = "nobody leaves a group by themselves. Ask somebody else who may."


class MayChangePerson(MayDo):
    """Whatever the method: to change how somebody comes in is to change the person."""

    verbs = dict.fromkeys(("GET", "HEAD", "OPTIONS"), "view") | dict.fromkeys(("POST", "DELETE"), "change")


class PersonViewSet(GenericViewSet[Any]):
    """Who may come in, and in which role."""

    queryset = User._default_manager.all()
    serializer_class = PersonSerializer
    pagination_class = None

    @extend_schema(responses=PersonSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(describe_people(User._default_manager.order_by("username")))

    @extend_schema(request=NewPersonSerializer, responses={201: PersonWithLinkSerializer})
    def create(self, request: Request) -> Response:
        """Add somebody. The answer has the link that signs them in once, within a day."""
        given = NewPersonSerializer(data=request.data, context={"access": visible.access(request)})
        given.is_valid(raise_exception=True)
        wanted = dict(given.validated_data)
        try:
            person = others.add_person(wanted.pop("username"), wanted)
        except IntegrityError as error:
            raise ValidationError({"username": [TAKEN]}) from error
        audit.log(request.user, audit.subject_of(person), "add")
        return Response({**describe_person(person), "link": _link(request, person)}, status=201)

    @extend_schema(request=ChangedPersonSerializer, responses=PersonSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change somebody's role, groups or address, or close the account and open it again."""
        person = _find_manageable(request, pk)
        given = ChangedPersonSerializer(
            person, data=request.data, partial=True, context={"access": visible.access(request)}
        )
        given.is_valid(raise_exception=True)
        if _is_oneself(request, person):
            _refuse_own(person, given.validated_data)
        before = describe_person(person)
        others.change_person(person, given.validated_data)
        after = describe_person(person)
        fields = [name for name in after if after[name] != before[name]]
        audit.log(request.user, audit.subject_of(person), "change", fields=fields)
        return Response(after)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete an account. What this person did stays on record."""
        person = _find_other(request, pk)
        subject = audit.subject_of(person)
        person.delete()
        audit.log(request.user, subject, "delete")
        return Response(status=204)

    @extend_schema(request=None, responses=LinkSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayChange])
    def link(self, request: Request, pk: str) -> Response:
        """Make a link that signs this person in once, within a day, without password or code."""
        person = _find_manageable(request, pk)
        if not person.is_active:
            raise ValidationError("This account is closed. Open it first.")
        audit.log(request.user, audit.subject_of(person), "change", sentence="Made a sign-in link.")
        return Response({"link": _link(request, person)})

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["delete"], url_path="two-factor", permission_classes=[MayChangePerson])
    def two_factor(self, request: Request, pk: str) -> Response:
        """Switch the second factor off for somebody who has lost it."""
        person = _find_other(request, pk)
        if two_factor.switch_off(person):
            announce(person, "update")
            audit.log(request.user, audit.subject_of(person), "change", sentence="Switched two-factor off.")
        return Response(status=204)


def _find(pk: str) -> Any:
    """Raises NotFound."""
    person = visible.row(User._default_manager.all(), pk)
    if person is None:
        raise NotFound(f"There is no person {shorten(pk)}.")
    return person


def _find_manageable(request: Request, pk: str) -> Any:
    """Raises NotFound, or Forbidden for one who may do more than who asks."""
    person = _find(pk)
    if not may_manage(visible.access(request), person):
        raise Forbidden(BEYOND)
    return person


def _find_other(request: Request, pk: str) -> Any:
    """The same, and Forbidden for oneself."""
    person = _find_manageable(request, pk)
    if _is_oneself(request, person):
        raise Forbidden(NOT_ONESELF)
    return person


def _is_oneself(request: Request, person: Any) -> bool:
    return bool(person.pk == request.user.pk)


def _refuse_own(person: Any, wanted: Mapping[str, Any]) -> None:
    """Raises ValidationError for what nobody changes of the own account here."""
    now = describe_person(person)
    if not wanted.get("active", True):
        raise Forbidden(NOT_ONESELF)
    if wanted.get("email", now["email"]) != now["email"]:
        raise ValidationError({"email": [OWN_EMAIL]})
    if wanted.get("role", now["role"]) != now["role"]:
        raise ValidationError({"role": [OWN_ROLE]})
    if not set(now["groups"]) <= set(wanted.get("groups", now["groups"])):
        raise ValidationError({"groups": [OWN_GROUPS]})


def _link(request: Request, person: Any) -> str:
    home = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    return sign_in_link(person, home, by=request.user)
