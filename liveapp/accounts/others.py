"""Accounts as others make and change them: without a password, which is each person's own affair."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from liveapp.accounts import sessions
from liveapp.roles import ADMINISTRATOR, ROLES

User = get_user_model()
ACCESS = frozenset({"role", "groups"})


def add_person(username: str, wanted: Mapping[str, Any]) -> Any:
    """Somebody who comes in by a link. Raises IntegrityError when the name is taken."""
    with transaction.atomic():
        person = User(username=username, email=wanted.get("email", ""))
        person.set_unusable_password()
        person.is_staff = wanted.get("role") == ADMINISTRATOR
        person.save(force_insert=True)
        _set_groups(person, wanted)
    return person


def change_person(person: Any, wanted: Mapping[str, Any]) -> None:
    """What is in `wanted`, of email, role, groups (beside the role) and active. The rest stays as it is."""
    fields: dict[str, Any] = {}
    if "email" in wanted:
        fields["email"] = wanted["email"]
    if "active" in wanted:
        fields["is_active"] = wanted["active"]
    if "role" in wanted:
        fields["is_staff"] = person.is_superuser or wanted["role"] == ADMINISTRATOR
    with transaction.atomic():
        for name, value in fields.items():
            setattr(person, name, value)
        if fields:
            person.save(update_fields=list(fields))
        _set_groups(person, wanted)
        if not person.is_active:
            # What was open before lets nobody in, should the account be opened again.
            sessions.end_all(person)


def _set_groups(person: Any, wanted: Mapping[str, Any]) -> None:
    if ACCESS.isdisjoint(wanted):
        return
    held = set(person.groups.values_list("name", flat=True))
    roles, others = held & ROLES.keys(), held - ROLES.keys()
    if "role" in wanted:
        roles = {wanted["role"]} - {None}
    if "groups" in wanted:
        others = set(wanted["groups"])
    if roles | others != held:
        person.groups.set(Group.objects.filter(name__in=roles | others))
