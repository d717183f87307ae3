"""How long the log of deliveries goes back."""

from collections.abc import Iterator

from liveapp.clock import now_ms
from liveapp.models import Delivery, Webhook
from liveapp.pace import Hold, paced

KEPT_MS = 30 * 24 * 3_600_000
STEP = 1_000


def clear(hold: Hold) -> str:
    """The job: delete what is older, and what is of a webhook that is gone."""
    deleted = sum(paced(_steps(), hold))
    return f"removed {deleted} old deliveries of webhooks" if deleted else ""


def _steps() -> Iterator[int]:
    known = list(Webhook.objects.values_list("pk", flat=True))
    old = Delivery.objects.filter(created_ms__lt=now_ms() - KEPT_MS)
    for found in (old, Delivery.objects.exclude(webhook_id__in=known)):
        step = STEP
        while step >= STEP:
            ids = list(found.order_by().values_list("pk", flat=True)[:STEP])
            step = Delivery.objects.filter(pk__in=ids)._raw_delete("default") if ids else 0
            yield step
