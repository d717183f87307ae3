"""What one person may do, and which devices exist for them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from liveapp.models import Device

User = get_user_model()
SEE_ALL = "liveapp.see_all_devices"
VIEW_DEVICES = "liveapp.view_device"
# Whom a device is limited to is told to those alone who see every device.
GUARDED_FIELDS: dict[type[Model], dict[str, str]] = {Device: {"groups": SEE_ALL}, Group: {"devices": SEE_ALL}}


@dataclass(frozen=True, slots=True)
class Access:
    """`permissions` as Django names them (app.codename).

    Of who came by a share link `devices` are all that exist, whatever their groups where who made the link sees all;
    and nothing exists that was before `since_ms` or is of `until_ms` or after it.
    """

    permissions: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    is_superuser: bool = False
    devices: frozenset[str] | None = None
    is_of_all_groups: bool = False
    since_ms: int = 0
    until_ms: int | None = None

    def may(self, permission: str) -> bool:
        return self.is_superuser or permission in self.permissions

    @property
    def is_guest(self) -> bool:
        """By a share link, and no person."""
        return self.devices is not None

    @property
    def sees_all(self) -> bool:
        return not self.is_guest and self.may(SEE_ALL)

    def sees(self, device_id: str, groups: Collection[str]) -> bool:
        """Whether a device that is limited to these groups (none: to nobody) exists for this person."""
        if not self.may(VIEW_DEVICES) or (self.devices is not None and device_id not in self.devices):
            return False
        return not groups or self.is_of_all_groups or self.may(SEE_ALL) or not self.groups.isdisjoint(groups)

    def covers(self, time_ms: int) -> bool:
        return self.since_ms <= time_ms and (self.until_ms is None or time_ms < self.until_ms)


NOTHING = Access()


def access_of(user: Any) -> Access:
    """Looked up once for this object, which lives as long as its request. Blocks."""
    held: Access | None = getattr(user, "_access", None)
    if held is None:
        held = user._access = _accesses([user])[user.pk] if user.is_authenticated else NOTHING
    return held


def accesses(user_ids: Iterable[Any]) -> dict[Any, Access]:
    """Of the accounts that are open, in a number of queries that does not grow with them. Blocks."""
    return _accesses(User._default_manager.filter(pk__in=list(user_ids), is_active=True))


def _accesses(users: Iterable[Any]) -> dict[Any, Access]:
    people = {user.pk: user for user in users}
    # By the tables between them: not every engine follows a relation of many to many.
    member_of = pairs(User.groups.through, "user_id", "group_id", people)
    own = _named(pairs(User.user_permissions.through, "user_id", "permission_id", people))
    group_ids = set[Any]().union(*member_of.values())
    given = _permissions_of_groups(group_ids)
    groups = dict(Group.objects.filter(pk__in=group_ids).values_list("pk", "name")) if group_ids else {}
    return {
        pk: Access(
            permissions=own[pk].union(*(given[group] for group in member_of[pk])),
            groups=frozenset(groups[group] for group in member_of[pk] if group in groups),
            is_superuser=person.is_superuser,
        )
        for pk, person in people.items()
    }


def pairs(through: type[Model], of: str, what: str, keys: Iterable[Any]) -> dict[Any, set[Any]]:
    """What belongs to each of the keys, by the table between them."""
    found: dict[Any, set[Any]] = {key: set() for key in keys}
    if found:
        for key, value in through._default_manager.filter(**{f"{of}__in": list(found)}).values_list(of, what):
            found[key].add(value)
    return found


def permissions_of(groups: Iterable[Group]) -> dict[Any, frozenset[str]]:
    """The permissions of each group, by its key. Blocks."""
    return _permissions_of_groups([group.pk for group in groups])


def _permissions_of_groups(group_ids: Iterable[Any]) -> dict[Any, frozenset[str]]:
    return _named(pairs(Group.permissions.through, "group_id", "permission_id", group_ids))


# Made by migrate, and never changed after it.
_names: dict[Any, str] = {}


def _named(held: Mapping[Any, set[Any]]) -> dict[Any, frozenset[str]]:
    """Permissions as Django names them, of their keys."""
    if not _names.keys() >= set[Any]().union(*held.values()):
        apps = dict(ContentType.objects.values_list("pk", "app_label"))
        rows = Permission.objects.values_list("pk", "content_type_id", "codename").order_by()
        _names.update({pk: f"{apps[content_type]}.{codename}" for pk, content_type, codename in rows})
    return {key: frozenset(_names[one] for one in given if one in _names) for key, given in held.items()}


def visible_devices(access: Access) -> list[Device]:
    """In the order of their ids. Blocks."""
    return [device for device in Device.objects.all() if access.sees(device.id, device.groups)]


def visible_device(access: Access, device_id: str) -> Device | None:
    """Blocks."""
    device = Device.objects.filter(pk=device_id).first()
    return device if device is not None and access.sees(device.id, device.groups) else None


def visible_numbers(access: Access) -> dict[str, int]:
    """The number of each device that this person sees, by its id. Blocks."""
    rows = Device.objects.values_list("id", "number", "groups")
    return {device_id: number for device_id, number, groups in rows if access.sees(device_id, groups)}


def trimmed(model: type[Model], data: Mapping[str, Any], access: Access) -> dict[str, Any]:
    """A description without the fields that take a right which this person has not."""
    return without(guarded_fields(model), data, access)


def guarded_fields(model: type[Model]) -> dict[str, str]:
    """The permission that a field of a model's description takes beyond that for the model itself."""
    return GUARDED_FIELDS.get(model, {})


def without(fields: Mapping[str, str], data: Mapping[str, Any], access: Access) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in fields or access.may(fields[name])}
