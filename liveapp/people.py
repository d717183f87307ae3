"""A person and a group of people, as those see them who may look at accounts."""

from typing import Any

from django.contrib.auth.models import Group

from liveapp.models.device import to_ms
from liveapp.roles import ROLES, role_of


def describe_person(person: Any) -> dict[str, Any]:
    """Blocks."""
    names = frozenset(person.groups.values_list("name", flat=True))
    return {
        "id": str(person.pk),
        "username": person.get_username(),
        "email": person.email,
        "role": role_of(names),
        "groups": sorted(names - ROLES.keys()),
        "active": person.is_active,
        "superuser": person.is_superuser,
        "last_login": to_ms(person.last_login),
        "created": to_ms(person.date_joined),
    }


def describe_group(group: Group) -> dict[str, Any]:
    return {"id": str(group.pk), "name": group.name}
