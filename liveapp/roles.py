"""Three roles, as Django groups: what each may do is set here, at every migrate. Other rights take other groups."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

VIEWER, OPERATOR, ADMINISTRATOR = "viewer", "operator", "administrator"
_VIEW = {"view_annotation", "view_device", "view_metric", "view_retention"}
_OPERATE = _VIEW | {"add_annotation", "add_sharelink", "change_device", "change_metric", "view_sharelink"}
# By the app's label; None: all of it.
ROLES: dict[str, dict[str, set[str] | None]] = {
    VIEWER: {"liveapp": _VIEW},
    OPERATOR: {"liveapp": _OPERATE},
    ADMINISTRATOR: {
        "liveapp": None,
        "auth": {
            f"{verb}_{model}" for verb in ("add", "change", "delete", "view") for model in ("user", "group")
        },
        "admin": {"view_logentry"},
    },
}


def role_of(groups: frozenset[str]) -> str | None:
    """The strongest role among the groups."""
    return next((role for role in reversed(ROLES) if role in groups), None)


def make_roles(**_: Any) -> None:
    """Make them, or bring them to what they should be: after an upgrade they have what is new.

    Without signals: nobody has to be told, for servers are started anew with it.
    """
    holdings = Group.permissions.through._default_manager
    for role, apps in ROLES.items():
        group = Group.objects.filter(name=role).first() or Group.objects.bulk_create([Group(name=role)])[0]
        held = set(holdings.filter(group_id=group.pk).values_list("permission_id", flat=True))
        wanted = set(_permissions(apps).values_list("pk", flat=True))
        holdings.filter(group_id=group.pk, permission_id__in=held - wanted).delete()
        holdings.bulk_create(
            [holdings.model(group_id=group.pk, permission_id=pk) for pk in sorted(wanted - held)]
        )


def _permissions(apps: dict[str, set[str] | None]) -> QuerySet[Permission]:
    wanted = Q()
    for label, names in apps.items():
        of_app = Q(content_type__app_label=label)
        wanted |= of_app if names is None else of_app & Q(codename__in=names)
    return Permission.objects.filter(wanted)
