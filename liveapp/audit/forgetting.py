"""Forgets what has been on record for long enough, in steps that do not disturb ingest."""

from collections.abc import Iterator

from django.conf import settings

from liveapp.clock import now_ms
from liveapp.models import AuditEntry
from liveapp.pace import Hold, paced

STEP = 1_000
DAY_MS = 24 * 3_600_000


def forget(hold: Hold) -> str:
    """The job. Returns what was done, in words, or nothing."""
    gone = sum(paced(_steps(now_ms() - settings.AUDIT_DAYS * DAY_MS), hold))
    return f"forgot {gone:,} entries of the audit" if gone else ""


def _steps(until_ms: int) -> Iterator[int]:
    old = AuditEntry.objects.filter(time_ms__lt=until_ms).order_by("time_ms")
    while ids := list(old.values_list("pk", flat=True)[:STEP]):
        yield AuditEntry.objects.filter(pk__in=ids)._raw_delete("default")
