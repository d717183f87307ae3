"""One attempt at one delivery: what is sent, and what becomes of the delivery by what came back."""

import logging
from secrets import SystemRandom

from django.conf import settings

from liveapp import signatures
from liveapp.clock import now_ms
from liveapp.models import Delivery, Webhook
from liveapp.models.delivery import DELIVERED, FAILED
from liveapp.webhooks.request import Outcome

GONE = 410
# No receiver can ask for longer.
LONGEST_S = 8 * 3600.0
# Up to a fifth earlier or later: what failed together does not come back together.
JITTER = 0.2
USER_AGENT = "Sense-Live"

logger = logging.getLogger(__name__)
_random = SystemRandom()


def headers_of(delivery: Delivery, webhook: Webhook) -> dict[str, str]:
    """Signed now. The id is the same with every attempt."""
    signed = signatures.sign(
        webhook.secrets(), str(delivery.id), delivery.body.encode(), timestamp_s=now_ms() // 1000
    )
    return {"Content-Type": "application/json", "User-Agent": USER_AGENT, **signed}


def settle(delivery: Delivery, webhook: Webhook, outcome: Outcome) -> float:
    """Note what became of it. Returns for how long its webhook is to rest, in seconds. Blocks."""
    told = {"status": outcome.status, "detail": outcome.detail, "took_ms": outcome.took_ms}
    if outcome.ok:
        delivery.settle(state=DELIVERED, **told)
        return 0.0
    if outcome.status == GONE:
        told["detail"] = (
            "The receiver answered with status 410: it is gone for good. The webhook was switched off."
        )
        delivery.settle(state=FAILED, **told)
        _switch_off(webhook)
        return 0.0
    waits_s = settings.WEBHOOK_BACKOFF_S
    if delivery.attempts > len(waits_s):
        told["detail"] = f"{outcome.detail} Given up after {delivery.attempts} attempts."
        delivery.settle(state=FAILED, **told)
        return float(waits_s[0])
    asked_s = min(outcome.retry_after_s, LONGEST_S) if outcome.status in (429, 503) else 0.0
    wait_s = max(asked_s, waits_s[delivery.attempts - 1] * _random.uniform(1 - JITTER, 1 + JITTER))
    delivery.settle(due_ms=now_ms() + round(wait_s * 1000), **told)
    # The others wait a little too: what could not take this one would refuse them as well.
    return max(asked_s, float(waits_s[0]))


def _switch_off(webhook: Webhook) -> None:
    logger.warning("The receiver of the webhook %s is gone (410): it was switched off.", webhook.id)
    now = Webhook.objects.filter(pk=webhook.pk, enabled=True).first()
    if now is not None:
        now.enabled = False
        now.save(update_fields=["enabled"])
