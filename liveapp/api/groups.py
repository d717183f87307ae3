"""Groups that devices can be limited to: list, add, rename, delete."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from liveapp import audit
from liveapp.access import trimmed
from liveapp.accounts.delegation import may_hand_out
from liveapp.api import visible
from liveapp.api.people_serializers import GROUP_TAKEN, GroupSerializer, NameSerializer
from liveapp.errors import Forbidden
from liveapp.people import describe_groups
from liveapp.protocol import shorten
from liveapp.roles import ROLES

BEYOND = "This group gives more than you have. Only somebody who has as much can change it."
# A device keeps the names that it is limited to, whether there is such a group or not: a name may give sight of it.
NEEDS_SIGHT = "Only who sees all devices can name groups: devices are limited by their names."


class GroupViewSet(GenericViewSet[Any]):
    """The roles, which are groups of Django's too, are not among them."""

    queryset = Group.objects.all()
    serializer_class = GroupSerializer
    pagination_class = None

    @extend_schema(responses=GroupSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(_described(request, Group.objects.exclude(name__in=ROLES).order_by("name")))

    @extend_schema(request=NameSerializer, responses={201: GroupSerializer})
    def create(self, request: Request) -> Response:
        """Add a group, without people and rights. What was limited to one of this name before is so again."""
        group = _saved(request, Group())
        return Response(_described(request, [group])[0], status=201)

    @extend_schema(request=NameSerializer, responses=GroupSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename a group. Devices that are limited to it follow."""
        group = _saved(request, _find(request, pk))
        return Response(_described(request, [group])[0])

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a group. Devices that were limited to it alone are left to those who see all."""
        group = _find(request, pk)
        subject = audit.subject_of(group)
        group.delete()
        audit.log(request.user, subject, "delete")
        return Response(status=204)


def _find(request: Request, pk: str) -> Group:
    """Raises NotFound, for a role too, or Forbidden."""
    group: Group | None = visible.row(Group.objects.exclude(name__in=ROLES), pk)
    if group is None:
        raise NotFound(f"There is no group {shorten(pk)}.")
    if not may_hand_out(visible.access(request), [group]):
        raise Forbidden(BEYOND)
    return group


def _saved(request: Request, group: Group) -> Group:
    """Under the name that was given. Raises ValidationError, or Forbidden."""
    if not visible.access(request).sees_all:
        raise Forbidden(NEEDS_SIGHT)
    is_new, before = group.pk is None, group.name
    given = NameSerializer(None if is_new else group, data=request.data)
    given.is_valid(raise_exception=True)
    group.name = given.validated_data["name"]
    try:
        group.save(force_insert=is_new)
    except IntegrityError as error:
        raise ValidationError({"name": [GROUP_TAKEN]}) from error
    sentence = f'Renamed, from "{before}".' if before not in ("", group.name) else ""
    audit.log(request.user, audit.subject_of(group), "add" if is_new else "change", sentence=sentence)
    return group


def _described(request: Request, groups: Any) -> list[dict[str, Any]]:
    access = visible.access(request)
    return [trimmed(Group, group, access) for group in describe_groups(list(groups))]
