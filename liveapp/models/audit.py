"""Who did what to what, and up to when somebody has read of it."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

MAX_ID = 100
# Of what people do this alone needs nobody who is let in.
SIGN_IN_FAILED = "sign_in_failed"
MAX_TEXT = 200


class AuditEntry(models.Model):
    """One deed. The names in it stay when what they name goes; of a device it keeps the groups that this had then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    time_ms = models.BigIntegerField(db_index=True)
    # Empty where nobody was signed in.
    by = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=40)
    model = models.CharField(max_length=40)
    object_id = models.CharField(max_length=MAX_ID, blank=True)
    text = models.CharField(max_length=MAX_TEXT, blank=True)
    detail = models.TextField(blank=True)
    device_id = models.CharField(max_length=64, blank=True)
    groups = models.JSONField(default=list)
    # What it takes to know of it, beside the record itself.
    permission = models.CharField(max_length=100, blank=True)
    is_notification = models.BooleanField(default=False)
    # Empty where it is not known.
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-time_ms", "-id")

    def __str__(self) -> str:
        return " ".join(filter(None, (self.by, self.action, self.model, self.text)))

    def describe(self) -> dict[str, Any]:
        """As a notification."""
        return {
            "id": str(self.id),
            "time": self.time_ms,
            "by": self.by,
            "action": self.action,
            "model": self.model,
            "object": self.object_id,
            "text": self.text,
            "detail": self.detail,
            "device": self.device_id or None,
        }


class ReadMark(models.Model):
    """Up to when somebody has read the notifications."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until_ms = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.until_ms)
