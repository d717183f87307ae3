"""People and groups of people, as those see them who may look at accounts."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from liveapp.access import pairs
from liveapp.models import Device, TwoFactor
from liveapp.models.device import to_ms
from liveapp.roles import ROLES, role_of

User = get_user_model()


def describe_person(person: Any) -> dict[str, Any]:
    """Blocks."""
    return describe_people([person])[0]


def describe_people(people: Iterable[Any]) -> list[dict[str, Any]]:
    """In their order, in a number of queries that does not grow with them. Blocks."""
    people = list(people)
    ids = [person.pk for person in people]
    member_of = pairs(User.groups.through, "user_id", "group_id", ids)
    group_ids = set[Any]().union(*member_of.values())
    names = dict(Group.objects.filter(pk__in=group_ids).values_list("pk", "name")) if group_ids else {}
    confirmed = TwoFactor.objects.filter(user_id__in=ids, is_confirmed=True)
    careful = set(confirmed.values_list("user_id", flat=True))
    return [
        _described(
            person,
            frozenset(names[pk] for pk in member_of[person.pk] if pk in names),
            has_two_factor=person.pk in careful,
        )
        for person in people
    ]


def _described(person: Any, groups: frozenset[str], *, has_two_factor: bool) -> dict[str, Any]:
    return {
        "id": str(person.pk),
        "username": person.get_username(),
        "email": person.email,
        "role": role_of(groups),
        "groups": sorted(groups - ROLES.keys()),
        "active": person.is_active,
        "superuser": person.is_superuser,
        "two_factor": has_two_factor,
        "last_login": to_ms(person.last_login),
        "created": to_ms(person.date_joined),
    }


def describe_group(group: Group) -> dict[str, Any]:
    """Blocks."""
    return describe_groups([group])[0]


def describe_groups(groups: Iterable[Group]) -> list[dict[str, Any]]:
    """With how many people are in each, and how many devices are limited to it. Blocks."""
    people = Counter(User.groups.through._default_manager.values_list("group_id", flat=True))
    limits = Device.objects.values_list("groups", flat=True)
    devices = Counter(name for names in limits for name in names)
    return [
        {
            "id": str(group.pk),
            "name": group.name,
            "people": people[group.pk],
            "devices": devices[group.name],
        }
        for group in groups
    ]
