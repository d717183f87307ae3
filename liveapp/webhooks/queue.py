"""Puts events into the queue of each webhook that wants them. What nobody wants costs nothing."""

import json
import logging
import uuid
from typing import Any

from liveapp.clock import now_ms
from liveapp.models import Delivery
from liveapp.models.delivery import MAX_WAITING
from liveapp.webhooks import events, interest

logger = logging.getLogger(__name__)


def queue_change(name: str, action: str, object_id: str, data: dict[str, Any], device: str | None) -> None:
    """A model's change, in its transaction where it has one. Blocks when it is wanted."""
    about = object_id if name == "device" else device
    queue_event(events.of_change(name, action), data, device=about)


def queue_event(event: str, data: dict[str, Any], *, device: str | None = None) -> None:
    """For every webhook that wants it. Blocks then."""
    for webhook_id in interest.who_wants(event, device):
        if Delivery.waiting(webhook_id) < MAX_WAITING:
            put(webhook_id, event, data, device=device)
        else:
            full = "%d deliveries of the webhook %s wait: new events are not queued until some are through."
            logger.warning(full, MAX_WAITING, webhook_id, extra={"is_repeated": True})


def put(webhook_id: uuid.UUID, event: str, data: dict[str, Any], *, device: str | None = None) -> Delivery:
    """Queue it for one webhook, whatever it wants. Blocks."""
    time_ms = now_ms()
    body = json.dumps({"event": event, "time": time_ms, "device": device, "data": data})
    return Delivery.objects.create(
        webhook_id=webhook_id,
        event=event,
        device_id=device or "",
        body=body,
        created_ms=time_ms,
        due_ms=time_ms,
    )
