"""Devices name the groups they are limited to: they follow one that gets another name."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import post_save, pre_save

from liveapp.models import Device


def connect() -> None:
    pre_save.connect(_look_up, sender=Group, dispatch_uid="group-names-look-up")
    post_save.connect(_follow, sender=Group, dispatch_uid="group-names-follow")


def _look_up(instance: Any, raw: bool, **_: Any) -> None:
    """The name that it has until it is saved."""
    held = (
        Group.objects.filter(pk=instance.pk) if instance.pk is not None and not raw else Group.objects.none()
    )
    instance.name_before = held.values_list("name", flat=True).first()


def _follow(instance: Any, **_: Any) -> None:
    """Not before the name is the group's: one that turns out to be another group's would open the devices to that."""
    before, after = instance.name_before, instance.name
    if before not in (None, after):
        for device in [device for device in Device.objects.all() if before in device.groups]:
            device.rename_group(before, after)
