"""Forgets what has been on record for long enough, in steps that do not disturb ingest."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet

from liveapp.clock import now_ms
from liveapp.models import AuditEntry
from liveapp.models.audit import SIGN_IN_FAILED
from liveapp.models.device import from_ms
from liveapp.pace import Hold, paced

STEP = 1_000
DAY_MS = 24 * 3_600_000


def forget(hold: Hold) -> str:
    """The job. Returns what was done, in words, or nothing."""
    until_ms = now_ms() - settings.AUDIT_DAYS * DAY_MS
    # What the record is made from: nobody reads it but who looks at one object in the administration.
    sum(paced(_steps(LogEntry.objects.filter(action_time__lt=from_ms(until_ms))), hold))
    gone = sum(paced(_steps(AuditEntry.objects.filter(time_ms__lt=until_ms)), hold))
    gone += sum(paced(_steps(_surplus()), hold))
    return f"forgot {gone:,} entries of the audit" if gone else ""


def _surplus() -> QuerySet[AuditEntry]:
    """Failed sign-ins beyond the newest: they alone can be made by strangers, and without end."""
    failed = AuditEntry.objects.filter(action=SIGN_IN_FAILED)
    times = failed.order_by("-time_ms").values_list("time_ms", flat=True)
    kept = list(times[settings.AUDIT_FAILED_SIGN_INS - 1 : settings.AUDIT_FAILED_SIGN_INS])
    return failed.filter(time_ms__lt=kept[0]) if kept else failed.none()


def _steps(found: QuerySet[Any]) -> Iterator[int]:
    while ids := list(found.order_by().values_list("pk", flat=True)[:STEP]):
        yield found.model._base_manager.filter(pk__in=ids)._raw_delete("default")
