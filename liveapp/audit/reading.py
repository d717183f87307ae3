"""The record as one person may read it: what they may not see is in no list, no count and no `more`."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from liveapp.access import Access
from liveapp.audience import metrics_seen
from liveapp.models import AuditEntry, Device

# Read from the database at once.
CHUNK = 200


class Page(NamedTuple):
    entries: list[AuditEntry]
    has_more: bool


def notifications(access: Access, username: str) -> "QuerySet[AuditEntry]":
    """What others did, as far as the database can tell who may know of it. Blocks."""
    return entries(access).filter(is_notification=True).exclude(by=username)


def entries(access: Access) -> "QuerySet[AuditEntry]":
    """The newest first, without what is hidden now. What was hidden then is left out by `seen`. Blocks."""
    found = AuditEntry.objects.order_by("-time_ms", "-id")
    if not access.is_superuser:
        found = found.filter(permission__in=["", *access.permissions])
    if access.sees_all:
        return found
    # They tell of all devices, and exist for those who see all.
    found = found.exclude(model="webhook")
    devices = list(Device.objects.all())
    visible = [device for device in devices if access.sees(device.id, device.groups)]
    hidden = {device.id for device in devices} - {device.id for device in visible}
    secret_metrics = Q(model="metric") & ~Q(object_id__in=metrics_seen(visible))
    return found.exclude(device_id__in=hidden).exclude(secret_metrics)


def seen(found: "QuerySet[AuditEntry]", access: Access) -> Iterator[AuditEntry]:
    """Without those of devices that this person did not see then. Blocks."""
    return (
        one for one in found.iterator(CHUNK) if not one.device_id or access.sees(one.device_id, one.groups)
    )


def page(found: "QuerySet[AuditEntry]", access: Access, *, before_ms: int | None, limit: int) -> Page:
    """The newest before a time. Those of one moment belong together: the next page begins before it. Blocks."""
    if before_ms is not None:
        found = found.filter(time_ms__lt=before_ms)
    rest = seen(found, access)
    shown = list(islice(rest, limit))
    for entry in rest:
        if entry.time_ms != shown[-1].time_ms:
            return Page(shown, True)
        shown.append(entry)
    return Page(shown, False)


def described(entry: AuditEntry) -> dict[str, Any]:
    """As it stands on record."""
    return {**entry.describe(), "address": entry.address or None}
