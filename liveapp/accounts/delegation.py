"""What one person may do to the account of another: nobody gives, or takes hold of, a right they do not have."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group

from liveapp.access import Access, access_of, permissions_of
from liveapp.roles import ROLES


def may_manage(own: Access, person: Any) -> bool:
    """Whether this person has nothing beyond `own`: who can sign in as somebody has all of theirs. Blocks."""
    return own.is_superuser or (not person.is_superuser and _covers(own, access_of(person)))


def _covers(own: Access, other: Access) -> bool:
    limits = other.groups - ROLES.keys()
    return other.permissions <= own.permissions and (own.sees_all or limits <= own.groups)


def may_hand_out(own: Access, groups: Iterable[Group]) -> list[Group]:
    """Of these groups those that give nothing beyond `own`: no right, and no sight of a device. Blocks."""
    found = list(groups)
    if own.is_superuser:
        return found
    rights = permissions_of(found)
    return [
        group
        for group in found
        if rights[group.pk] <= own.permissions
        and (group.name in ROLES or own.sees_all or group.name in own.groups)
    ]
