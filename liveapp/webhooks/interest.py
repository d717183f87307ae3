"""Which webhooks want what: kept in the process, so that what nobody wants costs no query."""

import time
import uuid

from liveapp.models import Webhook
from liveapp.webhooks.events import PRESENCE

KEPT_S = 10.0
_held: list[Webhook] = []
_until_s = 0.0


def forget() -> None:
    """A webhook was changed: look again with the next event."""
    global _until_s
    _until_s = 0.0


def enabled() -> list[Webhook]:
    """Those that are switched on, as of ten seconds ago at most. Blocks now and then."""
    global _held, _until_s
    if time.monotonic() >= _until_s:
        # Before the look: a change that comes during it makes the next one look again.
        _until_s = time.monotonic() + KEPT_S
        try:
            _held = list(Webhook.objects.filter(enabled=True))
        except BaseException:
            forget()
            raise
    return _held


def who_wants(event: str, device: str | None) -> list[uuid.UUID]:
    return [webhook.id for webhook in enabled() if webhook.wants(event, device)]


def is_presence_wanted() -> bool:
    return any(event in webhook.events for webhook in enabled() for event in PRESENCE)
