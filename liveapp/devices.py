"""A device as its viewers see it: what is stored of it, and what the hub knows of now."""

from collections.abc import Iterable
from typing import Any

from liveapp.access import Access, trimmed
from liveapp.audience import metrics_seen
from liveapp.guests import device_shown
from liveapp.hub import Hub
from liveapp.models import Device
from liveapp.models.device import to_ms
from liveapp.models.metric import all_descriptions


def describe_metrics(devices: Iterable[Device]) -> list[dict[str, Any]]:
    """Those that who sees these devices may know. Blocks."""
    seen = metrics_seen(devices)
    return [description.describe() for name, description in all_descriptions().items() if name in seen]


def describe_live(device: Device, hub: Hub, access: Access) -> dict[str, Any]:
    now = hub.describe_now(device.id, stored_ms=to_ms(device.last_seen_at))
    if access.is_guest:
        return device_shown(device.describe() | now, access)
    return trimmed(Device, device.describe(), access) | now
