"""Model changes to live events. The one place with signals: here a model's save is the event itself."""

from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models.signals import post_delete, post_save

from liveapp import bus
from liveapp.errors import DISABLED, TOKEN_REVOKED
from liveapp.models import Annotation, Device, Metric
from liveapp.origin import origin

# Saves of these fields alone are bookkeeping, not a change anyone asked for.
UNSEEN = frozenset({"last_seen_at", "token_hash"})
# Each describes itself; what names its `device` there is told to those who follow that one (null: to all).
MODELS: dict[type[models.Model], str] = {Annotation: "annotation", Device: "device", Metric: "metric"}


def connect() -> None:
    for model in MODELS:
        post_save.connect(_saved, sender=model, dispatch_uid=f"changes-save-{model.__name__}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"changes-delete-{model.__name__}")


def _saved(
    sender: type[models.Model], instance: Any, created: bool, update_fields: Any, raw: bool, **_: Any
) -> None:
    if raw:
        return
    if not update_fields or not set(update_fields) <= UNSEEN:
        _announce(sender, instance, "add" if created else "update")
    if sender is Device and not instance.enabled:
        close_device(instance.id, DISABLED)
    if update_fields and "token_hash" in update_fields:
        close_device(instance.id, TOKEN_REVOKED)


def _deleted(sender: type[models.Model], instance: Any, **_: Any) -> None:
    # What is still on its way of this device is told by its number from what a new one of its id sends.
    number = {"number": instance.number} if sender is Device else {}
    _announce(sender, instance, "remove", **number)
    if sender is Device:
        close_device(instance.id, TOKEN_REVOKED)


def _announce(sender: type[models.Model], instance: Any, action: str, **more: int) -> None:
    data = instance.describe()
    change = {
        "type": "change",
        "model": MODELS[sender],
        "action": action,
        "id": str(instance.pk),
        "data": None if action == "remove" else data,
        **({"device": data["device"]} if "device" in data else {}),
        **more,
        "origin": origin.get(),
    }
    _after_commit("change", change)


def close_device(device_id: str, code: int) -> None:
    """Close the device's connection, in whichever process it is."""
    _after_commit("control", {"device": device_id, "code": code})


def _after_commit(kind: str, body: dict[str, Any]) -> None:
    transaction.on_commit(partial(bus.announce_soon, kind, body))
