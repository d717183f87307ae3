"""A device as its viewers see it: what is stored of it, and what the hub knows of now."""

from typing import Any

from liveapp.access import Access, trimmed
from liveapp.hub import Hub
from liveapp.models import Device
from liveapp.models.device import to_ms


def describe_live(device: Device, hub: Hub, access: Access) -> dict[str, Any]:
    now = hub.describe_now(device.id, stored_ms=to_ms(device.last_seen_at))
    return trimmed(Device, device.describe(), access) | now
