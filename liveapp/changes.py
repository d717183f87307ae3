"""Model changes to live events. The one place with signals: here a model's save is the event itself."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from liveapp import bus, group_names
from liveapp.access import guarded_fields
from liveapp.errors import DISABLED, TOKEN_REVOKED
from liveapp.models import Annotation, Device, Metric, ShareLink, Webhook
from liveapp.models.device import to_ms
from liveapp.origin import author, origin
from liveapp.people import describe_group, describe_person
from liveapp.roles import ROLES
from liveapp.shares import MAY_MANAGE, describe_link
from liveapp.webhooks import events, interest, queue

User = get_user_model()


def _describe_device(device: Device) -> dict[str, Any]:
    # What else is known of now each hub adds.
    return {**device.describe(), "last_seen": to_ms(device.last_seen_at)}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a model's changes to who may view it. A description's `device` must be seen too (null: any)."""

    name: str
    describe: Callable[[Any], dict[str, Any]] = lambda instance: instance.describe()
    # Saves of these fields alone are bookkeeping, not a change anyone asked for.
    unseen: frozenset[str] = frozenset()
    # Told to its `user`, if it has one, and to who sees all and has this permission; None: to all who may view it.
    others: str | None = None


MODELS: dict[type[models.Model], Told] = {
    Annotation: Told("annotation"),
    Device: Told("device", _describe_device, frozenset({"last_seen_at", "token_hash"})),
    Group: Told("group", describe_group),
    Metric: Told("metric"),
    ShareLink: Told("sharelink", describe_link, frozenset({"last_used_at", "uses"}), MAY_MANAGE),
    User: Told("person", describe_person, frozenset({"last_login"})),
    Webhook: Told("webhook", others="liveapp.view_webhook"),
}


def _owner_of(instance: Any) -> str:
    """The account whose own it is."""
    return str(getattr(instance, "user_id", None) or "nobody")


def _view_right(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.view_{model._meta.model_name}"


# What a webhook can be told, with the right that it takes to ask for it.
EVENTS: dict[str, str] = {
    **{
        events.of_change(told.name, action): told.others or _view_right(model)
        for model, told in MODELS.items()
        for action in events.ACTIONS
    },
    **dict.fromkeys(events.PRESENCE, _view_right(Device)),
}


def connect() -> None:
    # Before all that tells how many devices a group has.
    group_names.connect()
    for model in MODELS:
        post_save.connect(_saved, sender=model, dispatch_uid=f"changes-save-{model.__name__}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"changes-delete-{model.__name__}")
    for receiver, signal, sender in (
        (_device_saved, post_save, Device),
        (_device_deleted, post_delete, Device),
        (_link_changed, post_save, ShareLink),
        (_link_changed, post_delete, ShareLink),
        (_webhook_changed, post_save, Webhook),
        (_webhook_changed, post_delete, Webhook),
        (_person_changed, post_save, User),
        (_person_changed, post_delete, User),
        (_group_changed, post_save, Group),
        (_group_changed, post_delete, Group),
        (_membership_changed, m2m_changed, User.groups.through),
        (_membership_changed, m2m_changed, User.user_permissions.through),
        (_group_changed, m2m_changed, Group.permissions.through),
    ):
        signal.connect(receiver, sender=sender, dispatch_uid=f"changes-{receiver.__name__}-{sender.__name__}")


def _saved(
    sender: type[models.Model], instance: Any, created: bool, update_fields: Any, raw: bool, **_: Any
) -> None:
    if raw or _is_role(instance):
        return
    if not update_fields or not set(update_fields) <= MODELS[sender].unseen:
        announce(instance, "add" if created else "update")


def _deleted(sender: type[models.Model], instance: Any, **_: Any) -> None:
    if _is_role(instance):
        return
    # What is still on its way of this device is told by its number from what a new one of its id sends.
    number = {"number": instance.number} if sender is Device else {}
    announce(instance, "remove", **number)


def _is_role(instance: models.Model) -> bool:
    """Roles are no groups to who looks at groups."""
    return isinstance(instance, Group) and instance.name in ROLES


def announce(instance: Any, action: str, **more: int) -> None:
    """Tell the dashboards of a change, after the commit, and webhooks. Blocks shortly."""
    model = type(instance)
    told, data = MODELS[model], MODELS[model].describe(instance)
    change = {
        "model": told.name,
        "action": action,
        "id": str(instance.pk),
        "data": None if action == "remove" else data,
        **({"device": data["device"]} if "device" in data else {}),
        **more,
        "origin": origin.get(),
        "guard": {
            "permission": _view_right(model),
            "fields": guarded_fields(model),
            # Who knows the name of another's page could speak in it, and that page would take it for its own.
            **({} if origin.get() is None else {"author": author.get()()}),
            **({} if told.others is None else {"owner": _owner_of(instance), "others": told.others}),
        },
    }
    transaction.on_commit(partial(bus.announce_change, change))
    queue.queue_change(told.name, action, str(instance.pk), data, data.get("device"))


def _webhook_changed(**_: Any) -> None:
    transaction.on_commit(interest.forget)


def _device_saved(instance: Device, update_fields: Any, raw: bool, **_: Any) -> None:
    if not raw and not instance.enabled:
        close_device(instance.id, DISABLED)
    if update_fields and "token_hash" in update_fields:
        close_device(instance.id, TOKEN_REVOKED)


def _device_deleted(instance: Device, **_: Any) -> None:
    close_device(instance.id, TOKEN_REVOKED)


def close_device(device_id: str, code: int) -> None:
    """Close the device's connection, in whichever process it is."""
    _after_commit("control", {"device": device_id, "code": code})


def _link_changed(instance: ShareLink, created: bool = False, **_: Any) -> None:
    # Whoever looks by it is looked at with the links of its maker.
    if not created:
        look_again([instance.user_id])


def _person_changed(instance: Any, update_fields: Any = None, **_: Any) -> None:
    if not update_fields or not set(update_fields) <= MODELS[User].unseen:
        look_again([instance.pk])


def _membership_changed(instance: Any, action: str, reverse: bool, pk_set: Any, **_: Any) -> None:
    """Of a person's groups or permissions, from either side."""
    if not action.startswith("post_"):
        return
    people = list(User._default_manager.filter(pk__in=pk_set or ())) if reverse else [instance]
    look_again([person.pk for person in people])
    for person in people:
        announce(person, "update")


def _group_changed(created: bool = False, action: str = "post_", **_: Any) -> None:
    # One that is new has nobody in it.
    if action.startswith("post_") and not created:
        look_again(None)


def look_again(user_ids: Any) -> None:
    """Every process looks again at what these people (None: all) may do, and whether they may be here."""
    people = None if user_ids is None else [str(pk) for pk in user_ids]
    _after_commit("access", {"users": people})


def _after_commit(kind: str, body: dict[str, Any]) -> None:
    transaction.on_commit(partial(bus.announce_soon, kind, body))
