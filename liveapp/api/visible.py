"""What this request may see. What it may not see is answered for as if it did not exist."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from liveapp.access import Access, access_of, visible_device, visible_devices, visible_numbers
from liveapp.models import Device
from liveapp.protocol import shorten


def access(request: Request) -> Access:
    return access_of(request.user)


def devices(request: Request) -> list[Device]:
    return visible_devices(access(request))


def numbers(request: Request, ids: Sequence[str] | None = None) -> dict[str, int]:
    """The number of each device, of these in their order. Raises NotFound."""
    known = visible_numbers(access(request))
    if ids is None:
        return known
    if missing := [device_id for device_id in ids if device_id not in known]:
        raise no_device(missing[0])
    return {device_id: known[device_id] for device_id in ids}


def find_device(request: Request, device_id: str) -> Device:
    """Raises NotFound, of a hidden one too."""
    device = visible_device(access(request), device_id)
    if device is None:
        raise no_device(device_id)
    return device


def row(rows: QuerySet[Any], pk: str) -> Any:
    """The one with this key; None where there is none, and for what could be no key at all."""
    try:
        return rows.filter(pk=pk).first()
    except (ValueError, OverflowError, ValidationError):
        return None


def no_device(device_id: str) -> NotFound:
    return NotFound(f"There is no device {shorten(device_id)}.")
