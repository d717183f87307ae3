"""A device as dashboards see it: what is stored of it, and what the hub knows of now."""

from typing import Any

from liveapp.hub import Hub
from liveapp.models import Device
from liveapp.models.device import to_ms


def describe_live(device: Device, hub: Hub) -> dict[str, Any]:
    latest = hub.latest.describe(device.id)
    read_ms = None if latest is None else latest["time"]
    known = (hub.presence.last_seen_ms(device.id), to_ms(device.last_seen_at), read_ms)
    return {
        **device.describe(),
        "online": hub.presence.is_online(device.id),
        "last_seen": max((seen for seen in known if seen is not None), default=None),
        "latest": latest,
    }
