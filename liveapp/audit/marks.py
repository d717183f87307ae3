"""How much somebody has not read yet."""

from itertools import islice
from typing import Any

from liveapp import bus
from liveapp.access import Access, access_of
from liveapp.audit.reading import notifications, seen
from liveapp.clock import now_ms
from liveapp.models import AuditEntry, ReadMark
from liveapp.models.device import to_ms

# It stands for more than can be said.
MOST = 100
# So many are looked at, however many of them turn out to be none of this person's business.
MOST_READ = 1_000


def unread(user: Any, access: Access) -> int:
    """At most MOST. Blocks."""
    news = notifications(access, user.get_username()).filter(time_ms__gt=_mark_of(user))[:MOST_READ]
    return sum(1 for _ in islice(seen(news, access), MOST))


def _mark_of(user: Any) -> int:
    marked = ReadMark.objects.filter(user_id=user.pk).values_list("until_ms", flat=True).first()
    # What was done before somebody came is no news to them.
    return (to_ms(user.date_joined) or 0) if marked is None else marked


def mark_read(user: Any, until_ms: int) -> int:
    """Tells all open pages of this person; how much is left. What is to come cannot be read yet. Blocks."""
    until_ms = min(until_ms, max(now_ms(), _newest_ms()))
    before = _mark_of(user)
    mark, _ = ReadMark.objects.get_or_create(user_id=user.pk, defaults={"until_ms": before})
    ReadMark.objects.filter(pk=mark.pk, until_ms__lt=until_ms).update(until_ms=until_ms)
    left = unread(user, access_of(user))
    bus.announce_soon("read", {"user": str(user.pk), "until": until_ms, "unread": left})
    return left


def _newest_ms() -> int:
    newest = AuditEntry.objects.order_by("-time_ms").values_list("time_ms", flat=True).first()
    return newest or 0
